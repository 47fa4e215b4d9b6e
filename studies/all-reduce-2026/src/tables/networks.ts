import type { DimensionSpec } from 'astra-sim-ts';

/** Bandwidth of the fastest dimension of every network of the study, GiB/s. */
const FAST_GIB = 600;

/** Latency of a hop by tier, ns. */
const LATENCIES = [500, 2000, 10_000] as const;

/** The log's "MB" are MiB. */
export const MIB = 2 ** 20;

/** GiB/s as bytes per ns, in the order of operations that gives the reference's bits (docs/model.md, section 1). */
function gib(bandwidth: number): number {
  return (bandwidth * 2 ** 30) / 1e9;
}

function tier(index: 0 | 1 | 2, npus: number, bandwidth: number): DimensionSpec {
  return { kind: 'ring', npus, bandwidth: gib(bandwidth), latency: LATENCIES[index] };
}

/** A single fast ring. */
export function oneTier(npus = 16): DimensionSpec[] {
  return [tier(0, npus, FAST_GIB)];
}

/** Fast rings of `fast` NPUs, joined by `slow`-NPU rings of 1/ratio of their bandwidth. */
export function twoTiers(ratio: number, fast = 8, slow = 2): [fast: DimensionSpec, slow: DimensionSpec] {
  return [tier(0, fast, FAST_GIB), tier(1, slow, FAST_GIB / ratio)];
}

/** 4 x 2 x 2 rings, each tier slower by `ratio`; the study rounded the third tier to one decimal. */
export function threeTiers(ratio: number): DimensionSpec[] {
  const third = Math.round((FAST_GIB / ratio ** 2) * 10) / 10;
  return [tier(0, 4, FAST_GIB), tier(1, 2, FAST_GIB / ratio), tier(2, 2, third)];
}
