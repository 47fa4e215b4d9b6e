import type { PlanSpec } from '../../training/plan-spec.js';
import type { TrainingPoint } from '../../training/ranked.js';
import { readMachine } from '../../training/training-options.js';
import { duration, percent } from '../cluster/quantities.js';
import { flagOf } from '../flags.js';
import { columns, wrap } from '../table.js';
import { gb, modelLine, thousands } from './train-text.js';
import { commandLines, countsText, differ, type Found, planText, valueText } from './tune-text.js';

const WIDTH = 110;

/**
 * The result of a search over numbers of accelerators, as text.
 * @param found - one for each number, fewest first.
 * @param commandFor - the command that simulates one plan on this many, without the plan's own flags.
 */
export function scaleLines(
  found: readonly Found[],
  front: readonly TrainingPoint[],
  commandFor: (npus: number) => string,
): string[] {
  const machines = found.map(({ job }) => readMachine(job.options));
  const sizes = machines.map(({ cluster }) => cluster?.npus ?? 0);
  const [{ model, cluster } = {}] = machines;
  const head = model && cluster ? [modelLine(model, cluster.accelerator, sizes)] : [];
  const lines = [...head, ...wrap(countsText(found), WIDTH)];
  const fastest = front.at(-1);
  if (fastest === undefined) return [...lines, '', 'no plan fits into memory on any of them'];
  return [
    ...lines,
    '',
    'Pareto front: the fastest plan on each number of accelerators that is faster than on all smaller ones',
    ...frontTable(front, [...new Set(found.flatMap(({ job }) => Object.keys(job.space) as (keyof PlanSpec)[]))]),
    ...found.flatMap(({ ranked: { best } }, i) => besides(sizes[i] as number, best, front)),
    '',
    'to look at the fastest:',
    ...commandLines(`${commandFor(fastest.npus)} ${planText(fastest)}`),
  ];
}

function frontTable(front: readonly TrainingPoint[], knobs: readonly (keyof PlanSpec)[]): string[] {
  const varied = knobs.filter((knob) => differ(front, knob));
  const each = ({ tokensPerSecond, npus }: TrainingPoint) => tokensPerSecond / npus;
  const [fewest] = front as [TrainingPoint];
  const rows = front.map((point) => [
    thousands(point.npus),
    duration(point.stepNs),
    (fewest.stepNs / point.stepNs).toFixed(2),
    thousands(point.tokensPerSecond),
    thousands(each(point)),
    percent(each(point) / each(fewest)),
    percent(point.modelFlopsUtilisation),
    gb(point.memoryBytes),
    ...varied.map((knob) => valueText(point.plan[knob])),
  ]);
  const names = ['accelerators', 'step', 'speed-up', 'tokens/s', 'of each', 'of the first', 'MFU', 'memory'];
  return columns([[...names, ...varied.map((knob) => flagOf(knob).slice(2))], ...rows]).map((line) => `  ${line}`);
}

/** Says why a number of accelerators is not on the front. */
function besides(npus: number, best: TrainingPoint | undefined, front: readonly TrainingPoint[]): string[] {
  if (best === undefined) return [`  on ${thousands(npus)} no plan fits into memory`];
  if (front.includes(best)) return [];
  const before = front.findLast((point) => point.npus < npus);
  return [
    `  on ${thousands(npus)} no plan is faster than on ${thousands(before?.npus ?? 0)}: ${duration(best.stepNs)}`,
  ];
}
