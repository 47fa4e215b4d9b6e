import { Divergence } from '../engine/divergence.js';
import { type Folding, firstOf, type RankGroup, standIn } from '../engine/folding.js';
import type { CollectivePlan } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import type { Classes, GroupClass } from './classes/classes.js';
import { WholePhases } from './classes/whole-phases.js';
import type { ShapedGraph } from './graph-shape.js';
import type { Group } from './groups.js';
import type { PlannedWorkload } from './plan-workload.js';

/** A communicator group as it is simulated, or all NPUs. */
export interface SimulatedGroup {
  /** The real groups that it stands for; undefined for all NPUs. */
  readonly groups: readonly Group[] | undefined;
  readonly ranks: RankGroup | undefined;
  /** How long phases of a collective take where they are played as a whole, ns. */
  readonly phaseNs: (plan: CollectivePlan) => ((phase: Phase) => number) | undefined;
}

/** Which NPUs, groups and messages of a workload are simulated, and what stands for what. */
export class Scope {
  readonly folding: Folding;
  private readonly workload: PlannedWorkload;
  /** Undefined where every NPU is simulated, or where they fold along whole dimensions, in lockstep. */
  private readonly classes: Classes | undefined;
  private readonly whole: WholePhases | undefined;
  private readonly everyNpu: SimulatedGroup;
  private readonly byGroup = new Map<Group, SimulatedGroup>();

  constructor(workload: PlannedWorkload, folding: Folding, classes?: Classes) {
    this.workload = workload;
    this.classes = classes;
    this.folding = folding;
    const isPlayedWhole = classes !== undefined && classes.npus.paths === undefined;
    this.whole = isPlayedWhole ? new WholePhases(workload, classes) : undefined;
    this.everyNpu = { groups: undefined, ranks: undefined, phaseNs: (plan) => this.whole?.ofEveryNpu(plan) };
  }

  /** The NPU that a simulated one is, of those that it stands for. */
  real(npu: number): number {
    return firstOf(this.folding, npu, this.workload.machine.dimensions);
  }

  /** The simulated NPU that stands for a real one. */
  standIn(npu: number): number {
    return standIn(this.folding, npu, this.workload.machine.dimensions);
  }

  /** The group that a simulated NPU means by a name. */
  group(name: string | undefined, npu: number): SimulatedGroup {
    if (name === undefined) return this.everyNpu;
    const group = this.workload.groups.of(name, this.real(npu)) as Group;
    let simulated = this.byGroup.get(group);
    if (simulated === undefined) {
      simulated = this.simulate(group);
      for (const one of simulated.groups ?? []) this.byGroup.set(one, simulated);
    }
    return simulated;
  }

  /**
   * Where a message between real NPUs goes in the simulation: to the one that stands for its
   * receiver, from the NPU that this one knows in place of the sender; -1 when it knows none.
   */
  route(from: number, to: number): readonly [from: number, to: number] {
    if (this.classes === undefined) return [from, to];
    const { peers, npus } = this.classes;
    const receiver = npus.first[npus.of[to] as number] as number;
    return [peers.at(receiver, peers.place(to, from)), receiver];
  }

  /** The path that a message takes, where links have queues: from a simulated NPU, by the send's number. */
  path(npu: number, { shape }: ShapedGraph, node: number): number {
    return this.classes?.npus.paths?.toPeer(npu, shape.slots[node] as number) ?? -1;
  }

  private simulate(group: Group): SimulatedGroup {
    if (this.classes === undefined) {
      return { groups: [group], ranks: { members: group.members, npus: group.members }, phaseNs: () => undefined };
    }
    const { groups, period, slots } = this.classes.groups.get(group) as GroupClass;
    const { members } = groups[0] as Group;
    const npus = members.slice(0, period).map((npu) => this.standIn(npu));
    // Ranks that are apart must be simulated apart; where colours say otherwise nothing may be folded.
    if (new Set(npus).size !== npus.length) throw new Divergence(0);
    const phaseNs = this.whole?.ofGroup(members, period) ?? (() => undefined);
    return { groups, ranks: { members, npus, slots }, phaseNs };
  }
}
