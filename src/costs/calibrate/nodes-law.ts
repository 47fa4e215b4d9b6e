import { ncclChoose } from '../nccl/choose.js';
import type { NcclMachine } from '../nccl/machine.js';
import type { NcclCollective } from '../nccl/names.js';
import { type NcclTuning, ncclTuning } from '../nccl/tuning.js';
import { firstAtLeast } from './curve.js';

/** A law: its base, alone or with its shape over sizes. */
export type NodesLawName = 'depth' | 'depth, shaped' | 'nccl' | 'nccl, shaped';

/** Time of a collective as a function of its size and of the number of nodes, as plain data. */
export interface NodesLaw {
  readonly base: NcclBase | DepthBase;
  /** Measured over predicted time by size, per measured number of nodes; empty for the base alone. */
  readonly shape: readonly NodesShape[];
}

/**
 * NCCL's prediction for the algorithm that it would choose, with scaled latency and bytes:
 * `latencyFactor L + bytesFactor S/B + constantUs`.
 */
export interface NcclBase {
  readonly kind: 'nccl';
  readonly collective: NcclCollective;
  /** With any number of nodes: the law sets its own. */
  readonly machine: NcclMachine;
  readonly latencyFactor: number;
  readonly bytesFactor: number;
  readonly constantUs: number;
}

/**
 * Needs no machine: latency grows with the depth log2(m) of a tree over m nodes, and so does
 * the bend between small and large sizes; bandwidth does not.
 * `a + b log2 m + (c + d log2 m) sqrt(S) + S/B`.
 */
export interface DepthBase {
  readonly kind: 'depth';
  readonly constantUs: number;
  readonly usPerLevel: number;
  readonly usPerRootByte: number;
  readonly usPerRootByteAndLevel: number;
  readonly usPerByte: number;
}

/** Measured time over the base's, by size. */
export interface NodesShape {
  readonly nodes: number;
  /** Ascending. */
  readonly bytes: readonly number[];
  readonly ratios: readonly number[];
}

/** The law as a function of nodes and bytes, in us; it prepares each number of nodes once. */
export function nodesPredictor({ base, shape }: NodesLaw): (nodes: number, bytes: number) => number {
  const baseUs = base.kind === 'nccl' ? ncclUs(base) : depthUs(base);
  return (nodes, bytes) => baseUs(nodes, bytes) * shapeAt(shape, nodes, bytes);
}

/** The two parts of NCCL's prediction that a fit scales. */
export interface NcclParts {
  readonly latencyUs: number;
  readonly bytesUs: number;
}

/** NCCL's prediction as a function of nodes and bytes, in its two parts. */
export function ncclParts(
  machine: NcclMachine,
  collective: NcclCollective,
): (nodes: number, bytes: number) => NcclParts {
  const tunings = new Map<number, NcclTuning>();
  return (nodes, bytes) => {
    const tuning = tunings.get(nodes) ?? ncclTuning({ ...machine, nodes });
    tunings.set(nodes, tuning);
    const { timeUs, latencyUs } = ncclChoose({ collective, bytes: Math.round(bytes), machine: tuning });
    return { latencyUs, bytesUs: timeUs - latencyUs };
  };
}

function ncclUs({ machine, collective, latencyFactor, bytesFactor, constantUs }: NcclBase) {
  const partsOf = ncclParts(machine, collective);
  return (nodes: number, bytes: number) => {
    const { latencyUs, bytesUs } = partsOf(nodes, bytes);
    return latencyFactor * latencyUs + bytesFactor * bytesUs + constantUs;
  };
}

function depthUs(base: DepthBase) {
  return (nodes: number, bytes: number) => {
    const levels = Math.log2(nodes);
    const bend = base.usPerRootByte + base.usPerRootByteAndLevel * levels;
    return base.constantUs + base.usPerLevel * levels + bend * Math.sqrt(bytes) + base.usPerByte * bytes;
  };
}

/**
 * At a given size the base errs alike for every number of nodes, so the ratio carries over: its
 * geometric mean over the measured numbers of nodes, where nearer ones (in doublings) weigh more.
 */
function shapeAt(shape: readonly NodesShape[], nodes: number, bytes: number): number {
  let sum = 0;
  let weights = 0;
  for (const one of shape) {
    if (one.nodes === nodes) return ratioAt(one, bytes);
    const weight = 1 / Math.log2(nodes / one.nodes) ** 2;
    sum += weight * Math.log(ratioAt(one, bytes));
    weights += weight;
  }
  return weights === 0 ? 1 : Math.exp(sum / weights);
}

/** Linear between two sizes in log scales; outside the range, the ratio of the nearest size. */
function ratioAt({ bytes: sizes, ratios }: NodesShape, bytes: number): number {
  const right = firstAtLeast(sizes, bytes);
  const after = ratios[right];
  const before = ratios[right - 1];
  if (after === undefined || before === undefined) return after ?? before ?? 1;
  const from = Math.log(sizes[right - 1] as number);
  const share = (Math.log(bytes) - from) / (Math.log(sizes[right] as number) - from);
  return before ** (1 - share) * after ** share;
}
