import { isSymmetric } from '../collectives/program.js';
import type { CollectiveJob } from '../plan/job.js';
import { addressOf, npuAt, totalNpus } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
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
 * Folds every dimension in which all phases have programs that are the same for all ranks. Only for the congestion-unaware network and NPUs that start together.
 */
export function foldSymmetric({ dimensions, chunks }: Pick<CollectiveJob, 'dimensions' | 'chunks'>): Folding {
  const kept = new Set(
    [...new Set(chunks)]
      .flat()
      .filter(({ lanes }) => !lanes.every(isSymmetric))
      .flatMap(({ dimension: { first, physical } }) => physical.map((_, d) => first + d)),
  );
  return foldAll(dimensions, (d) => !kept.has(d));
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
