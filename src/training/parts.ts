import { ConfigError, show } from '../base/errors.js';
import { ringSends } from '../collectives/ring.js';
import { cutIntoChunks } from '../plan/chunking.js';
import type { Communication } from './communication.js';
import { firstGroup } from './group-network.js';
import type { Piece } from './pieces.js';
import type { Plan } from './plan.js';
import type { StageGraph, StepNode } from './step-graph.js';
import type { GroupCollective } from './traffic.js';

/** A collective that stands for one, or for a part of one, and its ranks. */
export interface CollectivePart extends Pick<GroupCollective, 'collective' | 'bytes'> {
  readonly name: string;
  readonly members: readonly number[];
  /** The dimension of the network that it goes along, where it is a part. */
  readonly dimension?: number;
}

/** The phases that an NPU takes in a collective of a group, one after the other. */
export type PhasesOf = (one: GroupCollective, members: readonly number[], npu: number) => readonly CollectivePart[];

/** What an NPU does of a collective of a group: the phases of a chunk, then those of the next one. */
export interface Parts {
  readonly chunks: number;
  readonly phases: readonly CollectivePart[];
}

/** The same, of groups that are known by name. */
export interface NamedParts {
  readonly chunks: number;
  readonly phases: readonly Omit<CollectivePart, 'members'>[];
}

export type PartsOf = (one: GroupCollective, members: readonly number[], npu: number) => Parts;

/** A group is named by its first member. */
export const wholeGroups: PhasesOf = ({ group, collective, bytes }, members) => [
  { name: `${group} ${members[0]}`, members, collective, bytes },
];

/**
 * A chunk at a time, as the played step has them in each dimension. What takes a measured time stays whole.
 *
 * @throws ConfigError, from its result, for an all-gather of fewer bytes than chunks.
 */
export function inChunks(splits: number, communication: Communication, phasesOf: PhasesOf): PartsOf {
  return (one, members, npu) => {
    if (communication.isFitted(one)) return { chunks: 1, phases: wholeGroups(one, members, npu) };
    const { bytes, chunkBytes } = cutIntoChunks(one.collective, one.bytes, splits, members.length);
    if (chunkBytes === 0) {
      const expected = `at most as many as an all-gather has bytes (${one.bytes})`;
      throw new ConfigError([{ path: 'splits', expected, got: show(splits) }]);
    }
    return { chunks: Math.ceil(bytes / chunkBytes), phases: phasesOf({ ...one, bytes: chunkBytes }, members, npu) };
  };
}

/** What an NPU comes to in a step that is written out. */
export interface WrittenSize {
  readonly nodes: number;
  readonly messages: number;
}

/**
 * Nodes of the graph of an NPU of a stage, and the messages that it sends.
 * @param goesRound - all-to-alls go round a ring; else from rank to rank.
 */
export function sizePerNpu(
  plan: Plan,
  { stage, nodes }: StageGraph,
  partsOf: PartsOf,
  goesRound: boolean,
): WrittenSize {
  const one = { nodes: 1, messages: 0 };
  const ofCollective = (collective: GroupCollective): WrittenSize => {
    if (collective.bytes === 0) return { nodes: 0, messages: 0 };
    const members = firstGroup(plan, collective.group, stage);
    const { chunks, phases } = partsOf(collective, members, members[0] as number);
    const sends = phases.map(({ collective: what, members: { length: ranks } }) => {
      return what === 'all-to-all' && !goesRound ? ranks - 1 : ringSends(what, ranks);
    });
    return { nodes: chunks * phases.length, messages: chunks * sends.reduce((all, each) => all + each, 0) };
  };
  const ofPiece = (piece: Piece): WrittenSize => {
    if (piece.kind === 'compute') return one;
    return piece.kind === 'exchange' ? { nodes: 3, messages: 1 } : ofCollective(piece);
  };
  const known = new Map<readonly Piece[], WrittenSize>();
  const ofNode = (node: StepNode): WrittenSize => {
    if (node.kind === 'collective') return ofCollective(node);
    if (node.kind === 'send') return { nodes: 1, messages: 1 };
    if (node.kind !== 'segment') return one;
    const size = known.get(node.pieces) ?? sumOf(node.pieces.map(ofPiece));
    known.set(node.pieces, size);
    return size;
  };
  return sumOf(nodes.map(ofNode));
}

export function sumOf(sizes: readonly WrittenSize[]): WrittenSize {
  return {
    nodes: sizes.reduce((all, { nodes }) => all + nodes, 0),
    messages: sizes.reduce((all, { messages }) => all + messages, 0),
  };
}
