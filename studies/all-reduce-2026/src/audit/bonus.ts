import { type CollectiveSpec, type DimensionSpec, simulateCollective } from 'astra-sim-ts';

/**
 * H16: a closed form of the time of a two-dimensional `local-bw-aware` all-reduce with one
 * active chunk, and so of what it gains on one dimension.
 *
 * Each of c chunks passes a reduce-scatter in dimension 0 (which lasts `a`), an all-reduce in
 * dimension 1 (`b`) and an all-gather in dimension 0 (`g`). All reduce-scatters wait in the
 * queue of dimension 0 from the start, so they come first: the k-th (from 0) ends at
 * `(k + 1) a`. The all-reduces follow as they can, the k-th ends at
 * `A_k = max(a + (k + 1) b, (k + 1) a + b)`. The all-gathers come in order, none before all
 * reduce-scatters: the last ends at `max over k of max(c a, A_k) + (c - k) g`. All terms are
 * linear in k, so only k = 0 and k = c - 1 can be largest:
 *
 * `T = max( c (a + g), a + b + c g, a + c b + g, c a + b + g )`
 *
 * The first is a dimension 0 that never rests, the third a dimension 1 that never does.
 */
export function pipelineNs(chunks: number, a: number, b: number, g: number): number {
  return Math.max(chunks * (a + g), a + b + chunks * g, a + chunks * b + g, chunks * a + b + g);
}

/**
 * The gain for large messages while dimension 0 is the bottleneck: times are then bytes, and it
 * carries `2 (n0 - 1) / n0` of the data where one dimension of N carries `2 (N - 1) / N`.
 * Reductions shrink by the same factor. 14/15 for 8 x 2, 4/5 with n0 = 4.
 */
export function bonusOfLargeMessages(n0: number, npus: number): number {
  return ((n0 - 1) * npus) / (n0 * (npus - 1));
}

/** The ratio up to which dimension 0 stays the bottleneck, large messages, reductions left out: (n0 - 1) n1 / (n1 - 1). */
export function bonusHoldsUpTo(n0: number, n1: number): number {
  return ((n0 - 1) * n1) / (n1 - 1);
}

/** One network and size: the simulated time and the closed form. */
export interface BonusPoint {
  readonly n0: number;
  readonly n1: number;
  readonly ratio: number;
  readonly sizeMiB: number;
  readonly splits: number;
  readonly timeNs: number;
  /** {@link pipelineNs} of the durations of its phases. */
  readonly closedFormNs: number;
  readonly oneDimensionNs: number;
  /** timeNs / oneDimensionNs. */
  readonly ofOneDimension: number;
  /** {@link bonusOfLargeMessages}. */
  readonly limit: number;
}

export const BONUS_GRID = {
  shapes: [
    [8, 2],
    [2, 8],
    [4, 4],
    [4, 2],
    [16, 4],
    [8, 32],
  ],
  ratios: [1, 2, 4, 8, 14, 15, 48],
  sizesMiB: [0.25, 1, 100, 10_485_760],
  splits: [1, 2, 8, 64],
} as const;

/** Simulates the grid. `network` as in the study: 600 GiB/s and 500 ns, a second dimension slower by the ratio. */
export function bonusGrid(base: (n0: number, n1: number, ratio: number) => readonly DimensionSpec[]): BonusPoint[] {
  const { shapes, ratios, sizesMiB, splits: counts } = BONUS_GRID;
  const points: BonusPoint[] = [];
  for (const [n0, n1] of shapes) {
    for (const sizeMiB of sizesMiB) {
      for (const splits of counts) {
        const settings = { collective: 'all-reduce', size: sizeMiB * 2 ** 20, splits } as const;
        const flat = base(n0 * n1, 1, 1).slice(0, 1);
        const oneDimensionNs = simulateCollective({ ...settings, topology: flat } satisfies CollectiveSpec).timeNs;
        for (const ratio of ratios) {
          const { timeNs, chunks, chunkPlans } = simulateCollective({ ...settings, topology: base(n0, n1, ratio) });
          const [a = 0, b = 0, g = 0] = (chunkPlans[0]?.phases ?? []).map(({ durationNs }) => durationNs);
          points.push({
            ...{ n0, n1, ratio, sizeMiB, splits, timeNs, oneDimensionNs },
            closedFormNs: pipelineNs(chunks, a, b, g),
            ofOneDimension: timeNs / oneDimensionNs,
            limit: bonusOfLargeMessages(n0, n0 * n1),
          });
        }
      }
    }
  }
  return points;
}
