import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { NodeTimes } from '../workload/result.js';
import { simulateWorkload } from '../workload/simulate-workload.js';
import type { Communication } from './communication.js';
import { firstGroup, groupNetwork } from './group-network.js';
import { type GroupKind, groupRanks } from './layout.js';
import { inChunks, type PartsOf, writtenSize } from './parts.js';
import { phasesOfGroups } from './phases-of-group.js';
import type { TrainingStep } from './step.js';
import type { CheckedTraining } from './training-options.js';
import { QUEUES, workloadOf } from './training-workload.js';

/** What is played message by message: some ten seconds, and half a gigabyte. */
const MOST_MESSAGES = 2 ** 22;
const MOST_NODES = 2 ** 19;

/** By how much a step takes longer because of links that are shared. */
export interface Contention {
  readonly ns: number;
  readonly warnings: readonly Warning[];
  /** How collectives were written out. */
  readonly parts: PartsOf;
  /** When the nodes of every NPU began and ended in the run with queues, by NPU. */
  readonly nodeTimes: readonly NodeTimes[];
}

/**
 * How much longer a step takes where messages wait for each other at links: the step is
 * written out for every NPU and simulated twice, with queues at links and without. Nothing but the queues
 * differs: a message that meets no other takes as long in both (cut-through), and what an NPU does one after
 * the other has the same order in both, so that waiting never makes anything earlier. A collective goes through its
 * dimensions one after the other, chunk by chunk.
 *
 * @throws ConfigError for a step of too many messages.
 */
export function contentionOf(checked: CheckedTraining, step: TrainingStep, communication: Communication): Contention {
  const { splits } = checked.endpoints;
  const parts = inChunks(splits, communication, phasesOfGroups(checked.dimensions));
  refuseLarge(step, parts);
  const workload = workloadOf(checked, step, parts);
  const queued = simulateWorkload({ ...workload, ...QUEUES, nodeTimes: true });
  const ns = queued.timeNs - simulateWorkload(workload).timeNs;
  const several = splits === 1 ? [] : severalDimensions(checked);
  return { ns, warnings: several.length === 0 ? [] : [inTurn(several)], parts, nodeTimes: queued.nodeTimes ?? [] };
}

function refuseLarge(step: TrainingStep, parts: PartsOf): void {
  const { messages, nodes } = writtenSize(step, parts);
  if (messages <= MOST_MESSAGES && nodes <= MOST_NODES) return;
  const expected = `congestion-unaware for a step of more than ${MOST_MESSAGES} messages or ${MOST_NODES} nodes of all NPUs`;
  const got = `congestion-aware, with ${messages} messages and ${nodes} nodes`;
  throw new ConfigError([{ path: 'network', expected, got }]);
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
