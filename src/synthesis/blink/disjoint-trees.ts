import { type CableTree, mergeTrees, type Pair } from './cable-trees.js';

const NONE = -1;

/**
 * `count` spanning trees such that no more than `copies[i]` of them use cable i, or undefined when there are none.
 *
 * A union of graphic matroids (Edmonds 1965): copies of cables go into forests one by one; one that would close a cycle in
 * every forest takes the place of another there, which looks for a place in turn, breadth first.
 */
export function packDisjointTrees(
  npus: number,
  cables: readonly Pair[],
  copies: readonly number[],
  count: number,
): CableTree[] | undefined {
  const forests = new Forests(npus, cables, count);
  const enough = count * (npus - 1);
  // First every cable once, then again: that gives the forests different cables to begin with.
  const rest = copies.map((number) => Math.min(number, count));
  for (let placed = 0; placed < enough; ) {
    let isAny = false;
    for (let cable = 0; cable < cables.length && placed < enough; cable++) {
      if (rest[cable] === 0) continue;
      isAny = true;
      if (forests.add(cable)) {
        rest[cable] = (rest[cable] as number) - 1;
        placed++;
      } else {
        // What does not fit into a set that it depends on never will.
        rest[cable] = 0;
      }
    }
    if (!isAny) return undefined;
  }
  return mergeTrees(forests.trees());
}

/** Forests of copies of cables. A copy has a cable and the forest that it is in. */
class Forests {
  private readonly cableOf: number[] = [];
  private readonly forestOf: number[] = [];
  /** Per forest and NPU, the copies there. */
  private readonly at: number[][][];

  constructor(
    npus: number,
    private readonly cables: readonly Pair[],
    count: number,
  ) {
    this.at = Array.from({ length: count }, () => Array.from({ length: npus }, () => []));
  }

  /** Adds a copy of a cable, moving others if need be; false when there is no way. */
  add(cable: number): boolean {
    const start = this.cableOf.length;
    this.cableOf.push(cable);
    this.forestOf.push(NONE);
    /** Per copy that could move, the copy that would take its place. */
    const follower = new Map<number, number>([[start, NONE]]);
    const queue = [start];
    for (const copy of queue) {
      for (let forest = 0; forest < this.at.length; forest++) {
        if (forest === this.forestOf[copy]) continue;
        const path = this.path(forest, copy);
        if (path === undefined) {
          this.move(copy, forest, follower);
          return true;
        }
        for (const other of path) {
          if (follower.has(other)) continue;
          follower.set(other, copy);
          queue.push(other);
        }
      }
    }
    this.cableOf.pop();
    this.forestOf.pop();
    return false;
  }

  trees(): CableTree[] {
    const used: number[][] = this.at.map(() => []);
    this.cableOf.forEach((cable, copy) => {
      used[this.forestOf[copy] as number]?.push(cable);
    });
    return used.map((list) => ({ weight: 1, cables: list.sort((a, b) => a - b) }));
  }

  /** Puts a copy into a forest, and into the place that it leaves the copy that follows it, and so on. */
  private move(first: number, into: number, follower: ReadonlyMap<number, number>): void {
    let forest = into;
    for (let copy = first; copy !== NONE; ) {
      const left = this.forestOf[copy] as number;
      const { a, b } = this.ends(copy);
      for (const npu of [a, b]) {
        if (left !== NONE) {
          const there = this.at[left]?.[npu] as number[];
          there.splice(there.indexOf(copy), 1);
        }
        this.at[forest]?.[npu]?.push(copy);
      }
      this.forestOf[copy] = forest;
      forest = left;
      copy = follower.get(copy) as number;
    }
  }

  /** The copies between the ends of another in a forest; undefined when they are not connected there. */
  private path(forest: number, copy: number): number[] | undefined {
    const { a, b } = this.ends(copy);
    const at = this.at[forest] as number[][];
    const arrivedBy: number[] = new Array(at.length).fill(NONE);
    const queue = [a];
    for (const npu of queue) {
      if (npu === b) break;
      for (const next of at[npu] as number[]) {
        const ends = this.ends(next);
        const other = ends.a === npu ? ends.b : ends.a;
        if (other === a || arrivedBy[other] !== NONE) continue;
        arrivedBy[other] = next;
        queue.push(other);
      }
    }
    if (arrivedBy[b] === NONE) return undefined;
    const path: number[] = [];
    for (let npu = b; npu !== a; ) {
      const step = arrivedBy[npu] as number;
      path.push(step);
      const ends = this.ends(step);
      npu = ends.a === npu ? ends.b : ends.a;
    }
    return path;
  }

  private ends(copy: number): Pair {
    return this.cables[this.cableOf[copy] as number] as Pair;
  }
}
