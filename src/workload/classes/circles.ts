import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { distinctPhases } from '../../plan/plan-collective.js';
import { strides } from '../../topology/address.js';
import type { Group } from '../groups.js';
import type { PlannedWorkload } from '../plan-workload.js';
import type { Charges } from './charges.js';
import { Numbering } from './numbering.js';
import { chargesPeriod, type GroupTraffic, trafficOf } from './periods.js';

/** NPUs that exchange messages by rank: a group, or those that a line along a dimension joins. */
export interface Circle {
  readonly members: readonly number[];
  /** Circles of different kinds are never alike. */
  readonly kind: number;
  /** After how many ranks what messages are charged repeats. */
  readonly period: number;
  /** Per member: which of its circles this is; -1 where it takes no part. */
  readonly slots: readonly number[];
  /** The group that it is. */
  readonly group: Group | undefined;
  /** The first of the physical dimensions that its line goes along. */
  readonly dimension: number | undefined;
  /** Its line goes through all dimensions. */
  readonly isFlat: boolean;
  /** What its members send to each other. */
  readonly traffic: GroupTraffic;
}

/** The groups that graphs name. The slot of a group is its place among those of the member's graph. */
export function groupCircles({ machine, graphs, groups, plans }: PlannedWorkload, charges: Charges): Circle[] {
  const used = new Map<Group, Map<number, number>>();
  for (const [npu, { shape }] of graphs.entries()) {
    for (const [slot, name] of shape.groups.entries()) {
      const group = groups.of(name, npu) as Group;
      // A group of all NPUs behaves as none.
      if (group.members.length === machine.npus) continue;
      const slots = used.get(group) ?? new Map<number, number>();
      used.set(group, slots.set(npu, slot));
    }
  }
  const traffic = new Map<number, GroupTraffic>();
  const trafficAmong = (ranks: number) => {
    const ofRanks = plans.filter((plan) => plan.isOfGroup && plan.ranks === ranks);
    const known = traffic.get(ranks) ?? trafficOf(ofRanks.flatMap(({ chunks }) => distinctPhases(chunks)));
    traffic.set(ranks, known);
    return known;
  };
  const periods = new Map<number, number>();
  return [...used].map(([group, slots]) => {
    const { members } = group;
    // Layouts of other lengths are other numbers.
    const kind = charges.layoutOf(members);
    const period = periods.get(kind) ?? chargesPeriod(members, trafficAmong(members.length), charges);
    periods.set(kind, period);
    const slotsOf = members.map((member) => slots.get(member) ?? -1);
    const one = { members, kind, period, slots: slotsOf, traffic: trafficAmong(members.length) };
    return { ...one, group, dimension: undefined, isFlat: false };
  });
}

/**
 * The lines of NPUs that collectives of all NPUs go along. What a message is charged depends on
 * the distance of its ranks alone there.
 */
export function lineCircles({ machine }: PlannedWorkload, plans: readonly CollectivePlan[], slots: number): Circle[] {
  const { dimensions, npus } = machine;
  const apart = strides(dimensions);
  const kinds = new Numbering();
  const phases = plans.flatMap(({ chunks }) => distinctPhases(chunks));
  /** Per logical dimension, flat or not: the phases along it. */
  const lines = new Map<
    number,
    { readonly ranks: number; readonly stride: number; readonly first: number; isFlat: boolean; phases: Phase[] }
  >();
  for (const phase of phases) {
    const { dimension } = phase;
    const { ranks, physical, first } = dimension;
    const isFlat = physical.length > 1;
    const key = kinds.of(first, isFlat ? 1 : 0);
    const line = lines.get(key) ?? { ranks, stride: isFlat ? 1 : (apart[first] as number), first, isFlat, phases: [] };
    line.phases.push(phase);
    lines.set(key, line);
  }
  return [...lines].flatMap(([key, { ranks, stride, first, isFlat, phases: along }]) => {
    const traffic = trafficOf(along);
    const circles: Circle[] = [];
    for (let npu = 0; npu < npus; npu++) {
      if (Math.floor(npu / stride) % ranks !== 0) continue;
      circles.push({
        members: Array.from({ length: ranks }, (_, rank) => npu + rank * stride),
        kind: -1 - key,
        period: traffic.isSpelledOut ? ranks : 1,
        slots: new Array(ranks).fill(slots + key),
        group: undefined,
        dimension: first,
        isFlat,
        traffic,
      });
    }
    return circles;
  });
}
