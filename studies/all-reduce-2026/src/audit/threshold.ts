import { type CollectiveSpec, type Decomposition, type DimensionSpec, simulateCollective } from 'astra-sim-ts';
import { MIB, oneTier, threeTiers, twoTiers } from '../tables/networks.js';
import { studySpec } from '../tables/study.js';
import { sweepSpec } from '../tables/sweep.js';

/** From which bandwidth ratio on the hierarchy is slower than the flat ring. */
export interface Threshold {
  readonly npus: number;
  readonly sizeMiB: number;
  /** The smallest ratio at which ring_ring baseline takes longer than flat. */
  readonly ratio: number;
}

const HIGHEST_RATIO = 2 ** 24;

/**
 * The smallest ratio at which `hierarchical(ratio)` takes longer than `flat`, found by
 * bisection to neighbouring doubles; NaN when there is none up to 2^24 or it is slower at 1:1.
 */
export function bisectRatio(flat: CollectiveSpec, hierarchical: (ratio: number) => CollectiveSpec): number {
  const flatNs = simulateCollective(flat).timeNs;
  const slower = (ratio: number) => simulateCollective(hierarchical(ratio)).timeNs > flatNs;
  if (slower(1)) return Number.NaN;
  let high = 2;
  while (!slower(high)) {
    high *= 2;
    if (high > HIGHEST_RATIO) return Number.NaN;
  }
  let low = high / 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (slower(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The threshold of the sweep's networks (8 x n1 against flat, 64 splits), by simulation. */
export function twoTierThreshold(npus: number, sizeMiB: number): Threshold {
  const point = { npus, sizeMiB, decomposition: 'baseline' } as const;
  const ratio = bisectRatio(sweepSpec({ ...point, ratio: 1, algorithm: 'oneRing' }), (r) =>
    sweepSpec({ ...point, ratio: r, algorithm: 'ring_ring' }),
  );
  return { npus, sizeMiB, ratio };
}

/** The threshold of three tiers (4 x 2 x 2 at 600, 600/r, 600/r^2) against a ring of 16. */
export function threeTierThreshold(sizeMiB: number, splits: number, decomposition: Decomposition): Threshold {
  const settings = { size: sizeMiB * MIB, decomposition, splits, activeChunks: 1 } as const;
  const ratio = bisectRatio(studySpec({ ...settings, topology: oneTier() }), (r) => {
    // Not rounded to one decimal as in the log: the threshold would move in steps.
    const [first, second, third] = threeTiers(r) as [DimensionSpec, DimensionSpec, DimensionSpec];
    const bandwidth = (first.bandwidth as number) / r ** 2;
    return studySpec({ ...settings, topology: [first, second, { ...third, bandwidth }] });
  });
  return { npus: 16, sizeMiB, ratio };
}

const SPLITS = 64;
const ENDPOINT = { delay: 10, memoryBandwidth: 1600 };

/** What a received message's reduction takes, ns: two reads and a write, each truncated (docs/model.md). */
function reductionNs(bytes: number): number {
  return 3 * Math.trunc((bytes / (ENDPOINT.memoryBandwidth * 1e9)) * 1e9);
}

/**
 * The threshold of two tiers in closed form. With one active chunk the two phases of 64 chunks
 * are a pipeline, `D0 + 64 D1` where the slow one is the longer; a phase of n ranks lasts
 * `D = e + 2(n-1)(delay + e) + (n-1) R`. The flat ring takes `64 D(N)` at any ratio. So the
 * slow dimension may take `(64 D(N) - D0) / 64` per chunk, which leaves each of its messages
 * `m` whole ns, and `m + 1 = latency + ratio * bytes / fast bandwidth` is one too many.
 */
export function thresholdInClosedForm(npus: number, sizeMiB: number): number {
  const { chunk, fast, slow, flat, first } = partsOf(npus, sizeMiB);
  const ranks = npus / 8;
  const share = Math.floor(chunk / ranks);
  const forMessages =
    (SPLITS * flat - first) / SPLITS - (ENDPOINT.delay * (2 * ranks - 1) + (ranks - 1) * reductionNs(share));
  const most = Math.floor(forMessages / (2 * (ranks - 1)));
  return ((most + 1 - slow.latency) * fast.bandwidth) / share;
}

/**
 * What the threshold tends to for large messages: latencies, end points and truncation vanish
 * against bytes, and all times are proportional to the size.
 */
export function thresholdOfLargeMessages(npus: number): number {
  const { fast } = partsOf(npus, 1);
  const ranks = npus / 8;
  /** Per byte of a chunk: of sending, and of reducing, both in units of the fast link's ns per byte. */
  const reduction = (3 * fast.bandwidth) / ENDPOINT.memoryBandwidth;
  const share = (n: number) => (n - 1) / n;
  const phase = (n: number) => share(n) * (2 + reduction);
  return (phase(npus) - phase(8) / SPLITS - share(ranks) * reduction) / (2 * share(ranks));
}

interface Link {
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** ns. */
  readonly latency: number;
}

function partsOf(npus: number, sizeMiB: number) {
  const [fast, slow] = twoTiers(1, 8, npus / 8).map(({ bandwidth, latency }) => ({
    ...{ bandwidth: bandwidth as number, latency: latency as number },
  })) as [Link, Link];
  const chunk = Math.floor((sizeMiB * MIB) / SPLITS);
  /** An all-reduce phase over n ranks of the fast links. */
  const phase = (n: number) => {
    const share = Math.floor(chunk / n);
    const step = Math.trunc(fast.latency + share / fast.bandwidth) + ENDPOINT.delay;
    return ENDPOINT.delay + 2 * (n - 1) * step + (n - 1) * reductionNs(share);
  };
  return { chunk, fast, slow, flat: phase(npus), first: phase(8) };
}
