import { messages } from '../../collectives/program.js';
import type { Phase } from '../../plan/phases.js';
import type { Charges } from './charges.js';

/** What ranks of a group send to each other. */
export interface GroupTraffic {
  /** How far ahead or behind, and the ranks that pair up. */
  readonly offsets: ReadonlySet<number>;
  readonly pairs: ReadonlySet<number>;
  /** Every rank has a program of its own. */
  readonly isSpelledOut: boolean;
}

export function trafficOf(phases: readonly Phase[]): GroupTraffic {
  const offsets = new Set<number>();
  const pairs = new Set<number>();
  let isSpelledOut = false;
  for (const program of phases.flatMap(({ lanes }) => lanes)) {
    if (program.kind === 'steps') isSpelledOut = true;
    else for (const { offset } of messages(program)) (program.pairwise ? pairs : offsets).add(Math.abs(offset));
  }
  return { offsets, pairs, isSpelledOut };
}

/** The least p such that a list of n repeats after p, over and over; p divides n. */
export function periodOf(list: readonly number[]): number {
  // Borders as in the search of Knuth, Morris and Pratt.
  const border = new Int32Array(list.length);
  for (let i = 1, length = 0; i < list.length; i++) {
    while (length > 0 && list[i] !== list[length]) length = border[length - 1] as number;
    if (list[i] === list[length]) length++;
    border[i] = length;
  }
  const period = list.length - (border[list.length - 1] ?? 0);
  return list.length % period === 0 ? period : list.length;
}

/** The least number of ranks after which the charges of all messages repeat. */
export function chargesPeriod(members: readonly number[], traffic: GroupTraffic, charges: Charges): number {
  const { offsets, pairs, isSpelledOut } = traffic;
  const { length } = members;
  if (isSpelledOut) return length;
  const at = (rank: number) => members[rank % length] as number;
  const ahead = [...offsets].map((offset) => (rank: number) => at(rank + offset));
  const paired = [...pairs].map((offset) => (rank: number) => at(rank ^ offset));
  return [...ahead, ...paired].reduce((period, peer) => {
    return lcm(period, periodOf(members.map((member, rank) => charges.between(member, peer(rank)))));
  }, 1);
}

export function lcm(a: number, b: number): number {
  let [high, low] = [a, b];
  while (low !== 0) [high, low] = [low, high % low];
  return (a / high) * b;
}
