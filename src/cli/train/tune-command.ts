import type { PlanSpec } from '../../training/plan-spec.js';
import { spaceSize } from '../../training/plans-of.js';
import { rank, type TrainingPoint } from '../../training/ranked.js';
import { scaleFront } from '../../training/scale-training.js';
import { readMachine } from '../../training/training-options.js';
import { printWarnings } from '../cluster/options-file.js';
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
import type { GivenFlags } from './plan-flags.js';
import { type PlanJob, simulateAll } from './plan-workers.js';
import { scaleLines } from './scale-text.js';
import type { MachineFlags } from './train-options.js';
import { readJobs, refuseFirst, type TuneJobs } from './tune-job.js';
import { type Found, fastest, tuneLines } from './tune-text.js';

/** The options of `train tune` from commander, without those of the plan. */
export interface TrainTuneFlags extends MachineFlags {
  readonly best: string;
  readonly workers?: string;
  readonly plot?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Fewer plans finish before threads have started. */
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
  const asked = await readJobs(file, flags);
  const { accelerators, inTerms, warnings } = asked;
  const found = await findAll(asked.jobs, wanted, (text) => {
    if (!flags.json) io.err(`# ${text}\n`);
  });
  if (found.every(({ counts }) => counts.invalid === counts.all)) inTerms(() => refuseFirst(asked.jobs[0] as PlanJob));
  printWarnings(warnings, io);
  const front = accelerators === undefined ? undefined : scaleFront(found.map(({ ranked }) => ranked.best));
  if (flags.plot !== undefined)
    await plot(flags.plot, found, front, inTerms(() => readMachine(asked.options)).model.name);
  if (flags.json) {
    const input = { ...asked.options, ...(file === undefined ? {} : { file }) };
    const { job } = found[0] as Found;
    io.out(
      accelerators === undefined
        ? jsonOutput('train tune', { ...input, space: job.space }, resultsOf(found[0] as Found, most))
        : jsonOutput('train tune', { ...input, accelerators }, scaled(asked, found, most, front)),
    );
  } else if (flags.csv) io.out(`${csvOf(found, accelerators !== undefined).join('\n')}\n`);
  else {
    const lines =
      front === undefined
        ? tuneLines(found[0] as Found, most, commandOf(file, flags, flags.gpus))
        : scaleLines(found, front, (npus) => commandOf(file, flags, npus));
    io.out(`${lines.join('\n')}\n`);
  }
  return EXIT.complete;
}

/** Simulates the plans of all spaces and shows the progress. */
async function findAll(
  jobs: readonly PlanJob[],
  wanted: number | undefined,
  say: (text: string) => void,
): Promise<Found[]> {
  const size = jobs.reduce((sum, { space }) => sum + spaceSize(space), 0);
  const watcher = watch({ points: size, exact: true, combinations: size }, { points: 0, failed: 0, looked: 0 }, say);
  try {
    const count = Math.min(threadCount(wanted, size >= WORTH_WORKERS), size);
    const all = await interruptible((signal) =>
      simulateAll(jobs, count, signal, ({ all, simulated }) => {
        watcher.at({ points: all, failed: all - simulated, looked: all });
      }),
    );
    return all.map((plans, i) => {
      const job = jobs[i] as PlanJob;
      return { ...plans, job, ranked: rank(plans.points, job.space) };
    });
  } finally {
    watcher.stop();
  }
}

function resultsOf({ counts, invalidBy, points, ranked: { best, front, knobs } }: Found, most: number) {
  return { counts, invalidBy, best, plans: fastest(points).slice(0, most), front, knobs };
}

function scaled({ accelerators = [] }: TuneJobs, found: readonly Found[], most: number, front: unknown) {
  const sizes = found.map((one, i) => {
    return { accelerators: accelerators[i], space: one.job.space, ...resultsOf(one, most) };
  });
  return { sizes, front };
}

function csvOf(found: readonly Found[], several: boolean): string[] {
  const knobs = [...new Set(found.flatMap(({ job }) => Object.keys(job.space)))] as (keyof PlanSpec)[];
  const head = [
    ...(several ? ['accelerators'] : []),
    ...knobs,
    ...['step_ns', 'memory_bytes', 'model_flops_utilisation'],
  ];
  const points = fastest(found.flatMap((one) => one.points));
  const rows = points.map(({ plan, npus, stepNs, memoryBytes, modelFlopsUtilisation }) => [
    ...(several ? [npus] : []),
    ...knobs.map((knob) => (Array.isArray(plan[knob]) ? plan[knob].join('-') : String(plan[knob]))),
    ...[stepNs, memoryBytes, modelFlopsUtilisation],
  ]);
  return [head, ...rows].map(csvLine);
}

/** The command that simulates a plan on the same machine, without the plan's own flags. */
function commandOf(
  file: string | undefined,
  flags: TrainTuneFlags & GivenFlags,
  gpus: string | number | undefined,
): string {
  const names = [
    'model',
    'cluster',
    'gpus',
    'efficiency',
    'memory-efficiency',
    'endpoint-delay',
    'splits',
    'costs',
    'network',
  ];
  const parts = names.flatMap((name) => {
    const text = name === 'gpus' ? gpus : flags[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return text === undefined ? [] : [`--${name} ${/^[\w.-]+$/.test(String(text)) ? text : `"${text}"`}`];
  });
  return ['astra-sim-ts train', ...(file === undefined ? [] : [file]), ...parts].join(' ');
}

async function plot(
  file: string,
  found: readonly Found[],
  scales: readonly TrainingPoint[] | undefined,
  name: string,
): Promise<void> {
  const { frontChart, renderSvg, scaleChart } = await import('../../charts/index.js');
  const title = `Plans to train ${name === '' ? 'the model' : name}`;
  const points = found.flatMap((one) => one.points);
  const plans = `${points.length.toLocaleString('en-US')} plans that fit; the line:`;
  const front = scales ?? (found[0] as Found).ranked.front;
  writeWhole(
    file,
    await renderSvg(
      scales === undefined
        ? frontChart(points, front, { title, subtitle: `${plans} none is both faster and smaller` })
        : scaleChart(points, front, { title, subtitle: `${plans} none is faster on as few accelerators` }),
    ),
  );
}
