import { useEffect, useMemo } from 'preact/hooks';
import { bandwidth, bytes, time } from '../format.js';
import { Question } from '../state/question.js';
import { change, page, spec } from '../state/store.js';
import { Asked } from '../ui/asked.js';
import { type Curve, SizeChart } from '../ui/chart.js';
import { Segments, TextField } from '../ui/field.js';
import { Scroll } from '../ui/scroll.js';
import type { SizePoint } from '../worker/protocol.js';
import { LogDrop, measuredCurves } from './log-drop.js';

const question = new Question('sizes', { isLong: true });

const CURVES = [
  { value: 'yours', label: 'as set', colour: 'var(--ink)' },
  { value: 'ring', label: 'ring', colour: 'var(--reduce-scatter)' },
  { value: 'bidirectional-ring', label: 'bidirectional ring', colour: 'var(--reduce-scatter)', dash: '6 4' },
  { value: 'direct', label: 'direct', colour: 'var(--all-reduce)' },
  { value: 'halving-doubling', label: 'halving-doubling', colour: 'var(--all-gather)' },
  { value: 'double-binary-tree', label: 'double binary tree', colour: 'var(--all-to-all)' },
] as const;

/** Time and bandwidth over the size, for several algorithms, next to measured times. */
export default function Sizes() {
  const { from, to, curves, measure } = page.value;
  const chosen = curves.split(',').filter((name) => CURVES.some(({ value }) => value === name));
  const asked = spec.value;
  useEffect(() => {
    // The curves ignore the size chosen on the left.
    question.ask({ spec: { ...asked, size: 1 }, from, to, algorithms: chosen });
  }, [asked, from, to, curves]);
  const toggle = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    change({
      curves: CURVES.map(({ value }) => value as string)
        .filter((one) => next.includes(one))
        .join(','),
    });
  };
  const issues = (path: string) => question.answer.value.failure?.issues.filter((issue) => issue.path === path) ?? [];
  return (
    <div class="panel">
      <div class="grid-3">
        <TextField
          label="From"
          value={from}
          path="from"
          issues={issues('from')}
          onText={(text) => change({ from: text })}
        />
        <TextField label="To" value={to} path="to" issues={issues('to')} onText={(text) => change({ to: text })} />
        <Segments
          label="Show"
          value={measure}
          options={[
            { value: 'busbw', label: 'bus bandwidth' },
            { value: 'time', label: 'time' },
          ]}
          word="busbw"
          onChoice={(value) => change({ measure: value })}
        />
      </div>
      <fieldset class="checks">
        <legend class="label">Algorithms, the same in every dimension</legend>
        {CURVES.map(({ value, label, colour, ...more }) => (
          <label key={value} class="check">
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            <svg width="22" height="10" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="5"
                y2="5"
                stroke={colour}
                stroke-width="2.5"
                stroke-dasharray={'dash' in more ? more.dash : undefined}
              />
            </svg>
            {label}
          </label>
        ))}
      </fieldset>
      <Asked question={question} isGrowing>
        {(value) => <Shown points={value} />}
      </Asked>
      <LogDrop />
    </div>
  );
}

function Shown({ points }: { readonly points: readonly SizePoint[] }) {
  const measured = measuredCurves.value;
  const curves = useMemo(() => [...curvesOf(points), ...measured], [points, measured]);
  const failures = points.flatMap(({ algorithm, why }) => (why === undefined ? [] : [`${algorithm}: ${why}`]));
  const unphysical = CURVES.filter(({ value }) =>
    points.some(({ algorithm, isPhysical }) => algorithm === value && isPhysical === false),
  ).map(({ label }) => label);
  return (
    <>
      <SizeChart curves={curves} measure={page.value.measure as 'busbw'} />
      {unphysical.length > 0 && (
        <p class="small">
          {unphysical.join(', ')}: at some sizes faster than the links allow, since messages overlap on them. Choose
          “queue” under Collective to see what real links do.
        </p>
      )}
      {[...new Set(failures)].map((one) => (
        <p class="quiet small" key={one}>
          No curve for {one}
        </p>
      ))}
      <details>
        <summary>The numbers in a table</summary>
        <NumbersTable curves={curves} />
      </details>
    </>
  );
}

function curvesOf(points: readonly SizePoint[]): Curve[] {
  return CURVES.flatMap(({ value, label, colour, ...more }): Curve[] => {
    const own = points.flatMap(({ algorithm, bytes: size, timeNs, busbwGBps }) =>
      algorithm === value && timeNs !== undefined && busbwGBps !== undefined
        ? [{ bytes: size, timeNs, busbwGBps }]
        : [],
    );
    return own.length === 0
      ? []
      : [{ name: label, colour, points: own, ...('dash' in more ? { dash: more.dash } : {}) }];
  });
}

function NumbersTable({ curves }: { readonly curves: readonly Curve[] }) {
  const sizes = [...new Set(curves.flatMap(({ points }) => points.map((point) => point.bytes)))].sort((a, b) => a - b);
  return (
    <Scroll label="The numbers of the curves">
      <table>
        <thead>
          <tr>
            <th scope="col">Size</th>
            {curves.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sizes.map((size) => (
            <tr key={size}>
              <th scope="row">{bytes(size)}</th>
              {curves.map(({ name, points }) => {
                const point = points.find((one) => one.bytes === size);
                return (
                  <td key={name}>
                    {point === undefined ? '–' : `${time(point.timeNs)} · ${bandwidth(point.busbwGBps)}`}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
