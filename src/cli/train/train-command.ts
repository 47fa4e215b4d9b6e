import { ConfigError } from '../../base/errors.js';
import { bestChanges, bottleneckOf, type Change, MOST_CHANGES } from '../../training/changes.js';
import { runTraining, type TrainingRun } from '../../training/simulate-training.js';
import type { StepSpan } from '../../training/step-spans.js';
import { timelineOfRun } from '../../training/timeline.js';
import { checkTraining } from '../../training/training-options.js';
import { trainingGraphs } from '../../training/training-workload.js';
import { printWarnings } from '../cluster/options-file.js';
import { duration } from '../cluster/quantities.js';
import { checkOutputs } from '../files/place.js';
import { writeWhole } from '../files/write-whole.js';
import { wholeFlag } from '../flags.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { ranksOf, writeTraceSet, wroteText } from '../trace-files.js';
import { type GivenFlags, planOf } from './plan-flags.js';
import { type MachineFlags, readOptions } from './train-options.js';
import { trainLines } from './train-text.js';

/** The options of `train` from commander, without those of the plan. */
export interface TrainFlags extends MachineFlags {
  readonly changes: string;
  readonly perfetto?: string;
  readonly timeline?: string;
  readonly traces?: string;
  readonly ranks?: string;
  readonly json?: boolean;
}

export async function trainCommand(file: string | undefined, flags: TrainFlags & GivenFlags, io: Io): Promise<void> {
  const most = wholeFlag(flags.changes, '--changes', MOST_CHANGES, 0);
  const outputs = [
    ...(flags.perfetto === undefined ? [] : [{ flag: '--perfetto', path: flags.perfetto }]),
    ...(flags.timeline === undefined ? [] : [{ flag: '--timeline', path: flags.timeline }]),
  ];
  if (flags.ranks !== undefined && flags.traces === undefined) {
    throw new ConfigError([{ path: '--ranks', expected: '--traces DIR, where to write them', got: 'no --traces' }]);
  }
  checkOutputs(outputs, file === undefined ? [] : [{ flag: 'FILE', path: file }]);
  const { options, warnings, inTerms } = await readOptions(file, flags, planOf(flags));
  const checked = inTerms(() => checkTraining(options));
  // Of the step and of every change to it: too many to be counted before they are planned.
  if (options.network === 'congestion-aware') io.foresee?.(Number.POSITIVE_INFINITY);
  const ranks = ranksOf(flags.ranks, checked.plan.npus);
  const { graphs, run, changes } = inTerms(() => {
    // Before anything is written: what cannot be written is refused first.
    const graphs = flags.traces === undefined ? undefined : trainingGraphs(options, ranks);
    const run = runTraining(options);
    return { graphs, run, changes: most === 0 ? [] : bestChanges(options, most) };
  });
  const { result } = run;
  const bottleneck = bottleneckOf(result.breakdown);
  printWarnings([...warnings, ...result.warnings], io);
  if (flags.perfetto !== undefined || flags.timeline !== undefined) {
    await writeTimeline(
      run,
      inTerms(() => timelineOfRun(run)),
      flags,
      io,
    );
  }
  if (graphs !== undefined) {
    const { graphOf, groups } = graphs;
    const [{ traceOf }, { writeTrace }] = await Promise.all([
      import('../../formats/chakra/trace-of.js'),
      import('../../formats/chakra/write-trace.js'),
    ]);
    const written = writeTraceSet({
      ...{ directory: flags.traces ?? '', prefix: 'step', npus: result.npus, ranks },
      bytesOf: (npu) => writeTrace(traceOf(graphOf(npu))),
      groups: () => groups,
    });
    io.err(`# ${wroteText(written)}\n`);
  }
  if (flags.json) {
    const input = { ...options, plan: checked.plan, ...(file === undefined ? {} : { file }) };
    io.out(jsonOutput('train', input, { ...result, bottleneck, changes: changes.map(plainChange) }));
  } else io.out(`${trainLines(checked, result, bottleneck, most === 0 ? undefined : changes).join('\n')}\n`);
}

function plainChange({ name, option, from, to, gain, plan, result }: Change) {
  const { stepNs, memory, fits, modelFlopsUtilisation } = result;
  return { name, option, from, to, gain, stepNs, modelFlopsUtilisation, memory, fits, plan };
}

async function writeTimeline(
  { checked: { model, plan, network }, result: { stepNs } }: TrainingRun,
  spans: readonly StepSpan[],
  { perfetto, timeline }: TrainFlags,
  io: Io,
): Promise<void> {
  const endNs = spans.reduce((latest, span) => Math.max(latest, span.endNs), 0);
  const apart = apartOf(endNs, stepNs);
  if (apart !== '') io.err(`# note: the timeline is of the run with queues at links: ${apart}\n`);
  if (perfetto !== undefined) {
    const { stepPerfetto } = await import('../../formats/step-perfetto.js');
    writeWhole(perfetto, `${JSON.stringify(stepPerfetto(spans, stepNs))}\n`);
  }
  if (timeline === undefined) return;
  const { pipelineSvg } = await import('../../charts/index.js');
  const title = `A training step${model.name === '' ? '' : ` of ${model.name}`}: ${duration(stepNs)}`;
  const subtitle = [
    `one accelerator${plan.pipeline === 1 ? '' : ` of each of ${plan.pipeline} stages`}`,
    `${plan.microBatches} micro-batch${plan.microBatches === 1 ? '' : 'es'}`,
    ...(plan.pipeline === 1 ? [] : [plan.schedule]),
    ...(network === 'congestion-aware'
      ? [apart === '' ? 'with queues at links' : `with queues at links: ${apart}`]
      : []),
  ].join(', ');
  writeWhole(timeline, pipelineSvg(spans, { title, subtitle }));
}

/** By how much a timeline is not the step that is printed. */
function apartOf(endNs: number, stepNs: number): string {
  if (endNs === stepNs) return '';
  return `it takes ${duration(endNs)}, ${duration(Math.abs(endNs - stepNs))} ${endNs > stepNs ? 'more' : 'less'} than the step`;
}
