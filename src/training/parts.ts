import { ConfigError, show } from '../base/errors.js';
import { ringSends } from '../collectives/ring.js';
import { cutIntoChunks } from '../plan/chunking.js';
import type { Communication } from './communication.js';
import { firstGroup } from './group-network.js';
import type { Piece } from './pieces.js';
import type { TrainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import type { GroupCollective } from './traffic.js';

/** A collective that stands for one, or for a part of one, and its ranks. */
export interface CollectivePart extends Pick<GroupCollective, 'collective' | 'bytes'> {
  readonly name: string;
  readonly members: readonly number[];
}

/** The phases that an NPU takes in a collective of a group, one after the other. */
export type PhasesOf = (one: GroupCollective, members: readonly number[], npu: number) => readonly CollectivePart[];

/** What an NPU does of a collective of a group: the phases of a chunk, then those of the next one. */
export interface Parts {
  readonly chunks: number;
  readonly phases: readonly CollectivePart[];
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

/** How much a step is that is written out. */
export interface WrittenSize {
  readonly nodes: number;
  readonly messages: number;
}

/** Nodes of the graphs of all NPUs, and their messages: collectives go round rings. */
export function writtenSize({ plan, stages }: TrainingStep, partsOf: PartsOf): WrittenSize {
  const sum = (sizes: readonly WrittenSize[]): WrittenSize => ({
    nodes: sizes.reduce((all, { nodes }) => all + nodes, 0),
    messages: sizes.reduce((all, { messages }) => all + messages, 0),
  });
  const one = { nodes: 1, messages: 0 };
  return sum(
    stages.map(({ stage, npus, nodes }) => {
      const ofCollective = (collective: GroupCollective): WrittenSize => {
        if (collective.bytes === 0) return { nodes: 0, messages: 0 };
        const members = firstGroup(plan, collective.group, stage);
        const { chunks, phases } = partsOf(collective, members, members[0] as number);
        const sends = phases.map((phase) => ringSends(phase.collective, phase.members.length));
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
        const size = known.get(node.pieces) ?? sum(node.pieces.map(ofPiece));
        known.set(node.pieces, size);
        return size;
      };
      const each = sum(nodes.map(ofNode));
      return { nodes: npus * each.nodes, messages: npus * each.messages };
    }),
  );
}
