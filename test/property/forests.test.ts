import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareFractions, fraction, over, times } from '../../src/bounds/fraction.js';
import { gatherBound } from '../../src/bounds/gather-bound.js';
import { broadcastRate } from '../../src/bounds/separating-cut.js';
import { treePackingBound } from '../../src/bounds/tree-packing-bound.js';
import { buildBroadcastForest } from '../../src/synthesis/blink/broadcast-forest.js';
import { buildTreePackingForest } from '../../src/synthesis/blink/few-trees.js';
import { buildAllReduceForest } from '../../src/synthesis/forestcoll/all-reduce-forest.js';
import { buildGatherForest } from '../../src/synthesis/forestcoll/build-forest.js';
import { checkAllReduceForest, checkForest } from '../../src/synthesis/forestcoll/check-forest.js';
import type { TreePair } from '../../src/synthesis/forestcoll/forest.js';
import { gatherPairs, scatterPairs } from '../../src/synthesis/forestcoll/tree-transfers.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { reverseGraph } from '../../src/topology/reverse-graph.js';
import { merged } from '../support/link-graphs.js';
import { treeTransfers } from '../support/tree-transfers.js';

/** As much into every device as out of it: cycles, each of one bandwidth, of which the first visits all devices. */
function balanced(most: { npus: number; switches: number }): fc.Arbitrary<LinkGraph> {
  return fc
    .record({
      npus: fc.integer({ min: 2, max: most.npus }),
      switches: fc.integer({ min: 0, max: most.switches }),
      cycles: fc.array(
        fc.record({
          keys: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
          bandwidth: fc.integer({ min: 1, max: 6 }),
          length: fc.integer({ min: 2, max: 6 }),
        }),
        {
          minLength: 1,
          maxLength: 7,
        },
      ),
    })
    .map(({ npus, switches, cycles }) => {
      const devices = npus + switches;
      const links = cycles.flatMap(({ keys, bandwidth, length }, i) => {
        const order = Array.from({ length: devices }, (_, device) => device).sort(
          (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b,
        );
        const cycle = i === 0 ? order : order.slice(0, length);
        return cycle.map((from, j) => ({ from, to: cycle[(j + 1) % cycle.length] ?? 0, bandwidth, latency: 0 }));
      });
      return merged({ npus, devices, links });
    });
}

/** Both directions of every link. */
const doubled = ({ npus, devices, links }: LinkGraph): LinkGraph =>
  merged({ npus, devices, links: links.flatMap((link) => [link, { ...link, from: link.to, to: link.from }]) });

const value = (f: { numerator: bigint; denominator: bigint }) => `${f.numerator}/${f.denominator}`;
const whole = (n: number) => fraction(BigInt(n), 1n);

it('builds a forest at the bound on every balanced network', () => {
  fc.assert(
    fc.property(balanced({ npus: 7, switches: 4 }), fc.constantFrom('tree', 'level'), (graph, grow) => {
      const forest = buildGatherForest(graph, { grow });
      expect(checkForest(graph, forest)).toEqual([]);
      expect(value(over(forest.nsPerUnitByte, whole(forest.k)))).toBe(
        value(fraction(gatherBound(graph).numerator, gatherBound(graph).denominator)),
      );
    }),
    { numRuns: 150 },
  );
});

it('builds a forest for every k, the best for it unless rounded shares are out of balance', () => {
  fc.assert(
    fc.property(balanced({ npus: 6, switches: 3 }), fc.integer({ min: 1, max: 5 }), (graph, k) => {
      const forest = buildGatherForest(graph, { k });
      expect(checkForest(graph, forest)).toEqual([]);
      expect(compareFractions(over(forest.nsPerUnitByte, whole(k)), gatherBound(graph))).toBeGreaterThanOrEqual(0);
      const twice = buildGatherForest(graph, { k: 2 * k });
      // Two trees for each are at least as good, if only for what is possible without regard to balance.
      if (graph.devices === graph.npus) {
        expect(compareFractions(twice.nsPerUnitByte, times(forest.nsPerUnitByte, whole(2)))).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 60 },
  );
});

it('broadcasts at the rate of the least maximum flow', () => {
  fc.assert(
    fc.property(balanced({ npus: 6, switches: 3 }), (graph) => {
      const root = graph.npus - 1;
      const forest = buildBroadcastForest(graph, root);
      expect(checkForest(graph, forest)).toEqual([]);
      const rate = broadcastRate(graph, root);
      expect(value(over(whole(forest.demands[root] ?? 0), forest.nsPerUnitByte))).toBe(
        value(fraction(rate.numerator, rate.denominator)),
      );
    }),
    { numRuns: 60 },
  );
});

it('packs undirected trees at a share of the bound, at all of it if asked', () => {
  fc.assert(
    fc.property(balanced({ npus: 7, switches: 0 }).map(doubled), (graph) => {
      const bound = treePackingBound(graph);
      const few = buildTreePackingForest(graph);
      const all = buildTreePackingForest(graph, { share: 1 });
      for (const forest of [few, all]) expect(checkAllReduceForest(graph, forest)).toEqual([]);
      const rateOf = ({ pairs, nsPerUnitByte }: typeof few) =>
        over(whole(pairs.reduce((sum, { weight }) => sum + weight, 0)), nsPerUnitByte);
      expect(value(rateOf(all))).toBe(value(fraction(bound.numerator, bound.denominator)));
      expect(compareFractions(rateOf(few), times(bound, fraction(19n, 20n)))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 60 },
  );
});

/** What each NPU holds of each chunk, as bits of contributors, after the transfers in order of number. */
function replay(npus: number, pairs: readonly TreePair[], bytes: number, pieces: number, starts: 'root' | 'all') {
  const { chunks, transfers } = treeTransfers(pairs, bytes, pieces);
  expect(chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)).toBe(bytes);
  const held = chunks.map(({ root }) =>
    Array.from({ length: npus }, (_, npu) => (starts === 'all' || npu === root ? 1 << npu : 0)),
  );
  transfers.forEach(({ chunk, from, to, kind, after }, number) => {
    const at = held[chunk] as number[];
    const [sent, there] = [at[from] as number, at[to] as number];
    expect(sent).not.toBe(0);
    if (kind === 'reduce') expect(sent & there).toBe(0);
    at[to] = kind === 'reduce' ? sent | there : sent;
    // It waits for all that its sender has got of the chunk, as a copy alone if that came last.
    const into = transfers.slice(0, number).flatMap((t, i) => (t.chunk === chunk && t.to === from ? [i] : []));
    const copies = into.filter((i) => transfers[i]?.kind === 'copy');
    expect(after).toEqual(copies.length > 0 ? copies : into);
  });
  return { chunks, held };
}

it('moves everything where it belongs, reduced where it must be', () => {
  fc.assert(
    fc.property(
      balanced({ npus: 5, switches: 2 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 1, max: 4 }),
      (graph, bytes, pieces) => {
        const everything = (1 << graph.npus) - 1;
        const gather = replay(graph.npus, gatherPairs(buildGatherForest(graph)), bytes, pieces, 'root');
        gather.held.forEach((at, chunk) => {
          expect(new Set(at)).toEqual(new Set([1 << (gather.chunks[chunk]?.root ?? 0)]));
        });
        const reverse = buildGatherForest(reverseGraph(graph));
        const scatter = replay(graph.npus, scatterPairs(reverse), bytes, pieces, 'all');
        scatter.held.forEach((at, chunk) => {
          expect(at[scatter.chunks[chunk]?.root ?? 0]).toBe(everything);
        });
        const allReduce = buildAllReduceForest(graph);
        expect(checkAllReduceForest(graph, allReduce)).toEqual([]);
        const reduced = replay(graph.npus, allReduce.pairs, bytes, pieces, 'all');
        for (const at of reduced.held) expect(new Set(at)).toEqual(new Set([everything]));
      },
    ),
    { numRuns: 40 },
  );
});
