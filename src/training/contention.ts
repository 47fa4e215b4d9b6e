import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { NodeTimes, WorkloadResult } from '../workload/result.js';
import { simulateWithin } from '../workload/simulate-workload.js';
import type { WorkloadSpec } from '../workload/spec.js';
import { expandStep } from './expand-step.js';
import { workloadAlgorithms } from './group-algorithms.js';
import { firstGroup, groupNetwork, isAligned } from './group-network.js';
import { coordinatesOf, type GroupKind, groupRanks, npuAt } from './layout.js';
import { phasesOfGroups } from './phases-of-group.js';
import { sharedStep } from './shared-graphs.js';
import type { TrainingStep } from './step.js';
import type { CheckedTraining } from './training-options.js';
import { nodesPerNpu, workloadOf } from './training-workload.js';

/** What is played message by message, of all NPUs that have to be simulated: some ten seconds, and half a gigabyte. */
const MOST_MESSAGES = 2 ** 22;
const MOST_NODES = 2 ** 19;
const QUEUES = { network: 'congestion-aware', switching: 'cut-through' } as const;

/** By how much a step takes longer because of links that are shared. */
export interface Contention {
  readonly ns: number;
  /** Which NPUs were simulated. */
  readonly reason: string;
  readonly warnings: readonly Warning[];
}

/**
 * How much longer a step takes where messages wait for each other at links: the step is
 * simulated as a workload with queues at links, where NPUs fold by classes. A message is on several links at
 * once there (cut-through), so that one that meets no other takes as long as without queues; but NPUs that
 * pass one on, as on a ring, have all of it first, which counts as waiting. What it is
 * held against is the played step; where a workload has other collectives than that (groups of several dimensions, chunks, dimensions
 * that differ in their algorithms), the same workload without queues, round rings: it has
 * phases one after the other, without chunks that overlap.
 *
 * @param playedNs - how long the step takes without queues; undefined where that stands for groups that are not alike.
 * @throws ConfigError where NPUs that have to be simulated send too many messages.
 */
export function contentionOf(checked: CheckedTraining, step: TrainingStep, playedNs: number | undefined): Contention {
  const isRegular = playedNs !== undefined;
  const simulated = runOf(checked, step, isRegular);
  const alone = isRegular && isPlayed(checked) ? playedNs : simulated({}).timeNs;
  const queued = simulated(QUEUES);
  const contention = { ns: queued.timeNs - alone, reason: queued.engine.reason };
  const several = severalDimensions(checked);
  if (several.length === 0 || checked.endpoints.splits === 1) return { ...contention, warnings: [] };
  const groups = several.join(', ');
  const message = `groups (${groups}) span several dimensions: how long they wait at links is that of phases one after the other, where chunks overlap in truth`;
  return { ...contention, warnings: [{ code: 'phases-in-turn', message, data: { groups } }] };
}

/**
 * When the nodes of every NPU begin and end in the run with queues, by NPU.
 * @param isRegular - groups of a kind are alike.
 * @throws ConfigError where NPUs that have to be simulated send too many messages.
 */
export function nodeTimesOf(checked: CheckedTraining, step: TrainingStep, isRegular: boolean): readonly NodeTimes[] {
  return runOf(checked, step, isRegular)({ ...QUEUES, nodeTimes: true }).nodeTimes ?? [];
}

/** Whether the played step is the workload that is simulated. */
function isPlayed(checked: CheckedTraining): boolean {
  const { plan, dimensions, endpoints } = checked;
  const isOne = endpoints.splits === 1 && severalDimensions(checked).length === 0;
  return isOne && isAligned(plan, dimensions) && workloadAlgorithms(dimensions).alike;
}

/** Simulates a step as a workload: on links without queues, unless the options that it is given say otherwise. */
function runOf(
  checked: CheckedTraining,
  step: TrainingStep,
  isRegular: boolean,
): (options: Partial<WorkloadSpec>) => WorkloadResult {
  const { plan, dimensions, endpoints } = checked;
  const perNpu = step.stages.map((stage) => ({ messages: messagesPerNpu(step, stage), nodes: nodesPerNpu(stage) }));
  const admit = (npus: readonly number[]) => {
    const all = npus.map((npu) => perNpu[coordinatesOf(plan, npu).pipeline] as Load);
    const [messages, nodes] = [sum(all, 'messages'), sum(all, 'nodes')];
    if (messages <= MOST_MESSAGES && nodes <= MOST_NODES) return;
    const expected = `congestion-unaware for a step of more than ${MOST_MESSAGES} messages or ${MOST_NODES} nodes of NPUs that have to be simulated`;
    const got = `congestion-aware, with ${messages} messages and ${nodes} nodes of ${npus.length} NPUs of ${plan.npus}`;
    throw new ConfigError([{ path: 'network', expected, got }]);
  };
  // Stages differ: at least one NPU of each is simulated.
  admit(step.stages.map(({ stage }) => npuAt(plan, { pipeline: stage })));
  const parts = phasesOfGroups(dimensions);
  const shared = isAligned(plan, dimensions) ? sharedStep(step, dimensions, parts) : undefined;
  if (shared === undefined) admit(Array.from({ length: plan.npus }, (_, npu) => npu));
  // Chunks come one after the other in a step; in a workload all of them would be under way at once.
  const whole = { ...checked, endpoints: { ...endpoints, splits: 1 } };
  const workload = workloadOf(whole, step, shared ?? expandStep(step, parts));
  // Without queues ranks that send to all others at once would not wait for their own port either: round a ring they have no need to.
  const spec: WorkloadSpec = isRegular && isPlayed(checked) ? workload : { ...workload, algorithms: 'ring' };
  return (options) => simulateWithin({ ...spec, ...options }, admit);
}

/** What the simulation of an NPU comes to. */
interface Load {
  readonly messages: number;
  readonly nodes: number;
}

function sum(all: readonly Load[], what: keyof Load): number {
  return all.reduce((total, one) => total + one[what], 0);
}

/** Messages of a step, of an NPU of a stage: collectives go round rings. */
function messagesPerNpu({ plan }: TrainingStep, { nodes }: TrainingStep['stages'][number]): number {
  const round = (group: GroupKind, collective: string) =>
    (groupRanks(plan, group) - 1) * (collective === 'all-reduce' ? 2 : 1);
  return nodes.reduce((count, node) => {
    if (node.kind === 'send') return count + 1;
    if (node.kind === 'collective') return count + round(node.group, node.collective);
    if (node.kind !== 'segment') return count;
    return node.pieces.reduce((inside, piece) => {
      if (piece.kind === 'compute') return inside;
      return inside + (piece.kind === 'exchange' ? 1 : round(piece.group, piece.collective));
    }, count);
  }, 0);
}

/** Kinds of groups that span several dimensions of the network. */
function severalDimensions({ plan, dimensions }: CheckedTraining): GroupKind[] {
  const experts: readonly GroupKind[] = plan.expert > 1 ? ['expert', 'expert-data'] : [];
  return (['tensor', 'context', 'data', ...experts] as const).filter(
    (kind) => groupRanks(plan, kind) > 1 && groupNetwork(dimensions, firstGroup(plan, kind, 0)).spans.length > 1,
  );
}
