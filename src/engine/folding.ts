import { isSymmetric } from '../collectives/program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { addressOf, npuAt, totalNpus } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { KINDS } from '../topology/kinds.js';
import type { LogicalDimension } from '../topology/logical-dimension.js';

/**
 * Which NPUs are simulated. Along a folded dimension all act in lockstep, so one stands for
 * all and its messages come back to itself after their delay (docs/model.md, section 8).
 */
export interface Folding {
  /** NPUs that are simulated. */
  readonly npus: number;
  /** Per dimension: by how much the number of a simulated NPU grows with the coordinate; 0 where folded. */
  readonly strides: readonly number[];
  readonly folded: readonly boolean[];
}

/** Simulates every NPU. */
export function unfolded(dimensions: readonly Dimension[]): Folding {
  return foldAll(dimensions, () => false);
}

/**
 * Folds every dimension in which all phases look the same from all ranks. Only for NPUs that start
 * together.
 */
export function foldSymmetric({
  dimensions,
  chunks,
  network,
}: Pick<CollectiveJob, 'dimensions' | 'chunks' | 'network'>): Folding {
  const phases = [...new Set([...new Set(chunks)].flat())];
  const kept = phases.filter(({ lanes }) => !lanes.every(isSymmetric));
  if (network === 'congestion-aware') {
    kept.push(...phases.filter((phase) => !linksLookAlike(phase)));
    // What looks the same from the next rank does not from a partner.
    const swapping = new Set(phases.filter(swaps).flatMap(dimensionsOf));
    kept.push(...phases.filter((phase) => !swaps(phase) && dimensionsOf(phase).some((d) => swapping.has(d))));
  }
  const keep = new Set(kept.flatMap(dimensionsOf));
  return foldAll(dimensions, (d) => !keep.has(d));
}

/** The dimensions of the network that a phase's messages may go along. */
function dimensionsOf({ dimension: { first, physical } }: Phase): number[] {
  return physical.map((_, d) => first + d).filter((d) => (physical[d - first] as Dimension).npus > 1);
}

/**
 * Whether the links that a phase's messages take look the same from every rank. They do along one
 * dimension whose NPUs all have the same links. Where partners swap, each also has to be the other's
 * neighbour, or both on one switch: on a ring one would go clockwise and the other anticlockwise. A flat algorithm over several crosses them in some places and not in others.
 */
function linksLookAlike(phase: Phase): boolean {
  const [only, ...others] = phase.dimension.physical.filter(({ npus }) => npus > 1);
  if (only === undefined || others.length > 0) return false;
  const line = KINDS[only.kind](only.npus);
  return line.alike && line.switches <= 1 && (!swaps(phase) || line.diameter <= 1 + line.switches);
}

/** Whether ranks swap with partners. Of two, each is both the partner and the next. */
function swaps({ lanes, dimension: { ranks } }: Phase): boolean {
  return ranks > 2 && lanes.some((program) => program.kind === 'token' && program.pairwise);
}

function foldAll(dimensions: readonly Dimension[], folds: (dimension: number) => boolean): Folding {
  const folded = dimensions.map((_, d) => folds(d));
  let npus = 1;
  const strides = dimensions.map((dimension, d) => {
    if (folded[d]) return 0;
    const stride = npus;
    npus *= dimension.npus;
    return stride;
  });
  return { npus, strides, folded };
}

/** The simulated NPU that stands for a real one. */
export function standIn({ strides }: Folding, npu: number, dimensions: readonly Dimension[]): number {
  return addressOf(npu, dimensions).reduce((id, digit, d) => id + digit * (strides[d] as number), 0);
}

/** The first of the NPUs that a simulated one stands for. */
export function firstOf({ strides }: Folding, npu: number, dimensions: readonly Dimension[]): number {
  const address = dimensions.map(({ npus }, d) => {
    const stride = strides[d] as number;
    return stride === 0 ? 0 : Math.floor(npu / stride) % npus;
  });
  return npuAt(address, dimensions);
}

/** One value per simulated NPU, spread over the real ones; a single value when all are equal. */
export function spread<T>(
  folding: Folding,
  values: ArrayLike<T>,
  dimensions: readonly Dimension[],
  equal = Object.is,
): T | readonly T[] {
  const first = values[0] as T;
  if (Array.from(values).every((value) => equal(value, first))) return first;
  return Array.from({ length: totalNpus(dimensions) }, (_, npu) => values[standIn(folding, npu, dimensions)] as T);
}

/** Where the ranks of a logical dimension are among the simulated NPUs. */
export interface RankMap {
  readonly ranks: number;
  /** From one rank to the next; 0 where folded: every rank is the same simulated NPU. */
  readonly stride: number;
  /** The NPU of each rank of a communicator group, whose members need not be evenly spaced. */
  readonly members: readonly number[] | undefined;
}

export function rankMap(
  { strides }: Folding,
  { ranks, physical, first }: LogicalDimension,
  members?: readonly number[],
): RankMap {
  if (members !== undefined) return { ranks, stride: 1, members };
  // A flat dimension counts ids themselves: step 1, unless everything is folded.
  const flat = physical.length > 1 && strides.some((stride) => stride > 0);
  return { ranks, stride: flat ? 1 : (strides[first] as number), members };
}

/** The rank of an NPU. */
export function rankOf({ ranks, stride, members }: RankMap, npu: number): number {
  if (members !== undefined) return members.indexOf(npu);
  return stride === 0 ? 0 : Math.floor(npu / stride) % ranks;
}
