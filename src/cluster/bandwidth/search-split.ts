/** An allocation, and how long it takes. */
export interface Point {
  readonly bytesPerNs: readonly number[];
  readonly ns: number;
}

export interface SplitSearch {
  /** At least one. */
  readonly starts: readonly Point[];
  /** Dimensions between which bandwidth moves. */
  readonly used: readonly number[];
  readonly atLeast: readonly number[];
  readonly atMost: readonly number[];
  readonly simulated: (bytesPerNs: readonly number[]) => number;
  readonly maxEvaluations: number;
}

/** Part of a dimension's bandwidth that a step moves: at first, and at last. */
const FIRST_STEP = 0.25;
const LAST_STEP = 0.001;

/**
 * From each start: moves bandwidth from one dimension to another while that saves time, in
 * steps that are halved when no move does. The total stays. Simulated times have jumps and no
 * gradient, so this promises a good allocation, not the best one.
 */
export function searchSplit(search: SplitSearch): { readonly best: Point; readonly evaluations: number } {
  let evaluations = search.starts.length;
  let best = search.starts[0] as Point;
  for (const start of search.starts) {
    let at = start;
    for (let step = FIRST_STEP; step >= LAST_STEP; ) {
      let better = at;
      for (const candidate of moves(search, at, step)) {
        if (evaluations >= search.maxEvaluations) break;
        evaluations++;
        const ns = search.simulated(candidate);
        if (ns < better.ns) better = { bytesPerNs: candidate, ns };
      }
      if (better === at) step /= 2;
      at = better;
    }
    if (at.ns < best.ns) best = at;
  }
  return { best, evaluations };
}

/** Every dimension gives to every other what `step` is of its own, as far as limits go. */
function* moves({ used, atLeast, atMost }: SplitSearch, { bytesPerNs }: Point, step: number): Generator<number[]> {
  for (const from of used) {
    for (const to of used) {
      const own = bytesPerNs[from] as number;
      const room = (atMost[to] as number) - (bytesPerNs[to] as number);
      const moved = Math.min(own * step, own - (atLeast[from] as number), room);
      if (from === to || moved <= 0) continue;
      yield bytesPerNs.map((bandwidth, d) => (d === from ? own - moved : d === to ? bandwidth + moved : bandwidth));
    }
  }
}
