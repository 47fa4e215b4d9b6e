import { InvariantError } from '../../base/errors.js';
import { type ClassPaths, NO_TURN, type Turn } from '../../engine/class-paths.js';
import type { LogicalDimension } from '../../topology/logical-dimension.js';
import type { Crossings } from './crossings.js';

/** A factor that keeps two small numbers apart in one exact number. */
const RANGE = 2 ** 26;

/**
 * The paths of classes; undefined where members of a class do not cross alike links alike: a
 * single link could not stand for its class then.
 *
 * @param of - per NPU: its class.
 */
export function classPaths(
  crossings: Crossings,
  of: Int32Array,
  count: number,
  lineSlot: (dimension: LogicalDimension) => number,
): ClassPaths | undefined {
  const { names, firstPath, firstHop } = crossings;
  const npus = new Domains(of, count);
  const linkColours = crossings.linkColours(of);
  const links = new Domains(...dense(linkColours, crossings.link));
  const turns = new Turns();
  const toLinks: Turn[][] = [];
  const fromLinks: Turn[][] = [];
  const toReceiver: Turn[] = [];
  const known = new Map<number, number>();
  for (const [one, members] of npus.members.entries()) {
    const first = firstPath[members[0] as number] as number;
    const paths = (firstPath[(members[0] as number) + 1] as number) - first;
    for (let p = 0; p < paths; p++) {
      const at = Array.from(members, (npu) => (firstPath[npu] as number) + p);
      const hops = (firstHop[first + p + 1] as number) - (firstHop[first + p] as number);
      const name = crossings.name[first + p] as number;
      const isAlike = at.every(
        (path) => crossings.name[path] === name && (firstHop[path + 1] as number) - (firstHop[path] as number) === hops,
      );
      if (!isAlike) return undefined;
      known.set(one * RANGE + name, toReceiver.length);
      const receivers = npus.pair(at.map((path) => crossings.receiver[path] as number));
      if (receivers === undefined) return undefined;
      toReceiver.push(turns.of(receivers.back));
      const [there, back]: [Turn[], Turn[]] = [[], []];
      for (let hop = 0; hop < hops; hop++) {
        const crossed = links.pair(at.map((path) => crossings.link[(firstHop[path] as number) + hop] as number));
        if (crossed === undefined) return undefined;
        there.push(turns.of(crossed.back));
        back.push(turns.of(crossed.there));
      }
      toLinks.push(there);
      fromLinks.push(back);
    }
  }
  const find = (npu: number, name: number) => {
    const path = known.get(npu * RANGE + name);
    if (path === undefined) throw new InvariantError('a message on a way that nobody knew of');
    return path;
  };
  return {
    standIns: Int32Array.from(links.of, (domain) =>
      domain < 0 ? -1 : ((links.members[domain] as Int32Array)[0] as number),
    ),
    members: npus.members,
    turns: turns.all,
    ...{ toLinks, fromLinks, toReceiver, lineSlot },
    toPeer: (npu, place) => find(npu, names.ofPeer(place)),
    toRank: (npu, slot, steps, pairwise) => find(npu, names.ofRank(slot, steps, pairwise)),
  };
}

/** Members of classes, of NPUs or of links, in ascending order. */
class Domains {
  readonly of: Int32Array;
  readonly members: Int32Array[];
  private readonly place: Int32Array;

  /** @param of - per member: its class; -1 for those that have none. */
  constructor(of: Int32Array, count: number) {
    this.of = of;
    const lists: number[][] = Array.from({ length: count }, () => []);
    this.place = Int32Array.from(of, (one, member) => (one < 0 ? -1 : (lists[one] as number[]).push(member) - 1));
    this.members = lists.map((list) => Int32Array.from(list));
  }

  /** Pairs up a list with the members of the class that these belong to; undefined unless every member is there once. */
  pair(list: readonly number[]): { there: Int32Array; back: Int32Array } | undefined {
    const one = this.of[list[0] as number] as number;
    const there = Int32Array.from(list, (member) => this.place[member] as number);
    if (list.length !== (this.members[one] as Int32Array).length) return undefined;
    const back = new Int32Array(list.length).fill(-1);
    for (const [i, member] of list.entries()) {
      const place = there[i] as number;
      if (this.of[member] !== one || back[place] !== -1) return undefined;
      back[place] = i;
    }
    return { there, back };
  }
}

/** Numbers the colours of those that are used from 0; the others get -1. */
function dense(colours: Int32Array, used: readonly number[]): [of: Int32Array, count: number] {
  const of = new Int32Array(colours.length).fill(-1);
  const known = new Map<number, number>();
  for (const one of used) {
    const colour = colours[one] as number;
    const number = known.get(colour) ?? known.size;
    known.set(colour, number);
    of[one] = number;
  }
  return [of, known.size];
}

/** Turns by number; that which leaves all where they are is {@link NO_TURN}. */
class Turns {
  readonly all: Int32Array[] = [new Int32Array(0)];
  private readonly byHash = new Map<number, number[]>();

  of(table: Int32Array): Turn {
    if (table.every((member, i) => member === i)) return NO_TURN;
    let hash = table.length;
    for (const member of table) hash = Math.imul(hash ^ member, 0x01000193);
    const alike = this.byHash.get(hash) ?? [];
    const known = alike.find((one) => isEqual(this.all[one] as Int32Array, table));
    if (known !== undefined) return known;
    const number = this.all.push(table) - 1;
    this.byHash.set(hash, [...alike, number]);
    return number;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
