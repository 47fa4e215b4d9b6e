import { ConfigError } from '../../base/errors.js';
import { bestChanges, bottleneckOf, type Change, MOST_CHANGES } from '../../training/changes.js';
import { simulateTraining } from '../../training/simulate-training.js';
import { trainingTimeline } from '../../training/timeline.js';
import { checkTraining, type TrainingOptions } from '../../training/training-options.js';
import { trainingGraphs } from '../../training/training-workload.js';
import { printWarnings } from '../cluster/options-file.js';
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
  const ranks = ranksOf(flags.ranks, checked.plan.npus);
  const { graphs, result, changes } = inTerms(() => {
    // Before anything is written: what cannot be written is refused first.
    const graphs = flags.traces === undefined ? undefined : trainingGraphs(options, ranks);
    const result = simulateTraining(options);
    return { graphs, result, changes: most === 0 ? [] : bestChanges(options, most) };
  });
  const bottleneck = bottleneckOf(result.breakdown);
  printWarnings([...warnings, ...result.warnings], io);
  if (flags.perfetto !== undefined || flags.timeline !== undefined) await writeTimeline(options, flags, inTerms);
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
  options: TrainingOptions,
  { perfetto, timeline }: TrainFlags,
  inTerms: <T>(run: () => T) => T,
): Promise<void> {
  const spans = inTerms(() => trainingTimeline(options));
  if (perfetto !== undefined) {
    const { stepPerfetto } = await import('../../formats/step-perfetto.js');
    writeWhole(perfetto, `${JSON.stringify(stepPerfetto(spans))}\n`);
  }
  if (timeline === undefined) return;
  const { pipelineChart, renderSvg } = await import('../../charts/index.js');
  const { model, plan } = checkTraining(options);
  const title = `A training step${model.name === '' ? '' : ` of ${model.name}`}`;
  const who = plan.pipeline === 1 ? 'one accelerator' : `one accelerator of each of ${plan.pipeline} stages`;
  const what = plan.microBatches === 1 ? 'one micro-batch' : `${plan.microBatches} micro-batches`;
  const subtitle = `${who}, ${what}, ${plan.schedule}`;
  writeWhole(timeline, await renderSvg(pipelineChart(spans, { title, subtitle })));
}
