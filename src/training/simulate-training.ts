import type { Warning } from '../base/warnings.js';
import { checkTime } from '../report/result-of.js';
import type { Dimension } from '../topology/dimension.js';
import type { Accelerator } from './cluster.js';
import { Communication } from './communication.js';
import { type Contention, contentionOf } from './contention.js';
import { modelOperations, stepOperations } from './flops.js';
import { isAligned } from './group-network.js';
import { type MemoryUse, stageMemory } from './memory.js';
import type { Plan } from './plan.js';
import { type PlayedStep, playStep, type TimeUse } from './play-step.js';
import { sharedLinksWarnings } from './shared-links.js';
import { type TrainingStep, trainingStep } from './step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from './training-options.js';

/** What became of a training step: plain data. */
export interface TrainingResult {
  readonly stepNs: number;
  readonly tokensPerSecond: number;
  /**
   * Operations that the model needs, over what all NPUs could have done in the time. Every score of
   * the attention counts, as papers count them: fused attention leaves out half, so that with long
   * sequences this may be above what multiplications reach, in the extreme above 1.
   */
  readonly modelFlopsUtilisation: number;
  readonly npus: number;
  /** Micro-batches per pipeline. */
  readonly microBatches: number;
  /** Where the time of an NPU went, ns, on average over all; adds up to `stepNs`. */
  readonly breakdown: TimeUse;
  /** The same for the NPUs of each pipeline stage. */
  readonly breakdownByStage: readonly TimeUse[];
  /** Of the stage that needs most, bytes. */
  readonly memory: MemoryUse;
  readonly memoryByStage: readonly MemoryUse[];
  /** Whether that is no more than an NPU has. */
  readonly fits: boolean;
  readonly warnings: readonly Warning[];
  readonly engine: {
    readonly reason: string;
    /** Nodes of all graphs together. */
    readonly nodes: number;
    /** Collectives that were simulated, each once. */
    readonly collectives: number;
  };
}

/**
 * Simulates a training step of a transformer.
 *
 * @example
 * simulateTraining({
 *   model: 'gpt3-175b',
 *   cluster: 'dgx-a100 x 1024',
 *   plan: { tensor: 8, pipeline: 16, globalBatch: 1536, recompute: 'full' },
 * });
 * @throws ConfigError with what is wrong.
 * @throws SimulationError when the time exceeds 2^53 ns, beyond which ns are not exact.
 */
export function simulateTraining(options: TrainingOptions): TrainingResult {
  return runTraining(options).result;
}

/** A simulated step, with what its timeline is made of. */
export interface TrainingRun {
  readonly checked: CheckedTraining;
  readonly step: TrainingStep;
  readonly communication: Communication;
  readonly played: PlayedStep;
  /** Undefined without queues at links. */
  readonly contention: Contention | undefined;
  readonly result: TrainingResult;
}

/** {@link simulateTraining}, for those who want its timeline too. */
export function runTraining(options: TrainingOptions): TrainingRun {
  const checked = checkTraining(options);
  const { model, plan, accelerator, dimensions, rates, durations, endpoints, network } = checked;
  const step = trainingStep(model, plan, rates, durations);
  const communication = new Communication(dimensions, plan, endpoints);
  const { stages } = step;
  const played = playStep(step, communication);
  const contention = network === 'congestion-aware' ? contentionOf(checked, step, communication) : undefined;
  const stepNs = played.stepNs + (contention?.ns ?? 0);
  checkTime(stepNs);
  const memoryByStage = stages.map(({ stage }) => stageMemory(model, plan, stage));
  const memory = memoryByStage.reduce((most, one) => (one.total > most.total ? one : most));
  const fits = memory.total <= accelerator.memoryBytes;
  const breakdownByStage = played.stages.map(({ use }) => ({ ...use, contention: contention?.ns ?? 0 }));
  const breakdown = mean(breakdownByStage);
  const result = {
    stepNs,
    tokensPerSecond: (plan.globalBatch * model.sequence * 1e9) / stepNs,
    modelFlopsUtilisation: modelOperations(model, plan.globalBatch) / (stepNs * rates.peak * plan.npus),
    npus: plan.npus,
    microBatches: plan.microBatches,
    breakdown,
    breakdownByStage,
    memory,
    memoryByStage,
    fits,
    warnings: [
      ...checked.warnings,
      ...communication.warnings,
      ...memoryWarnings(memory, accelerator, fits),
      ...(durations === undefined ? [] : durationWarnings(checked, breakdown)),
      ...groupWarnings(plan, dimensions, communication),
      ...(contention?.warnings ?? sharedLinksWarnings(step, played, communication, dimensions)),
    ],
    engine: {
      reason: `NPUs of a stage do the same: ${plan.pipeline} stand for ${plan.npus}${contention === undefined ? '' : `; for what links add, ${contention.reason}`}`,
      nodes: stages.reduce((sum, { nodes }) => sum + nodes.length, 0),
      collectives: communication.simulated,
    },
  };
  return { checked, step, communication, played, contention, result };
}

/** Every stage has as many NPUs. */
function mean(uses: readonly TimeUse[]): TimeUse {
  const kinds = Object.keys(uses[0] as TimeUse) as (keyof TimeUse)[];
  const of = (kind: keyof TimeUse) => uses.reduce((sum, use) => sum + use[kind], 0) / uses.length;
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as unknown as TimeUse;
}

function memoryWarnings({ total }: MemoryUse, { name, memoryBytes }: Accelerator, fits: boolean): Warning[] {
  if (fits) return [];
  const [needed, has] = [total, memoryBytes].map((bytes) => (bytes / 1e9).toFixed(1)) as [string, string];
  const message = `the plan does not fit: an NPU needs ${needed} GB, ${name} has ${has} GB`;
  return [{ code: 'out-of-memory', message, data: { needed: total, has: memoryBytes } }];
}

/** Durations that somebody measured may be those of another computation. */
function durationWarnings(
  { model, plan, rates, accelerator }: CheckedTraining,
  { forward, backward, recomputed }: TimeUse,
): Warning[] {
  const done = stepOperations(model, plan);
  const operations = (done.forward + done.backward + done.recomputed) / plan.npus;
  const share = operations / (rates.peak * (forward + backward + recomputed));
  if (share <= 1) return [];
  const message = `in the measured durations ${accelerator.name} would do ${share.toFixed(2)} times the operations of its peak: they are those of another computation`;
  return [{ code: 'more-than-the-peak', message, data: { shareOfPeak: share } }];
}

function groupWarnings(plan: Plan, dimensions: readonly Dimension[], { irregular }: Communication): Warning[] {
  if (irregular.size === 0 && isAligned(plan, dimensions)) return [];
  const kinds = [...irregular].join(', ') || 'some';
  const message = `groups (${kinds}) break off within a dimension of the network: one stands for all, by its slowest links`;
  return [{ code: 'irregular-groups', message, data: { groups: kinds } }];
}
