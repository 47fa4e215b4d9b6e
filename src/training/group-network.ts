import { addressOf } from '../topology/address.js';
import { type Dimension, hops } from '../topology/dimension.js';
import type { Coordinates, GroupKind } from './layout.js';
import { axisStrides, membersOf } from './layout.js';
import type { Plan } from './plan.js';

/** The part of a network that a group spans: a network of its own. */
export interface GroupNetwork {
  readonly dimensions: readonly Dimension[];
  /** False: the group is no grid of the network's dimensions, and its slowest links stand for all. */
  readonly isGrid: boolean;
  /** Numbers of the network's dimensions in which members differ. */
  readonly spans: readonly number[];
}

/**
 * The network among the members of a group that is a grid: some coordinates of each dimension,
 * in all combinations. Members differ in nothing else, so their messages cost what they cost in
 * the whole network. In a ring, members a fixed distance apart pay for as many hops; those that
 * do not reach round it pay everywhere as much as from the last back to the first.
 */
export function groupNetwork(dimensions: readonly Dimension[], members: readonly number[]): GroupNetwork {
  const digits = dimensions.map(() => new Set<number>());
  for (const npu of members) {
    for (const [d, digit] of addressOf(npu, dimensions).entries()) digits[d]?.add(digit);
  }
  const combinations = digits.reduce((product, { size }) => product * size, 1);
  const spans = [...dimensions.keys()].filter((d) => (digits[d] as Set<number>).size > 1);
  const spanned = spans.map((d) => {
    const places = [...(digits[d] as Set<number>)].sort((a, b) => a - b);
    return subDimension(dimensions[d] as Dimension, places);
  });
  if (combinations === members.length) return { dimensions: spanned, isGrid: true, spans };
  const bandwidth = Math.min(...spanned.map((one) => one.bandwidth));
  const latency = Math.max(...spanned.map((one) => one.latency));
  return { dimensions: [{ kind: 'switch', npus: members.length, bandwidth, latency }], isGrid: false, spans };
}

function subDimension(dimension: Dimension, places: readonly number[]): Dimension {
  const { kind, latency } = dimension;
  const npus = places.length;
  if (kind !== 'ring' || npus === dimension.npus) return { ...dimension, npus };
  const apart = places.map((place, i) => Math.abs((places[(i + 1) % npus] as number) - place));
  const farthest = Math.max(...apart.map((distance) => hops(dimension, distance)));
  return { ...dimension, npus, latency: latency * farthest };
}

/**
 * Whether all groups of a kind look alike: when walking along the axes never breaks off in the
 * middle of a dimension. Then two groups differ by coordinates that no member shares, which no
 * message pays for.
 */
export function isAligned(plan: Plan, dimensions: readonly Dimension[]): boolean {
  const strides = axisStrides(plan);
  const edges = plan.order.map((axis) => strides[axis] * plan[axis]);
  let edge = 1;
  return dimensions.every(({ npus }) => {
    edge *= npus;
    return edges.every((other) => other % edge === 0 || edge % other === 0);
  });
}

/** The members of a stage's group of a kind, that of its first rank. */
export function firstGroup(plan: Plan, kind: GroupKind, stage: number): number[] {
  const at: Coordinates = { tensor: 0, context: 0, data: 0, pipeline: stage };
  return membersOf(plan, kind, at);
}
