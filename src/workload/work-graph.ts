import type { Collective } from '../collectives/collective.js';
import type { RelativePeer } from './relative.js';

/** What every node of a graph has. */
interface Node {
  /** A safe integer, unique in its graph. Ready nodes are started in ascending order of id. */
  readonly id: number;
  readonly name: string;
  /** Ids of the nodes that have to finish first. */
  readonly dependsOn: readonly number[];
  /** Recorded time, whole ns, at least 1: what a computation takes, and every node when a recording is replayed. */
  readonly ns: number;
  /** Runs on the CPU, beside what the NPU computes and sends. Default false. */
  readonly cpu?: boolean;
}

/** A computation: takes its recorded time, or what the roofline model makes of its work. */
export interface ComputeNode extends Node {
  readonly kind: 'compute';
  /** Operations, and the bytes of memory that they read and write: for the roofline model. */
  readonly operations?: number;
  readonly bytes?: number;
}

/** A message to or from another NPU. Sends and receives meet by sender, receiver, bytes and tag, in order. */
export interface TransferNode extends Node {
  readonly kind: 'send' | 'receive';
  /** The NPU at the other end: its id, or where it is as seen from the NPU that runs the graph. */
  readonly peer: number | RelativePeer;
  /** The NPU at this end. Default: the one that runs the graph. */
  readonly self?: number;
  readonly bytes: number;
  readonly tag: number;
  /** A send that takes no turn with what else its NPU sends, as if by a thread of its own; a receive never does. Default false. */
  readonly beside?: boolean;
}

/** A collective, of all NPUs or of a group. */
export interface CollectiveNode extends Node {
  readonly kind: 'collective';
  readonly collective: Collective;
  /** Bytes each NPU enters with. */
  readonly bytes: number;
  /** The rank that a broadcast, reduce, gather or scatter is from or to. Default 0. */
  readonly root?: number;
  /** Of an alltoallv: what each rank (row) has for each (column), in any unit; the fullest row comes to `bytes`. */
  readonly weights?: readonly (readonly number[])[];
  readonly involvedDimensions?: readonly boolean[];
  /** Name of a communicator group. Default: all NPUs. */
  readonly group?: string;
  /** Rank among collectives under `scheduling: "explicit"`; higher goes first. Default 0. */
  readonly priority?: number;
  /** One graph per rank that replaces the algorithm, of sends, receives and computations. */
  readonly algorithm?: readonly WorkGraph[];
}

/** A load from or a store to the memory outside the NPU. */
export interface MemoryNode extends Node {
  readonly kind: 'memory';
  readonly bytes: number;
}

/** Communication that is not simulated but takes its recorded time. */
export interface ReplayNode extends Node {
  readonly kind: 'replay';
  readonly bytes: number;
}

/** Finishes at once, but waits its turn among communication and memory operations. */
export interface MarkerNode extends Node {
  readonly kind: 'marker';
}

export type WorkNode = ComputeNode | TransferNode | CollectiveNode | MemoryNode | ReplayNode | MarkerNode;

/**
 * What one NPU does. NPUs that do the same are best given the same object, with peers as seen
 * from each of them and with families of groups.
 */
export interface WorkGraph {
  /** For error messages: the name of its file, say. */
  readonly name?: string;
  readonly nodes: readonly WorkNode[];
}
