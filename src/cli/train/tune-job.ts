import { ConfigError, show } from '../../base/errors.js';
import { type PlanSpace, planSpace } from '../../training/plan-space.js';
import type { PlanSpec } from '../../training/plan-spec.js';
import { plansOf } from '../../training/plans-of.js';
import { sizedOptions } from '../../training/scale-training.js';
import { simulateTraining } from '../../training/simulate-training.js';
import type { TrainingOptions } from '../../training/training-options.js';
import { checkSpace } from '../../training/tune-training.js';
import { isTable } from '../cluster/options-file.js';
import { type GivenFlags, knobsOf, PLAN_FLAGS } from './plan-flags.js';
import type { PlanJob } from './plan-workers.js';
import { type MachineFlags, type ReadOptions, readOptions } from './train-options.js';

/** The job of `train tune`. */
export interface TuneJobs extends Pick<ReadOptions, 'options' | 'inTerms' | 'warnings'> {
  /** Numbers of accelerators, if several. */
  readonly accelerators: readonly number[] | undefined;
  /** One for each number of accelerators, fewest first. */
  readonly jobs: readonly PlanJob[];
}

/** Splits options into fixed ones and searched ones: values with commas, those of the file, and the unnamed. */
export async function readJobs(
  file: string | undefined,
  { gpus, ...flags }: MachineFlags & GivenFlags,
): Promise<TuneJobs> {
  const numbers = gpus === undefined ? [] : numbersOf(gpus);
  const several = numbers.length > 1;
  const given = Object.entries(knobsOf(flags));
  const fixed = Object.fromEntries(
    given.filter(([, { length }]) => length === 1).map(([name, [value]]) => [name, value]),
  );
  const named = given.map(([name]) => name);
  const machine = several || gpus === undefined ? flags : { ...flags, gpus: String(numbers[0] ?? gpus) };
  const read = await readOptions(file, machine, { ...fixed, ...singleOf(flags) }, { others: ['space'], named });
  const { space: written = {} } = read.others;
  if (!isTable(written)) {
    throw new ConfigError([{ path: `${file}: space`, expected: 'values by option', got: String(written) }]);
  }
  const searched = { ...without(written, fixed), ...Object.fromEntries(given.filter(([, { length }]) => length > 1)) };
  const { options, inTerms, warnings } = read;
  const jobs = inTerms(() =>
    (several ? sizedOptions(options, numbers).map(([, sized]) => sized) : [options]).map((sized) => {
      return { options: sized, space: spaceOf(sized, searched) };
    }),
  );
  return { jobs, options, inTerms, warnings, accelerators: several ? numbers : undefined };
}

/** The named options, and those of the rest that are worth a search. */
function spaceOf(options: TrainingOptions, searched: Readonly<Record<string, unknown>>): PlanSpace {
  const taken = { ...options.plan, ...Object.fromEntries(Object.keys(searched).map((knob) => [knob, true])) };
  const open = planSpace({ ...options, plan: taken as unknown as PlanSpec });
  const space = { ...searched, ...open } as PlanSpace;
  checkSpace(options, space);
  return space;
}

const MOST_DOUBLINGS = 32;

/** Numbers of accelerators, fewest first: `1024`, `256,512,1024`, or doubled from one to another: `256-1024`. */
function numbersOf(text: string): number[] {
  const numbers = text.split(',').flatMap((part) => {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    const doubled = Array.from({ length: MOST_DOUBLINGS }, (_, i) => first * 2 ** i).filter((one) => one <= last);
    if (first >= 1 && doubled.length > 0) return doubled;
    const expected = 'a whole number; several with commas, or doubled from one to another: 256-1024';
    throw new ConfigError([{ path: '--gpus', expected, got: show(text) }]);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Options of a plan that always have one value. */
function singleOf(flags: GivenFlags): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    PLAN_FLAGS.flatMap(({ option, isKnob, read }) => {
      const text = flags[option];
      return isKnob || text === undefined ? [] : [[option, read(String(text))]];
    }),
  );
}

function without(table: Readonly<Record<string, unknown>>, others: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !(key in others)));
}

/** If no plan is valid, throws the problems of the first. */
export function refuseFirst({ options, space }: PlanJob): void {
  for (const plan of plansOf(options.plan, space)) {
    simulateTraining({ ...options, plan });
    return;
  }
}
