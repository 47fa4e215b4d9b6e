import { isSymmetric } from '../collectives/program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { addressOf, npuAt, strides, totalNpus } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { KINDS } from '../topology/kinds.js';
import type { LogicalDimension } from '../topology/logical-dimension.js';
import type { ClassPaths } from './class-paths.js';

/**
 * Which NPUs are simulated. Along a folded dimension all act in lockstep, so one represents
 * all and its messages come back to itself after their delay (docs/model.md, section 8).
 */
export interface Folding {
  /** Number of simulated NPUs. */
  readonly npus: number;
  /** Whether some represent others. */
  readonly stands: boolean;
  /**
   * Per dimension: growth of a simulated NPU's number with the coordinate; 0 where
   * folded. With classes: growth of a real NPU's id.
   */
  readonly strides: readonly number[];
  /** Set when NPUs fold by what they do, not by where they are. */
  readonly classes: NpuClasses | undefined;
}

/** NPUs that do the same at the same time. Classes are numbered by their first members. */
export interface NpuClasses {
  /** Per NPU: its class, which is also the number of the simulated NPU. */
  readonly of: Int32Array;
  /** Per class: its first member. */
  readonly first: Int32Array;
  /** Where links have queues. */
  readonly paths?: ClassPaths | undefined;
}

/** Simulates every NPU. */
export function unfolded(dimensions: readonly Dimension[]): Folding {
  return foldAll(dimensions, () => false);
}

/**
 * Folds every dimension in which all phases look the same from all ranks. NPUs must start together.
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
    // Links that look the same from the next rank do not from a partner.
    const swapping = new Set(phases.filter(swaps).flatMap(dimensionsOf));
    kept.push(...phases.filter((phase) => !swaps(phase) && dimensionsOf(phase).some((d) => swapping.has(d))));
  }
  const keep = new Set(kept.flatMap(dimensionsOf));
  return foldAll(dimensions, (d) => !keep.has(d));
}

/** The network dimensions that a phase's messages may cross. */
function dimensionsOf({ dimension: { first, physical } }: Phase): number[] {
  return physical.map((_, d) => first + d).filter((d) => (physical[d - first] as Dimension).npus > 1);
}

/**
 * Whether the links that a phase's messages take look the same from every rank. They do along one
 * dimension whose NPUs all have the same links. Where partners swap, they must also be neighbours or
 * share a switch: on a ring one would go clockwise and the other anticlockwise. A flat algorithm over
 * several dimensions crosses them in some places only.
 */
function linksLookAlike(phase: Phase): boolean {
  const [only, ...others] = phase.dimension.physical.filter(({ npus }) => npus > 1);
  if (only === undefined || others.length > 0) return false;
  const line = KINDS[only.kind](only.npus);
  return line.alike && line.switches <= 1 && (!swaps(phase) || line.diameter <= 1 + line.switches);
}

/** Whether ranks swap with partners. Of two ranks, each is both the partner and the next. */
function swaps({ lanes, dimension: { ranks } }: Phase): boolean {
  return ranks > 2 && lanes.some((program) => program.kind === 'token' && program.pairwise);
}

/** Simulates one NPU per class. */
export function foldClasses(classes: NpuClasses, dimensions: readonly Dimension[]): Folding {
  const npus = classes.first.length;
  return { npus, stands: npus < classes.of.length, strides: strides(dimensions), classes };
}

function foldAll(dimensions: readonly Dimension[], folds: (dimension: number) => boolean): Folding {
  let npus = 1;
  let stands = false;
  const strides = dimensions.map((dimension, d) => {
    if (folds(d)) {
      // A dimension of one NPU has nothing to fold.
      stands ||= dimension.npus > 1;
      return 0;
    }
    const stride = npus;
    npus *= dimension.npus;
    return stride;
  });
  return { npus, stands, strides, classes: undefined };
}

/** The simulated NPU that represents a real one. */
export function standIn({ strides, classes }: Folding, npu: number, dimensions: readonly Dimension[]): number {
  if (classes !== undefined) return classes.of[npu] as number;
  return addressOf(npu, dimensions).reduce((id, digit, d) => id + digit * (strides[d] as number), 0);
}

/** The first real NPU that a simulated one represents. */
export function firstOf({ strides, classes }: Folding, npu: number, dimensions: readonly Dimension[]): number {
  if (classes !== undefined) return classes.first[npu] as number;
  const address = dimensions.map(({ npus }, d) => {
    const stride = strides[d] as number;
    return stride === 0 ? 0 : Math.floor(npu / stride) % npus;
  });
  return npuAt(address, dimensions);
}

/** Spreads one value per simulated NPU over the real ones; returns a single value if all are equal. */
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

/** A communicator group among the simulated NPUs. */
export interface RankGroup {
  /** Real NPUs by rank, which decide delays. */
  readonly members: readonly number[];
  /** The simulated NPUs of the first ranks; the other ranks repeat them cyclically. */
  readonly npus: readonly number[];
  /** With paths of classes: per simulated NPU, which of its circles of ranks this is. */
  readonly slots?: readonly number[] | undefined;
}

/** Where the ranks of a logical dimension are among the simulated NPUs. */
export interface RankMap {
  readonly ranks: number;
  /** From one rank to the next; 0 where folded (every rank is the same simulated NPU). With classes: among real NPUs. */
  readonly stride: number;
  readonly classes: NpuClasses | undefined;
  /** Members of a communicator group need not be evenly spaced. */
  readonly group: RankGroup | undefined;
}

export function rankMap(
  { strides, classes }: Folding,
  { ranks, physical, first }: LogicalDimension,
  group?: RankGroup,
): RankMap {
  // A flat dimension counts ids themselves: step 1, unless everything is folded.
  const flat = physical.length > 1 && strides.some((stride) => stride > 0);
  return { ranks, stride: flat ? 1 : (strides[first] as number), classes, group };
}

/** The rank of a simulated NPU. */
export function rankOf({ ranks, stride, classes, group }: RankMap, npu: number): number {
  if (group !== undefined) return group.npus.indexOf(npu);
  if (stride === 0) return 0;
  const real = classes === undefined ? npu : (classes.first[npu] as number);
  return Math.floor(real / stride) % ranks;
}
