import { addressOf } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { groupNetwork } from './group-network.js';
import { type CollectivePart, type PhasesOf, wholeGroups } from './parts.js';
import type { GroupCollective } from './traffic.js';

/**
 * Collectives of groups that span several dimensions as a phase per dimension, one after the
 * other, as they are simulated for a step: data are reduced and scattered from the lowest dimension
 * up, and gathered from the highest down; an all-reduce does both at once in the highest. What is no grid of the dimensions stays whole.
 */
export function phasesOfGroups(dimensions: readonly Dimension[]): PhasesOf {
  const spansOf = new Map<string, readonly number[]>();
  return (one, members, npu) => {
    const name = `${one.group} ${members[0]}`;
    let spans = spansOf.get(name);
    if (spans === undefined) {
      const network = groupNetwork(dimensions, members);
      spans = network.isGrid && network.spans.length > 1 ? network.spans : [];
      spansOf.set(name, spans);
    }
    if (spans.length === 0) return wholeGroups(one, members, npu);
    const at = addressOf(npu, dimensions);
    const lines = spans.map((dimension) => {
      const line = members.filter((member) =>
        addressOf(member, dimensions).every((digit, d) => d === dimension || digit === at[d]),
      );
      return { name: `${one.group} ${dimension} ${line[0]}`, members: line, dimension };
    });
    return phasesOf(one, lines);
  };
}

type Line = Pick<CollectivePart, 'name' | 'members' | 'dimension'>;

function phasesOf({ collective, bytes }: GroupCollective, lines: readonly Line[]): CollectivePart[] {
  const scattered = (until: number) =>
    lines.slice(0, until).reduce((left, { members }) => Math.ceil(left / members.length), bytes);
  const reduce = lines.map((line, i) => ({ ...line, collective: 'reduce-scatter' as const, bytes: scattered(i) }));
  switch (collective) {
    case 'reduce-scatter':
      return reduce;
    case 'all-reduce': {
      const below = lines.slice(0, -1);
      return [
        ...reduce.slice(0, -1),
        ...lines.slice(-1).map((line) => ({ ...line, collective, bytes: scattered(below.length) })),
        ...below.map((line, i) => ({ ...line, collective: 'all-gather' as const, bytes: scattered(i + 1) })).reverse(),
      ];
    }
    case 'all-gather': {
      const down = lines.toReversed();
      const gathered = (until: number) =>
        down.slice(0, until).reduce((all, { members }) => all * members.length, bytes);
      return down.map((line, i) => ({ ...line, collective, bytes: gathered(i) }));
    }
    default:
      return lines.map((line) => ({ ...line, collective, bytes }));
  }
}
