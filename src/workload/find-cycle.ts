/** A graph over positions 0, 1, 2 ... in flat arrays. */
export interface Graph {
  /** Where the dependencies of each begin, and behind the last, where they end. */
  readonly offsets: Int32Array;
  /** Positions depended on. May be longer than it is filled. */
  readonly dependencies: Int32Array;
}

/**
 * Positions along a cycle, each depending on the next; empty when there is none.
 *
 * Nodes are taken away as those that they depend on are. Who is left is on a cycle or behind
 * one, and depends on someone who is left: going from one to the next ends in a cycle. No
 * recursion: chains have millions of nodes.
 */
export function findCycle(graph: Graph): number[] {
  const { offsets, dependencies } = graph;
  const count = offsets.length - 1;
  const dependents = reversed(graph);
  const waitsFor = new Int32Array(count);
  const free: number[] = [];
  for (let node = 0; node < count; node++) {
    waitsFor[node] = (offsets[node + 1] as number) - (offsets[node] as number);
    if (waitsFor[node] === 0) free.push(node);
  }
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    const end = dependents.offsets[node + 1] as number;
    for (let at = dependents.offsets[node] as number; at < end; at++) {
      const dependent = dependents.dependencies[at] as number;
      const left = (waitsFor[dependent] as number) - 1;
      waitsFor[dependent] = left;
      if (left === 0) free.push(dependent);
    }
  }
  let at = waitsFor.findIndex((left) => left > 0);
  if (at < 0) return [];
  const steps = new Map<number, number>();
  while (!steps.has(at)) {
    steps.set(at, steps.size);
    const all = dependencies.subarray(offsets[at], offsets[at + 1]);
    at = all.find((dependency) => (waitsFor[dependency] as number) > 0) as number;
  }
  return [...steps.keys()].slice(steps.get(at));
}

/** Who depends on each: a counting sort of the dependencies. */
function reversed({ offsets, dependencies }: Graph): Graph {
  const count = offsets.length - 1;
  const filled = offsets[count] as number;
  const ends = new Int32Array(count + 1);
  for (let at = 0; at < filled; at++) {
    const dependency = dependencies[at] as number;
    ends[dependency] = (ends[dependency] as number) + 1;
  }
  for (let node = 1; node <= count; node++) ends[node] = (ends[node] as number) + (ends[node - 1] as number);
  const dependents = new Int32Array(filled);
  for (let node = 0; node < count; node++) {
    for (let at = offsets[node] as number; at < (offsets[node + 1] as number); at++) {
      const dependency = dependencies[at] as number;
      // From the end, so that in the end an end is a start.
      const end = (ends[dependency] as number) - 1;
      ends[dependency] = end;
      dependents[end] = node;
    }
  }
  return { offsets: ends, dependencies: dependents };
}
