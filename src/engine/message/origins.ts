import { MOST_ORIGINS } from './lineage.js';

/** A factor that keeps two numbers below it apart in one exact number. */
const RANGE = 2 ** 26;

/** Entries of all tables together; what would need more is not tracked. */
const MOST_ENTRIES = 2 ** 23;

/**
 * Origins of events where NPUs fold by classes: an origin says of every member of a class (or of
 * every link of a class of links) from which NPU's start its event descends. Equal ones have
 * equal numbers.
 */
export class Origins {
  private readonly tables: Int32Array[] = [];
  private readonly byContent = new Map<number, number[]>();
  /** By table and turn: what the table looks like from the other side. */
  private readonly turned = new Map<number, number>();
  private readonly turns: readonly Int32Array[];
  private readonly stranger: () => number;
  private entries = 0;

  /**
   * @param turns - per turn and member over there: which member here it belongs to.
   * @param stranger - makes a number that equals no other, for origins that are not known.
   */
  constructor(turns: readonly Int32Array[], stranger: () => number) {
    this.turns = turns;
    this.stranger = stranger;
  }

  /** The number of an origin that is listed member by member. */
  of(table: Int32Array): number {
    let hash = table.length;
    for (const npu of table) hash = Math.imul(hash ^ npu, 0x01000193);
    const alike = this.byContent.get(hash) ?? [];
    const known = alike.find((one) => isEqual(this.tables[one] as Int32Array, table));
    if (known !== undefined) return known;
    this.entries += table.length;
    if (this.entries > MOST_ENTRIES || this.tables.length === MOST_ORIGINS) return this.stranger();
    const number = this.tables.push(table) - 1;
    this.byContent.set(hash, [...alike, number]);
    return number;
  }

  /** An origin as seen from the other side of a turn. */
  seenBy(origin: number, turn: number): number {
    // What is not known here is not known there, and may be another unknown.
    if (origin >= MOST_ORIGINS) return this.stranger();
    const key = origin * RANGE + turn;
    let there = this.turned.get(key);
    if (there === undefined) {
      const table = this.tables[origin] as Int32Array;
      there = this.of((this.turns[turn] as Int32Array).map((member) => table[member] as number));
      this.turned.set(key, there);
    }
    return there;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
