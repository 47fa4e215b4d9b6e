/** An allocation and its time. */
export interface Point {
  readonly bytesPerNs: readonly number[];
  readonly ns: number;
}

export interface SplitSearch {
  /** At least one. */
  readonly starts: readonly Point[];
  /** Dimensions between which bandwidth moves. */
  readonly used: readonly number[];
  /** Maximum bandwidth, bytes per ns, and maximum dollars, at these prices per byte per ns; each optional. */
  readonly total: number | undefined;
  readonly budget: number | undefined;
  readonly prices: readonly number[] | undefined;
  readonly atLeast: readonly number[];
  readonly atMost: readonly number[];
  readonly simulated: (bytesPerNs: readonly number[]) => number;
  readonly maxEvaluations: number;
}

/** Share of a dimension's bandwidth that the first and the last steps move. */
const FIRST_STEP = 0.25;
const LAST_STEP = 0.001;

/**
 * From each start, moves bandwidth from one dimension to another as long as that saves time, in
 * steps that halve when no move does. Stays within total and budget. Simulated times have jumps and no
 * gradient, so this finds a good allocation, not always the best one.
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

/** Dollars of an allocation. */
export function priceOf(bytesPerNs: readonly number[], prices: readonly number[]): number {
  return bytesPerNs.reduce((sum, bandwidth, d) => sum + bandwidth * (prices[d] ?? 0), 0);
}

/**
 * Every dimension gives a share `step` of its bandwidth to every other, within the limits. With a
 * budget the other gets what the money buys, within the total.
 */
function* moves(
  { used, atLeast, atMost, total, budget, prices = [] }: SplitSearch,
  { bytesPerNs }: Point,
  step: number,
): Generator<number[]> {
  const sum = bytesPerNs.reduce((all, bandwidth) => all + bandwidth, 0);
  /** What a dimension gets for what another gives. */
  const gained = (moved: number, from: number, to: number) => {
    if (budget === undefined) return moved;
    const money = budget - priceOf(bytesPerNs, prices) + moved * (prices[from] ?? 0);
    return Math.max(0, Math.min(money / (prices[to] || Number.MIN_VALUE), (total ?? Infinity) - sum + moved));
  };
  for (const from of used) {
    for (const to of used) {
      const own = bytesPerNs[from] as number;
      const room = (atMost[to] as number) - (bytesPerNs[to] as number);
      const moved = Math.min(own * step, own - (atLeast[from] as number), budget === undefined ? room : Infinity);
      const added = Math.min(gained(moved, from, to), room);
      if (from === to || moved <= 0 || added <= 0) continue;
      yield bytesPerNs.map((bandwidth, d) => (d === from ? own - moved : d === to ? bandwidth + added : bandwidth));
    }
  }
}
