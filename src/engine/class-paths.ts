import type { LogicalDimension } from '../topology/logical-dimension.js';

/** Members of classes in their order, seen from each other: see {@link ClassPaths.turns}. */
export type Turn = number;

/** The turn that leaves all where they are. */
export const NO_TURN: Turn = 0;

/**
 * The ways of messages between classes of NPUs, where links have queues. All members of a class
 * have the same paths: what takes a message to a peer, or to the rank some steps ahead. Links
 * form classes too: each link of a class is crossed by the same hop of the same path of exactly one
 * member of each class that has it.
 */
export interface ClassPaths {
  /** Per link of the network: the one that stands for it. */
  readonly standIns: Int32Array;
  /** Members of each class, ascending. */
  readonly members: readonly Int32Array[];
  /** Each pairs up the members of two classes, or of one and the links of another: per member there, the number of the one here. */
  readonly turns: readonly Int32Array[];
  /** Per path: how each of its links sees the sender, how the sender sees each of its links, and how the receiver sees it. */
  readonly toLinks: readonly (readonly Turn[])[];
  readonly fromLinks: readonly (readonly Turn[])[];
  readonly toReceiver: readonly Turn[];
  /** The path of a class to the peer at a place of its graph. */
  toPeer(npu: number, place: number): number;
  /**
   * The path to a rank some steps ahead, or to the partner so far away.
   * @param slot - which of the sender's circles of ranks it is: one of its groups, or a line.
   */
  toRank(npu: number, slot: number, steps: number, pairwise: boolean): number;
  /** The slot of the line along a dimension. */
  lineSlot(dimension: LogicalDimension): number;
}
