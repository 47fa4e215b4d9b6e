import { addressOf } from '../topology/address.js';
import { type Dimension, hops } from '../topology/dimension.js';
import type { Coordinates, GroupKind } from './layout.js';
import { axisStrides, membersOf } from './layout.js';
import type { Plan } from './plan.js';

/** The part of a network that a group spans: a network of its own. */
export interface GroupNetwork {
  readonly dimensions: readonly Dimension[];
  /**
   * Of a group that fills part of a ring and spans nothing else: its hops, of which the one from the last back to the first is
   * longer than the others. In `dimensions` all are as long as that.
   */
  readonly hops: Hops | undefined;
  /** False: the group is no grid of the network's dimensions, and its slowest links stand for all. */
  readonly isGrid: boolean;
  /** Numbers of the network's dimensions in which members differ. */
  readonly spans: readonly number[];
}

/** Members as a network of their own, in which each is linked to the next. */
export interface Hops {
  readonly npus: number;
  readonly links: readonly {
    readonly from: number;
    readonly to: number;
    readonly bandwidth: number;
    readonly latency: number;
  }[];
}

/** Larger groups pay for the longest hop everywhere: members that are not alike are simulated one by one. */
const MOST_UNLIKE = 256;

/**
 * The network among the members of a group that is a grid: some coordinates of each dimension,
 * in all combinations. Members differ in nothing else, so their messages cost what they cost in
 * the whole network. In a ring, members a fixed distance apart pay for as many hops. Of those that do not reach round it,
 * up to 256 that span nothing else pay for their own; others everywhere as much as from the last back to the first.
 */
export function groupNetwork(dimensions: readonly Dimension[], members: readonly number[]): GroupNetwork {
  const digits = dimensions.map(() => new Set<number>());
  for (const npu of members) {
    for (const [d, digit] of addressOf(npu, dimensions).entries()) digits[d]?.add(digit);
  }
  const combinations = digits.reduce((product, { size }) => product * size, 1);
  const spans = [...dimensions.keys()].filter((d) => (digits[d] as Set<number>).size > 1);
  const placesIn = (d: number) => [...(digits[d] as Set<number>)].sort((a, b) => a - b);
  const spanned = spans.map((d) => subDimension(dimensions[d] as Dimension, placesIn(d)));
  if (combinations === members.length) {
    const [only, ...others] = spans;
    const isOne = only !== undefined && others.length === 0;
    const own = isOne ? unequalHops(dimensions[only] as Dimension, placesIn(only)) : undefined;
    return { dimensions: spanned, hops: own, isGrid: true, spans };
  }
  const bandwidth = Math.min(...spanned.map((one) => one.bandwidth));
  const latency = Math.max(...spanned.map((one) => one.latency));
  const dimension = { kind: 'switch', npus: members.length, bandwidth, latency } as const;
  return { dimensions: [dimension], hops: undefined, isGrid: false, spans };
}

function subDimension(dimension: Dimension, places: readonly number[]): Dimension {
  const npus = places.length;
  if (dimension.kind !== 'ring' || npus === dimension.npus) return { ...dimension, npus };
  return { ...dimension, npus, latency: dimension.latency * Math.max(...distances(dimension, places)) };
}

function unequalHops(dimension: Dimension, places: readonly number[]): Hops | undefined {
  const npus = places.length;
  if (dimension.kind !== 'ring' || npus === dimension.npus || npus > MOST_UNLIKE) return undefined;
  const apart = distances(dimension, places);
  if (apart.every((one) => one === apart[0])) return undefined;
  const { bandwidth, latency } = dimension;
  const links = apart.map((distance, from) => ({
    from,
    to: (from + 1) % npus,
    bandwidth,
    latency: latency * distance,
  }));
  return { npus, links };
}

/** Links of a ring from each of some places to the next, and from the last to the first. */
function distances(dimension: Dimension, places: readonly number[]): number[] {
  return places.map((place, i) => hops(dimension, Math.abs((places[(i + 1) % places.length] as number) - place)));
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
