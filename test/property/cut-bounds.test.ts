import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareFractions, type Fraction, fraction, fractionOf, toNumber } from '../../src/bounds/fraction.js';
import { gatherBound, reduceScatterBound } from '../../src/bounds/gather-bound.js';
import { FlowNetwork } from '../../src/bounds/max-flow.js';
import { allReduceCut, broadcastRate } from '../../src/bounds/separating-cut.js';
import { allReduceBound, treePackingBound } from '../../src/bounds/tree-packing-bound.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { reverseGraph } from '../../src/topology/reverse-graph.js';
import { merged } from '../support/link-graphs.js';

type Triple = readonly [from: number, to: number, capacity: number];

/** Ford and Fulkerson on a matrix: any augmenting path, one unit at a time. */
function slowMaxFlow(vertices: number, links: readonly Triple[], source: number, sink: number): number {
  const left = Array.from({ length: vertices }, () => new Array<number>(vertices).fill(0));
  for (const [from, to, capacity] of links) (left[from] as number[])[to] = (left[from]?.[to] ?? 0) + capacity;
  const augment = (at: number, seen: Set<number>): boolean => {
    if (at === sink) return true;
    seen.add(at);
    for (let next = 0; next < vertices; next++) {
      if (seen.has(next) || (left[at]?.[next] ?? 0) === 0) continue;
      if (!augment(next, seen)) continue;
      (left[at] as number[])[next] = (left[at]?.[next] ?? 0) - 1;
      (left[next] as number[])[at] = (left[next]?.[at] ?? 0) + 1;
      return true;
    }
    return false;
  };
  let flow = 0;
  while (augment(source, new Set())) flow++;
  return flow;
}

const network = fc.integer({ min: 2, max: 9 }).chain((vertices) =>
  fc.record({
    vertices: fc.constant(vertices),
    links: fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: vertices - 1 }),
        fc.integer({ min: 0, max: vertices - 1 }),
        fc.integer({ min: 0, max: 6 }),
      ),
      { maxLength: 40 },
    ),
  }),
);

it('sends as much as a slow search for augmenting paths, and no more than its cut lets through', () => {
  fc.assert(
    fc.property(network, fc.boolean(), ({ vertices, links }, big) => {
      const amount = (value: number) => (big ? (BigInt(value) as unknown as number) : value);
      const flows = new FlowNetwork(vertices, amount(0));
      for (const [from, to, capacity] of links) flows.addLink(from, to, amount(capacity));
      for (let sink = 1; sink < vertices; sink++) {
        const expected = slowMaxFlow(vertices, links, 0, sink);
        expect(Number(flows.maxFlow(0, sink, amount(10_000)))).toBe(expected);
        const side = Array.from({ length: vertices }, (_, v) => flows.isOnSourceSide(v));
        expect([side[0], side[sink]]).toEqual([true, false]);
        const across = links.filter(([from, to]) => side[from] && !side[to]);
        expect(across.reduce((total, [, , capacity]) => total + capacity, 0)).toBe(expected);
        expect(Number(flows.maxFlow(0, sink, amount(3)))).toBe(Math.min(3, expected));
      }
    }),
  );
});

/** Connected by a cycle through all devices; whole, or of the kind that bandwidths in GiB/s have. */
function graphs(most: { npus: number; switches: number; symmetric?: boolean }): fc.Arbitrary<LinkGraph> {
  const bandwidth = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0.1, 25 / 1.073741824, 1e-3, 300.7));
  return fc
    .record({
      npus: fc.integer({ min: 2, max: most.npus }),
      switches: fc.integer({ min: 0, max: most.switches }),
      seed: fc.array(fc.tuple(fc.nat(99), fc.nat(99), bandwidth), { maxLength: 24 }),
      cycle: fc.array(bandwidth, { minLength: 12, maxLength: 12 }),
    })
    .map(({ npus, switches, seed, cycle }) => {
      const devices = npus + switches;
      const links: Triple[] = cycle.slice(0, devices).map((width, i) => [i, (i + 1) % devices, width]);
      for (const [a, b, width] of seed) if (a % devices !== b % devices) links.push([a % devices, b % devices, width]);
      const oneWay = links.map(([a, b, bandwidth]) => {
        const [from, to] = most.symmetric === true && a > b ? [b, a] : [a, b];
        return { from, to, bandwidth, latency: 0 };
      });
      const graph = merged({ npus, devices, links: oneWay });
      // Turned round after the sums, which depend on their order.
      return most.symmetric === true ? { ...graph, links: [...graph.links, ...reverseGraph(graph).links] } : graph;
    });
}

const add = (a: Fraction, b: Fraction) =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
const ZERO = fraction(0n, 1n);
const least = (values: Fraction[]) => values.reduce((a, b) => (compareFractions(a, b) <= 0 ? a : b));

/** Every set of devices as bits, and the bandwidth that leaves it. */
function cuts({ devices, links }: LinkGraph): { set: number; leaving: Fraction }[] {
  const widths = links.map(({ bandwidth }) => fractionOf(bandwidth));
  return Array.from({ length: 1 << devices }, (_, set) => {
    const crosses = (i: number) => {
      const { from, to } = links[i] as { from: number; to: number };
      return ((set >> from) & 1) === 1 && ((set >> to) & 1) === 0;
    };
    return { set, leaving: widths.filter((_width, i) => crosses(i)).reduce(add, ZERO) };
  });
}

const count = (set: number) => set.toString(2).replaceAll('0', '').length;
const value = ({ numerator, denominator }: Fraction) => `${numerator}/${denominator}`;
const bitsOf = (devices: readonly number[]) => devices.reduce((set, device) => set | (1 << device), 0);

it('agrees with every cut of small networks', () => {
  fc.assert(
    fc.property(graphs({ npus: 7, switches: 3 }), (graph) => {
      const npuBits = (1 << graph.npus) - 1;
      const all = cuts(graph);
      const open = all.filter(({ set }) => (set & npuBits) !== npuBits && (set & npuBits) !== 0);
      const times = open.map(({ set, leaving }) =>
        fraction(BigInt(count(set & npuBits)) * leaving.denominator, leaving.numerator),
      );
      const gather = gatherBound(graph);
      expect(value(gather)).toBe(value(times.reduce((a, b) => (compareFractions(a, b) >= 0 ? a : b))));
      const tight = bitsOf(gather.tightSet);
      expect(tight & npuBits).not.toBe(npuBits);
      const { numerator, denominator } = all.find(({ set }) => set === tight)?.leaving ?? ZERO;
      expect(value(fraction(BigInt(count(tight & npuBits)) * denominator, numerator))).toBe(value(gather));

      const cut = allReduceCut(graph);
      expect(value(cut)).toBe(value(least(open.map(({ leaving }) => leaving))));
      expect(value(all[bitsOf(cut.side)]?.leaving as Fraction)).toBe(value(cut));

      const root = graph.npus - 1;
      const away = open.filter(({ set }) => ((set >> root) & 1) === 1).map(({ leaving }) => leaving);
      expect(value(broadcastRate(graph, root))).toBe(value(least(away)));
    }),
    { numRuns: 60 },
  );
});

/** All partitions, as the number of the part of each of `size` members. */
function partitions(size: number): number[][] {
  if (size === 0) return [[]];
  return partitions(size - 1).flatMap((rest) => {
    const parts = Math.max(-1, ...rest) + 1;
    return Array.from({ length: parts + 1 }, (_, part) => [...rest, part]);
  });
}

it('agrees with every partition of the NPUs and every choice of switches', () => {
  fc.assert(
    fc.property(graphs({ npus: 5, switches: 3 }), (graph) => {
      const npuBits = (1 << graph.npus) - 1;
      const leaving = new Map<number, Fraction>();
      for (const cut of cuts(graph)) {
        const before = leaving.get(cut.set & npuBits);
        leaving.set(cut.set & npuBits, before === undefined ? cut.leaving : least([before, cut.leaving]));
      }
      const rateOf = (partOf: readonly number[]) => {
        const parts = Math.max(...partOf) + 1;
        const sets = Array.from({ length: parts }, (_, part) =>
          bitsOf([...partOf.keys()].filter((npu) => partOf[npu] === part)),
        );
        const { numerator, denominator } = sets.map((set) => leaving.get(set) ?? ZERO).reduce(add, ZERO);
        return fraction(numerator, denominator * BigInt(2 * (parts - 1)));
      };
      const rates = partitions(graph.npus)
        .filter((partOf) => Math.max(...partOf) > 0)
        .map(rateOf);
      const bound = allReduceBound(graph);
      expect(value(bound)).toBe(value(least(rates)));
      // A reduce-scatter and an all-gather are an all-reduce, and no faster than the bound of one.
      const phases = toNumber(gatherBound(graph)) + toNumber(reduceScatterBound(graph));
      expect(1 / toNumber(bound)).toBeLessThanOrEqual((phases / graph.npus) * (1 + 1e-12));
    }),
    { numRuns: 60 },
  );
});

it('agrees with every partition of small networks', () => {
  fc.assert(
    fc.property(graphs({ npus: 7, switches: 0, symmetric: true }), (graph) => {
      const widths = graph.links.map(({ bandwidth }) => fractionOf(bandwidth));
      const rateOf = (partOf: readonly number[]) => {
        const between = widths.filter((_width, i) => {
          const { from, to } = graph.links[i] as { from: number; to: number };
          return from < to && partOf[from] !== partOf[to];
        });
        const { numerator, denominator } = between.reduce(add, ZERO);
        return fraction(numerator, denominator * BigInt(Math.max(...partOf)));
      };
      const rates = partitions(graph.npus)
        .filter((partOf) => Math.max(...partOf) > 0)
        .map(rateOf);
      const bound = treePackingBound(graph);
      expect(value(bound)).toBe(value(least(rates)));
      // Links as wide both ways: trees are as fast as an all-reduce can be.
      expect(value(allReduceBound(graph))).toBe(value(bound));
      const tight: number[] = [];
      bound.tightPartition.forEach((part, i) => {
        for (const npu of part) tight[npu] = i;
      });
      expect(value(rateOf(tight))).toBe(value(bound));
      // Both ways at once is never slower than a reduce-scatter and an all-gather of M: 1/tau <= 2/(N x*).
      expect(1 / toNumber(bound)).toBeLessThanOrEqual((2 / graph.npus) * toNumber(gatherBound(graph)) * (1 + 1e-12));
    }),
    { numRuns: 60 },
  );
});
