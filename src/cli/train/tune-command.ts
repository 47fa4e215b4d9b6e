import { ConfigError } from '../../base/errors.js';
import { type PlanSpace, planSpace } from '../../training/plan-space.js';
import { simulateTraining } from '../../training/simulate-training.js';
import { readMachine, type TrainingOptions } from '../../training/training-options.js';
import {
  checkSpace,
  plansOf,
  rank,
  type SimulatedPlans,
  spaceSize,
  type TrainingPoint,
} from '../../training/tune-training.js';
import { isTable, printWarnings } from '../cluster/options-file.js';
import { csvLine } from '../csv.js';
import { EXIT } from '../exit-codes.js';
import { checkOutputs } from '../files/place.js';
import { writeWhole } from '../files/write-whole.js';
import { wholeFlag } from '../flags.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { workersOf } from '../sweep/flags.js';
import { interruptible } from '../sweep/interrupt.js';
import { watch } from '../sweep/progress.js';
import { threadCount } from '../threads.js';
import { type GivenFlags, knobsOf, PLAN_FLAGS } from './plan-flags.js';
import { simulateAll } from './plan-workers.js';
import { type MachineFlags, readOptions } from './train-options.js';
import { fastest, tuneLines } from './tune-text.js';

/** The options of `train tune` as commander hands them over, beside those of the plan. */
export interface TrainTuneFlags extends MachineFlags {
  readonly best: string;
  readonly workers?: string;
  readonly plot?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Fewer plans are done before threads have started. */
const WORTH_WORKERS = 32;
const MOST_PRINTED = 1_000_000;

export async function trainTuneCommand(
  file: string | undefined,
  flags: TrainTuneFlags & GivenFlags,
  io: Io,
): Promise<number> {
  const wanted = workersOf(flags);
  const most = wholeFlag(flags.best, '--best', MOST_PRINTED);
  if (flags.plot !== undefined) {
    checkOutputs([{ flag: '--plot', path: flags.plot }], file === undefined ? [] : [{ flag: 'FILE', path: file }]);
  }
  const { options, space, inTerms, warnings } = readJob(file, flags);
  const size = spaceSize(space);
  const say = (text: string) => {
    if (!flags.json) io.err(`# ${text}\n`);
  };
  const watcher = watch({ points: size, exact: true, combinations: size }, { points: 0, failed: 0, looked: 0 }, say);
  try {
    const count = Math.min(threadCount(wanted, size >= WORTH_WORKERS), size);
    const found = await interruptible((signal) =>
      simulateAll({ options, space }, count, signal, ({ all, invalid, tooLarge }) => {
        watcher.at({ points: all, failed: invalid + tooLarge, looked: all });
      }),
    );
    watcher.stop();
    // Nothing is valid: what is wrong with the first says why.
    if (found.counts.invalid === found.counts.all) inTerms(() => refuseFirst(options, space));
    const ranked = rank(found.points, space);
    printWarnings(warnings, io);
    if (flags.plot !== undefined)
      await plot(flags.plot, found, ranked.front, inTerms(() => readMachine(options)).model.name);
    if (flags.json) {
      const { best, front, knobs } = ranked;
      const { counts, invalidBy, points } = found;
      const list = fastest(points).slice(0, most);
      const input = { ...options, space, ...(file === undefined ? {} : { file }) };
      io.out(jsonOutput('train tune', input, { counts, invalidBy, best, plans: list, front, knobs }));
    } else if (flags.csv) io.out(`${csvOf(found, space).join('\n')}\n`);
    else io.out(`${tuneLines({ options, space, found, ranked, most, command: commandOf(file, flags) }).join('\n')}\n`);
    return EXIT.complete;
  } finally {
    watcher.stop();
  }
}

/** What is fixed, and what is searched: values with commas, those of the file, and what neither names. */
function readJob(file: string | undefined, flags: TrainTuneFlags & GivenFlags) {
  const given = Object.entries(knobsOf(flags));
  const fixed = Object.fromEntries(
    given.filter(([, { length }]) => length === 1).map(([name, [value]]) => [name, value]),
  );
  const named = given.map(([name]) => name);
  const read = readOptions(file, flags, { ...fixed, ...singleOf(flags) }, { others: ['space'], named });
  const { space: written = {} } = read.others;
  if (!isTable(written)) {
    throw new ConfigError([{ path: `${file}: space`, expected: 'values by option', got: String(written) }]);
  }
  const searched = { ...without(written, fixed), ...Object.fromEntries(given.filter(([, { length }]) => length > 1)) };
  return read.inTerms(() => {
    const { plan } = read.options;
    const taken = { ...plan, ...Object.fromEntries(Object.keys(searched).map((knob) => [knob, true])) };
    const open = planSpace({ ...read.options, plan: taken as unknown as TrainingOptions['plan'] });
    const space = { ...searched, ...open } as PlanSpace;
    checkSpace(read.options, space);
    return { options: read.options, space, inTerms: read.inTerms, warnings: read.warnings };
  });
}

/** Options of a plan that have one value in any case. */
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

function refuseFirst(options: TrainingOptions, space: PlanSpace): void {
  for (const plan of plansOf(options.plan, space)) {
    simulateTraining({ ...options, plan });
    return;
  }
}

function csvOf({ points }: SimulatedPlans, space: PlanSpace): string[] {
  const knobs = Object.keys(space) as (keyof PlanSpace)[];
  const head = [...knobs, 'step_ns', 'memory_bytes', 'model_flops_utilisation'];
  const rows = fastest(points).map(({ plan, stepNs, memoryBytes, modelFlopsUtilisation }) => [
    ...knobs.map((knob) => (Array.isArray(plan[knob]) ? plan[knob].join('-') : String(plan[knob]))),
    ...[stepNs, memoryBytes, modelFlopsUtilisation],
  ]);
  return [head, ...rows].map(csvLine);
}

/** The command that simulates a plan on the same machine, up to the plan's own flags. */
function commandOf(file: string | undefined, flags: TrainTuneFlags & GivenFlags): string {
  const names = ['model', 'cluster', 'gpus', 'efficiency', 'memory-efficiency', 'endpoint-delay', 'splits'];
  const parts = names.flatMap((name) => {
    const text = flags[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return text === undefined ? [] : [`--${name} ${/^[\w.-]+$/.test(String(text)) ? text : `"${text}"`}`];
  });
  return ['astra-sim-ts train', ...(file === undefined ? [] : [file]), ...parts].join(' ');
}

async function plot(file: string, { points }: SimulatedPlans, front: readonly TrainingPoint[], name: string) {
  const { frontChart, renderSvg } = await import('../../charts/index.js');
  const title = `Plans to train ${name === '' ? 'the model' : name}`;
  const subtitle = `${points.length.toLocaleString('en-US')} plans that fit; the line: none is both faster and smaller`;
  writeWhole(file, await renderSvg(frontChart(points, front, { title, subtitle })));
}
