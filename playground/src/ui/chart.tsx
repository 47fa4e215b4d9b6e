import { useMemo, useRef, useState } from 'preact/hooks';
import { niceStep } from '../../../src/charts/timeline/layout.js';
import { bandwidth, bytes, time } from '../format.js';
import { useWidth } from './width.js';

/** One curve: sizes ascending. */
export interface Curve {
  readonly name: string;
  /** A CSS colour. */
  readonly colour: string;
  readonly dash?: string;
  /** Points instead of a line, for measured times. */
  readonly isMeasured?: boolean;
  readonly points: readonly { readonly bytes: number; readonly timeNs: number; readonly busbwGBps: number }[];
}

type Measure = 'busbw' | 'time';

const HEIGHT = 320;
const ROOM = { left: 62, right: 26, top: 12, bottom: 34 };

/** Bandwidth or time over the size, on a logarithmic axis. */
export function SizeChart({ curves, measure }: { readonly curves: readonly Curve[]; readonly measure: Measure }) {
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room, 700);
  const [looked, setLooked] = useState<number | undefined>(undefined);
  const sizes = useMemo(() => sizesOf(curves), [curves]);
  if (sizes.length === 0) return <div ref={room} style={{ height: `${HEIGHT}px` }} />;
  const scales = scalesOf(curves, sizes, measure, width);
  const { x, y, yTicks, xTicks } = scales;
  const value = (point: Curve['points'][number]) => (measure === 'time' ? point.timeNs : point.busbwGBps);
  const pathOf = ({ points }: Curve) =>
    points
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.bytes).toFixed(1)} ${y(value(point)).toFixed(1)}`)
      .join('');
  const lookAt = (at: number) => setLooked(sizes[Math.min(sizes.length - 1, Math.max(0, at))]);
  const nearest = (px: number) =>
    sizes.reduce((best, size, i) => (Math.abs(x(size) - px) < Math.abs(x(sizes[best] as number) - px) ? i : best), 0);
  return (
    <div ref={room} class="chart">
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${measure === 'time' ? 'Time' : 'Bus bandwidth'} over the size: arrow keys move from size to size`}
        aria-valuemin={0}
        aria-valuemax={sizes.length - 1}
        aria-valuenow={looked === undefined ? 0 : sizes.indexOf(looked)}
        aria-valuetext={looked === undefined ? 'no size' : told(curves, looked)}
        onPointerMove={({ offsetX }) => lookAt(nearest(offsetX))}
        onPointerLeave={() => setLooked(undefined)}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          lookAt(looked === undefined ? 0 : sizes.indexOf(looked) + step);
        }}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {yTicks.map((tick) => (
            <g key={tick}>
              <line class="grid" x1={ROOM.left} x2={width - ROOM.right} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={ROOM.left - 8} y={y(tick)} dy="0.35em" text-anchor="end">
                {measure === 'time' ? time(tick) : bandwidth(tick)}
              </text>
            </g>
          ))}
          {xTicks.map((tick) => (
            <text key={tick} class="tick" x={x(tick)} y={HEIGHT - 12} text-anchor="middle">
              {bytes(tick)}
            </text>
          ))}
          {looked !== undefined && (
            <line class="cross" x1={x(looked)} x2={x(looked)} y1={ROOM.top} y2={HEIGHT - ROOM.bottom} />
          )}
          {curves.map((curve) =>
            curve.isMeasured ? (
              curve.points.map((point, i) => (
                <circle
                  key={`${curve.name} ${i}`}
                  cx={x(point.bytes)}
                  cy={y(value(point))}
                  r="3.5"
                  fill="none"
                  stroke={curve.colour}
                  stroke-width="2"
                />
              ))
            ) : (
              <path
                key={curve.name}
                d={pathOf(curve)}
                fill="none"
                stroke={curve.colour}
                stroke-width="2"
                stroke-dasharray={curve.dash}
                stroke-linejoin="round"
              />
            ),
          )}
        </svg>
      </div>
      <p class={`told ${looked === undefined ? 'quiet' : ''}`}>
        {looked === undefined ? 'Point at the chart to read the numbers.' : told(curves, looked)}
      </p>
    </div>
  );
}

function told(curves: readonly Curve[], size: number): string {
  const parts = curves.flatMap(({ name, points }) => {
    const point = points.find((one) => one.bytes === size);
    return point === undefined ? [] : [`${name} ${time(point.timeNs)}, ${bandwidth(point.busbwGBps)}`];
  });
  return `${bytes(size)}: ${parts.join('; ')}`;
}

function sizesOf(curves: readonly Curve[]): number[] {
  return [...new Set(curves.flatMap(({ points }) => points.map((point) => point.bytes)))].sort((a, b) => a - b);
}

function scalesOf(curves: readonly Curve[], sizes: readonly number[], measure: Measure, width: number) {
  const values = curves.flatMap(({ points }) =>
    points.map(({ timeNs, busbwGBps }) => (measure === 'time' ? timeNs : busbwGBps)),
  );
  const most = Math.max(...values, 1e-9);
  const least = Math.max(Math.min(...values), 1e-9);
  const [first, last] = [sizes[0] as number, sizes.at(-1) as number];
  const span = Math.max(1e-9, Math.log2(last / first));
  const across = width - ROOM.left - ROOM.right;
  const down = HEIGHT - ROOM.top - ROOM.bottom;
  const x = (size: number) => ROOM.left + (span < 1e-6 ? 0.5 : Math.log2(size / first) / span) * across;
  const every = Math.max(1, Math.ceil(sizes.length / Math.max(2, across / 74)));
  const xTicks = sizes.filter((_, i) => i % every === 0);
  if (measure === 'busbw') {
    const step = niceStep(most / 5);
    const top = Math.ceil((most / step) * 1.0001) * step;
    const y = (value: number) => ROOM.top + down - (value / top) * down;
    return { x, y, xTicks, yTicks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step) };
  }
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
  const y = (value: number) => ROOM.top + down - ((Math.log10(value) - low) / (high - low)) * down;
  return { x, y, xTicks, yTicks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}
