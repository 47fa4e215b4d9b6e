import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { NodeTimes } from '../workload/result.js';
import { simulateWithin } from '../workload/simulate-workload.js';
import type { Communication } from './communication.js';
import { expandStep } from './expand-step.js';
import { algorithmsInTurn } from './group-algorithms.js';
import { firstGroup, groupNetwork, isAligned } from './group-network.js';
import { coordinatesOf, type GroupKind, groupRanks, npuAt } from './layout.js';
import { inChunks, type PartsOf, sizePerNpu, sumOf, type WrittenSize } from './parts.js';
import { phasesOfGroups } from './phases-of-group.js';
import { sharedStep } from './shared-graphs.js';
import type { TrainingStep } from './step.js';
import type { CheckedTraining } from './training-options.js';
import { QUEUES, workloadOf } from './training-workload.js';

/** What is played message by message, of all NPUs that have to be simulated: some ten seconds, and half a gigabyte. */
const MOST_MESSAGES = 2 ** 22;
const MOST_NODES = 2 ** 19;

/** By how much a step takes longer because of links that are shared. */
export interface Contention {
  readonly ns: number;
  /** Which NPUs were simulated. */
  readonly reason: string;
  readonly warnings: readonly Warning[];
  /** How collectives were written out. */
  readonly parts: PartsOf;
  /** When the nodes of every NPU began and ended in the run with queues, by NPU. */
  readonly nodeTimes: readonly NodeTimes[];
}

/**
 * How much longer a step takes where messages wait for each other at links: the step is
 * simulated twice as a workload, with queues at links and without. Nothing but the queues
 * differs: a message that meets no other takes as long in both (cut-through), and what an NPU does one after
 * the other has the same order in both, so that waiting never makes anything earlier. A collective goes through its
 * dimensions one after the other, chunk by chunk.
 *
 * @throws ConfigError where NPUs that have to be simulated send too many messages.
 */
export function contentionOf(checked: CheckedTraining, step: TrainingStep, communication: Communication): Contention {
  const { plan, dimensions, endpoints } = checked;
  const parts = inChunks(endpoints.splits, communication, phasesOfGroups(dimensions));
  const algorithms = algorithmsInTurn(dimensions);
  const goesRound = algorithms['all-to-all'] === 'ring';
  const admit = admission(
    step,
    step.stages.map((stage) => sizePerNpu(plan, stage, parts, goesRound)),
  );
  // Stages differ: at least one NPU of each is simulated.
  admit(step.stages.map(({ stage }) => npuAt(plan, { pipeline: stage })));
  const shared = isAligned(plan, dimensions) ? sharedStep(step, dimensions, parts) : undefined;
  if (shared === undefined) admit(Array.from({ length: plan.npus }, (_, npu) => npu));
  const workload = { ...workloadOf(checked, shared ?? expandStep(step, parts)), algorithms };
  const alone = simulateWithin(workload, admit);
  const queued = simulateWithin({ ...workload, ...QUEUES, nodeTimes: true }, admit);
  const several = endpoints.splits === 1 ? [] : severalDimensions(checked);
  return {
    ns: queued.timeNs - alone.timeNs,
    reason: queued.engine.reason,
    warnings: several.length === 0 ? [] : [inTurn(several)],
    parts,
    nodeTimes: queued.nodeTimes ?? [],
  };
}

/** @param perNpu - what an NPU comes to, by stage. */
function admission({ plan }: TrainingStep, perNpu: readonly WrittenSize[]): (npus: readonly number[]) => void {
  return (npus) => {
    const { messages, nodes } = sumOf(npus.map((npu) => perNpu[coordinatesOf(plan, npu).pipeline] as WrittenSize));
    if (messages <= MOST_MESSAGES && nodes <= MOST_NODES) return;
    const expected = `congestion-unaware for a step of more than ${MOST_MESSAGES} messages or ${MOST_NODES} nodes of NPUs that have to be simulated`;
    const got = `congestion-aware, with ${messages} messages and ${nodes} nodes of ${npus.length} NPUs of ${plan.npus}`;
    throw new ConfigError([{ path: 'network', expected, got }]);
  };
}

function inTurn(several: readonly GroupKind[]): Warning {
  const groups = several.join(', ');
  const message = `groups (${groups}) span several dimensions: how long they wait at links is that of phases one after the other, where chunks overlap in truth`;
  return { code: 'phases-in-turn', message, data: { groups } };
}

/** Kinds of groups that span several dimensions of the network. */
function severalDimensions({ plan, dimensions }: CheckedTraining): GroupKind[] {
  const experts: readonly GroupKind[] = plan.expert > 1 ? ['expert', 'expert-data'] : [];
  return (['tensor', 'context', 'data', ...experts] as const).filter(
    (kind) => groupRanks(plan, kind) > 1 && groupNetwork(dimensions, firstGroup(plan, kind, 0)).spans.length > 1,
  );
}
