import { describe, expect, test } from 'vitest';
import { crossingBytes, leastTime } from '../../../src/bounds/network-bound.js';
import type { Collective } from '../../../src/collectives/collective.js';
import { addressOf, totalNpus } from '../../../src/topology/address.js';
import { type Dimension, lineOf } from '../../../src/topology/dimension.js';
import type { DimensionKind } from '../../../src/topology/kinds.js';

const dim = (kind: DimensionKind, npus: number, bandwidth = 1, latency = 0): Dimension => ({
  ...{ kind, npus, bandwidth, latency },
});

/** Every small network of one or two dimensions. */
const NETWORKS: readonly (readonly Dimension[])[] = (['ring', 'switch', 'fully-connected'] as const).flatMap((kind) => [
  ...[2, 3, 4, 5, 6, 7, 8].map((npus) => [dim(kind, npus, 2)]),
  ...(['ring', 'switch', 'fully-connected'] as const).flatMap((other) => [
    [dim(kind, 2, 4), dim(other, 2, 1)],
    [dim(kind, 4, 4), dim(other, 2, 1)],
    [dim(kind, 2, 4), dim(other, 4, 1)],
    [dim(kind, 3, 4), dim(other, 3, 1)],
  ]),
]);

/** Bandwidth from a set of NPUs to the others, counted link by link. */
function bandwidthOut(dimensions: readonly Dimension[], inside: (npu: number) => boolean): number {
  const npus = totalNpus(dimensions);
  let sum = 0;
  for (const [d, { kind, npus: n, bandwidth }] of dimensions.entries()) {
    const stride = dimensions.slice(0, d).reduce((product, { npus: m }) => product * m, 1);
    /** The NPU at coordinate x on the line of another. */
    const at = (npu: number, x: number) => npu + (x - (addressOf(npu, dimensions)[d] as number)) * stride;
    for (let npu = 0; npu < npus; npu++) {
      const x = addressOf(npu, dimensions)[d] as number;
      const others = Array.from({ length: n }, (_, y) => at(npu, y)).filter((other) => other !== npu);
      if (kind === 'ring') {
        const next = n === 1 ? [] : n === 2 ? [at(npu, 1 - x)] : [at(npu, (x + 1) % n), at(npu, (x + n - 1) % n)];
        sum += bandwidth * next.filter((to) => inside(npu) && !inside(to)).length;
      } else if (kind === 'fully-connected') {
        sum += bandwidth * others.filter((to) => inside(npu) && !inside(to)).length;
      } else if (x === 0) {
        // A switch sends up from those inside and down to those outside: the fewer links count.
        const line = [npu, ...others];
        sum += bandwidth * Math.min(line.filter(inside).length, line.filter((one) => !inside(one)).length);
      }
    }
  }
  return sum;
}

/** The largest of all cuts, one of every set of NPUs. */
function everyCut(collective: Exclude<Collective, 'all-reduce'>, dimensions: readonly Dimension[], bytes: number) {
  const n = totalNpus(dimensions);
  let most = 0;
  for (let set = 1; set < 2 ** n - 1; set++) {
    const inside = (npu: number) => ((set >> npu) & 1) === 1;
    const size = Array.from({ length: n }, (_, npu) => npu).filter(inside).length;
    // Links into a set have the bandwidth of those out of it: every link has one the other way.
    const ns = crossingBytes(collective, n, n, size, bytes) / bandwidthOut(dimensions, inside);
    most = Math.max(most, ns);
  }
  return most;
}

describe('links across a cut', () => {
  test.each(['ring', 'switch', 'fully-connected'] as const)('%s: as counted one by one', (kind) => {
    for (const npus of [2, 3, 4, 5, 8]) {
      for (let width = 1; width < npus; width++) {
        const counted = bandwidthOut([dim(kind, npus)], (npu) => npu < width);
        expect(lineOf(dim(kind, npus)).cut(width), `${width} of ${npus}`).toBe(counted);
      }
    }
  });
});

describe.each(['reduce-scatter', 'all-gather', 'all-to-all'] as const)('%s', (collective) => {
  test('is the largest of all 2^n cuts of every small network', () => {
    for (const dimensions of NETWORKS) {
      const bytes = 5040;
      const { ns } = leastTime({ collective, dimensions, bytes });
      const name = dimensions.map(({ kind, npus }) => `${kind}(${npus})`).join(' x ');
      expect(ns, name).toBe(everyCut(collective, dimensions, bytes));
    }
  });
});

describe('all-reduce', () => {
  test('a single NPU on its links: 2(n-1)/n, over both links of a ring', () => {
    expect(leastTime({ collective: 'all-reduce', dimensions: [dim('switch', 8)], bytes: 800 }).ns).toBe(1400);
    expect(leastTime({ collective: 'all-reduce', dimensions: [dim('ring', 8)], bytes: 800 }).ns).toBe(700);
    expect(leastTime({ collective: 'all-reduce', dimensions: [dim('fully-connected', 8)], bytes: 800 }).ns).toBe(200);
  });

  test('a slow second dimension: its two halves', () => {
    // Each of 4 NPUs moves a quarter of 2 (2-1)/2 x 800 bytes over its one slow link.
    const bound = leastTime({
      collective: 'all-reduce',
      dimensions: [dim('ring', 4, 64), dim('ring', 2)],
      bytes: 800,
    });
    expect(bound).toEqual({ ns: 200, because: 'cut', dimensions: [1], width: 1 });
  });

  test('no cut in two asks for more than an all-reduce is said to need', () => {
    // Every set of NPUs must send its sum out: `bytes` over the links of the cut.
    for (const dimensions of NETWORKS) {
      const n = totalNpus(dimensions);
      const { ns } = leastTime({ collective: 'all-reduce', dimensions, bytes: 5040 });
      for (let set = 1; set < 2 ** n - 1; set++) {
        expect(5040 / bandwidthOut(dimensions, (npu) => ((set >> npu) & 1) === 1)).toBeLessThanOrEqual(ns);
      }
    }
  });
});

test('a few bytes far away: the latency of the longest way', () => {
  const dimensions = [dim('ring', 8, 1000, 500), dim('switch', 4, 1000, 100), dim('fully-connected', 4, 1000, 7)];
  expect(leastTime({ collective: 'all-gather', dimensions, bytes: 1 })).toEqual({
    ...{ ns: 4 * 500 + 2 * 100 + 7, because: 'distance', dimensions: [], width: 0 },
  });
});
