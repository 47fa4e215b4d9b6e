import type { Alternative, Sensitivity } from '../../sweep/tune/sensitivity.js';
import type { TunedPoint, TuneResult } from '../../sweep/tune/tune.js';
import { columns, wrap } from '../table.js';

const WIDTH = 110;
/** Most points of the front to print, spread over it. */
const FRONT = 12;
/** Most alternatives of one axis to print, the nearest first. */
const SHOWN = 8;

/** The result as text: best points, the front, and the effect of each axis. */
export function tuneLines(result: TuneResult): string[] {
  const { best, pareto, sensitivity, minimise } = result;
  const front = spread(pareto, FRONT);
  return [
    ...head(result),
    '',
    `Best points by ${minimise}`,
    ...table(best, minimise !== 'time_ns'),
    '',
    `Pareto front: nothing evaluated is both faster and cheaper (${front.length} of ${pareto.length} points)`,
    ...table(front, false),
    '',
    'Around the best point, one axis changed at a time',
    ...sensitivity.flatMap((axis) => axisLines(axis)),
  ];
}

function head(result: TuneResult): string[] {
  const { method, points, exact, evaluated, around, failed, unphysical, budget, seed } = result;
  const number = (value: number) => value.toLocaleString('en-US');
  const total = `${exact ? '' : 'about '}${number(points)} points`;
  const how =
    method === 'exhaustive'
      ? `all ${number(evaluated)} evaluated: the optimum`
      : `a search evaluated ${number(evaluated)} (budget ${number(budget ?? 0)}, seed ${seed}) and ${number(around)} around the best`;
  const beaten = `${number(unphysical)} point${unphysical === 1 ? ' beats its own wires' : 's beat their own wires'}: left out; --unphysical keeps ${unphysical === 1 ? 'it' : 'them'}`;
  return [
    ...wrap(`${total}; ${how}${failed > 0 ? `; ${number(failed)} cannot be simulated` : ''}`, WIDTH),
    ...(unphysical > 0 ? [beaten] : []),
  ];
}

function table(points: readonly TunedPoint[], withObjective: boolean): string[] {
  const names = Object.keys(points[0]?.values ?? {});
  const warned = points.some(({ warnings }) => warnings.length > 0);
  const rows = points.map(({ point, objective, timeNs, cost, values, warnings }) => [
    ...(withObjective ? [short(objective)] : []),
    (timeNs / 1000).toFixed(3),
    short(cost),
    String(point),
    ...names.map((name) => text(values[name])),
    ...(warned ? [warnings.join(', ')] : []),
  ]);
  const head = [...(withObjective ? ['objective'] : []), 'time (us)', 'cost', 'point', ...names];
  return columns([[...head, ...(warned ? ['warnings'] : [])], ...rows]);
}

function axisLines({ names, best, alternatives }: Sensitivity): string[] {
  const name = `  ${names.join(', ')} = ${best.map(text).join(', ')}: `;
  if (alternatives.length === 0) return [`${name}no other value satisfies the conditions`];
  const near = [...alternatives].sort((a, b) => a.ratio - b.ratio).slice(0, SHOWN);
  const parts = near.map((one) => `${one.values.map(text).join(', ')} ${change(one)}`);
  const rest = alternatives.length - near.length;
  return wrap(`${parts.join('; ')}${rest > 0 ? `; ${rest} more` : ''}`, WIDTH, name, '      ');
}

function change({ ratio, state }: Alternative): string {
  if (state === 'unphysical') return 'beats its wires';
  if (!Number.isFinite(ratio)) return 'fails';
  const percent = (ratio - 1) * 100;
  const digits = Math.abs(percent) < 10 ? 2 : 0;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(digits)} %`;
}

function text(value: unknown): string {
  if (typeof value === 'number') return short(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as T);
}
