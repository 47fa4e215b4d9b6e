import { drain } from '../../base/slices.js';
import { factsOf, isSymmetric } from '../../collectives/program.js';
import { barrierIsTie, phaseDuration } from '../../engine/phase/phase-duration.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { distinctPhases } from '../../plan/plan-collective.js';
import type { OffsetDelay } from '../../topology/logical-dimension.js';
import { firstDimensionDelay, pathDelay } from '../../topology/path-delay.js';
import type { PlannedWorkload } from '../plan-workload.js';
import type { Classes } from './classes.js';

/**
 * Which collectives are played phase by phase instead of message by message: those whose ranks
 * act in lockstep, as all that talk to each other are of one class, begin together, and are
 * charged alike. A phase then takes the same time wherever and whenever it runs, and nothing
 * else that its NPU does can change it, but for two cases: without end-point delay, events of one
 * tick cause each other; and a barrier of direct may open in the tick in which a token becomes
 * free, where what else the NPU does decides which comes first. These go message by message.
 * So does then all of the workload: that order is known only where every message is.
 */
export class WholePhases {
  private readonly workload: PlannedWorkload;
  private readonly classes: Classes;
  private readonly isUsed: boolean;
  private readonly ofAll = new Map<Phase, number>();

  constructor(workload: PlannedWorkload, classes: Classes) {
    this.workload = workload;
    this.classes = classes;
    this.isUsed = workload.plans.every(({ endpoint, chunks, isOfGroup }) => {
      return endpoint.delay > 0 && distinctPhases(chunks).every((phase) => !hasOpenBarrier(phase, endpoint, isOfGroup));
    });
  }

  /** The time of each phase of a collective of all NPUs, ns; undefined where messages are played. */
  ofEveryNpu(plan: CollectivePlan): ((phase: Phase) => number) | undefined {
    const { mixed } = this.classes;
    const isWhole = distinctPhases(plan.chunks).every(({ lanes, dimension }) => {
      return lanes.every(isSymmetric) && !mixed.has(dimension.first);
    });
    if (!this.isUsed || !isWhole) return undefined;
    return (phase) => remembered(this.ofAll, phase, () => phaseDuration(phase, plan.endpoint));
  }

  /** The same for the groups that are alike to one with these members. */
  ofGroup(
    members: readonly number[],
    period: number,
  ): (plan: CollectivePlan) => ((phase: Phase) => number) | undefined {
    const { dimensions, routing } = this.workload.machine;
    const between = routing === 'first-dimension' ? firstDimensionDelay : pathDelay;
    const delay: OffsetDelay = (offset, bytes) => {
      const rank = (offset + members.length) % members.length;
      return between(dimensions, members[0] as number, members[rank] as number, bytes);
    };
    const known = new Map<Phase, number>();
    return ({ endpoint }) => {
      if (!this.isUsed || period > 1) return undefined;
      return (phase) => remembered(known, phase, () => phaseDuration(phase, endpoint, delay));
    };
  }
}

/** Of a group delays are not known here: every barrier counts. */
function hasOpenBarrier(phase: Phase, endpoint: CollectivePlan['endpoint'], isOfGroup: boolean): boolean {
  if (!phase.lanes.some((program) => factsOf(program).hasBarrier)) return false;
  return isOfGroup || drain(barrierIsTie(phase, endpoint));
}

function remembered(known: Map<Phase, number>, phase: Phase, compute: () => number): number {
  let ns = known.get(phase);
  if (ns === undefined) {
    ns = compute();
    known.set(phase, ns);
  }
  return ns;
}
