import type { PlanSpec } from '../../training/plan-spec.js';
import type { KnobWorth, TrainingPoint, TunedTraining } from '../../training/ranked.js';
import { readMachine } from '../../training/training-options.js';
import type { SimulatedPlans } from '../../training/tune-training.js';
import { duration, percent } from '../cluster/quantities.js';
import { flagOf } from '../flags.js';
import { columns, wrap } from '../table.js';
import { flagText } from './plan-flags.js';
import type { PlanJob } from './plan-workers.js';
import { gb, modelLine, thousands } from './train-text.js';

const WIDTH = 110;
/** Most plans of the front to print, spread over it. */
const FRONT = 12;

/** The outcome of a search. */
export interface Found extends SimulatedPlans {
  readonly job: PlanJob;
  readonly ranked: Omit<TunedTraining, 'counts'>;
}

/**
 * The result as text: the best plans, the front, what each knob is worth.
 * @param most - plans to print.
 * @param command - the command that simulates one plan, without the plan's own flags.
 */
export function tuneLines({ job, ranked, ...found }: Found, most: number, command: string): string[] {
  const { options, space } = job;
  const { model, cluster } = readMachine(options);
  const head = cluster === undefined ? [] : [modelLine(model, cluster.accelerator, [cluster.npus])];
  const lines = [...head, ...wrap(countsText([found]), WIDTH)];
  const { best, front, knobs } = ranked;
  if (best === undefined) return [...lines, '', 'no plan fits into memory: more accelerators, or --zero 3, may help'];
  // Knobs in which all simulated plans agree say nothing.
  const varied = (Object.keys(space) as (keyof PlanSpec)[]).filter((knob) => differ(found.points, knob));
  const list = fastest(found.points).slice(0, most);
  const shown = spread(front, FRONT);
  return [
    ...lines,
    '',
    list.length === 1 ? 'the fastest plan' : `the ${thousands(list.length)} fastest plans`,
    ...table(list, varied),
    '',
    `Pareto front: no plan is both faster and smaller (${shown.length} of ${front.length})`,
    ...table(shown, varied),
    '',
    'what each knob is worth: the fastest plan with each value',
    ...knobs.filter(({ knob }) => varied.includes(knob as keyof PlanSpec)).flatMap(knobLines),
    '',
    'to look at the fastest:',
    ...commandLines(`${command} ${planText(best)}`),
  ];
}

export function fastest(points: readonly TrainingPoint[]): TrainingPoint[] {
  return points.toSorted((a, b) => a.stepNs - b.stepNs || a.memoryBytes - b.memoryBytes);
}

export function differ([first, ...others]: readonly TrainingPoint[], knob: keyof PlanSpec): boolean {
  const value = JSON.stringify(first?.plan[knob]);
  return others.some(({ plan }) => JSON.stringify(plan[knob]) !== value);
}

/** The number of plans, by outcome. */
export function countsText(found: readonly SimulatedPlans[]): string {
  const [all, invalid, identical, tooLarge, simulated] = (
    ['all', 'invalid', 'identical', 'tooLarge', 'simulated'] as const
  ).map((kind) => found.reduce((sum, { counts }) => sum + counts[kind], 0)) as [number, number, number, number, number];
  const invalidBy = new Map<string, number>();
  for (const one of found) {
    for (const [path, plans] of Object.entries(one.invalidBy)) invalidBy.set(path, (invalidBy.get(path) ?? 0) + plans);
  }
  const reasons = [...invalidBy]
    .sort(([, a], [, b]) => b - a)
    .map(([path, plans]) => `${path === '' || path === 'plan' ? 'degrees' : path} ${thousands(plans)}`);
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const same = identical === 0 ? '' : `${thousands(identical)} place ranks as another order of axes does, `;
  return `${thousands(all)} plans: ${thousands(invalid)} do not divide${why}, ${same}${thousands(tooLarge)} do not fit into memory, ${thousands(simulated)} simulated`;
}

function table(points: readonly TrainingPoint[], knobs: readonly (keyof PlanSpec)[]): string[] {
  const rows = points.map(({ plan, stepNs, memoryBytes, modelFlopsUtilisation }) => [
    duration(stepNs),
    percent(modelFlopsUtilisation),
    gb(memoryBytes),
    ...knobs.map((knob) => valueText(plan[knob])),
  ]);
  const names = knobs.map((knob) => flagOf(knob).slice(2));
  return columns([['step', 'MFU', 'memory', ...names], ...rows]).map((line) => `  ${line}`);
}

export function valueText(value: unknown): string {
  return Array.isArray(value) ? value.join('-') : String(value ?? '-');
}

function knobLines({ knob, values }: KnobWorth): string[] {
  const [best] = values;
  const parts = values.map(({ value, stepNs }) => {
    const more = stepNs / (best?.stepNs ?? stepNs) - 1;
    return `${textOfJson(value)} ${more === 0 ? duration(stepNs) : `+${percent(more)}`}`;
  });
  return wrap(parts.join(', '), WIDTH, `  ${flagOf(knob).slice(2)}: `, '      ');
}

function textOfJson(value: string): string {
  return valueText(JSON.parse(value));
}

/** Represents a space where a line must not break. */
const GLUE = '\u00a0';

/** A command, broken between its flags for a shell. */
export function commandLines(command: string): string[] {
  const lines = wrap(command, WIDTH - 2, '  ', '    ').map((line) => line.replaceAll(GLUE, ' '));
  return lines.map((line, i) => (i < lines.length - 1 ? `${line} \\` : line));
}

export function planText({ plan }: TrainingPoint): string {
  return (Object.keys(plan) as (keyof PlanSpec)[])
    .map((option) => flagText(option, plan[option]))
    .map((text) => text.replaceAll(' ', GLUE))
    .join(' ');
}

function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as T);
}
