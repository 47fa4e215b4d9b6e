import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endingAfter, packSpans, type Span } from '../../../src/charts/timeline/packed-spans.js';

const spans: fc.Arbitrary<Span[]> = fc.array(
  fc
    .record({
      ...{ group: fc.nat(2), kind: fc.nat(3), label: fc.nat(9), at: fc.nat(3) },
      ...{ startNs: fc.nat(100), lengthNs: fc.nat(50) },
    })
    .map(({ lengthNs, ...span }) => ({ ...span, endNs: span.startNs + lengthNs })),
);

test('packed spans are all there, each in a lane of its group, one after the other', () => {
  fc.assert(
    fc.property(spans, (list) => {
      const packed = packSpans(list, ['a', 'b', 'c']);
      const seen: string[] = [];
      for (const [lane, group] of packed.groupOfLane.entries()) {
        let freeNs = 0;
        for (let i = packed.firstOfLane[lane] as number; i < (packed.firstOfLane[lane + 1] as number); i++) {
          const [startNs, endNs] = [packed.startNs[i] as number, packed.endNs[i] as number];
          expect(startNs).toBeGreaterThanOrEqual(freeNs);
          freeNs = endNs;
          seen.push([group, packed.kind[i], packed.label[i], packed.at[i], startNs, endNs].join());
        }
      }
      const all = list.map(({ group, kind, label, at, startNs, endNs }) =>
        [group, kind, label, at, startNs, endNs].join(),
      );
      expect(seen.sort()).toEqual(all.sort());
    }),
  );
});

test('the first span that ends after a time is found as by looking at each', () => {
  fc.assert(
    fc.property(spans, fc.nat(160), (list, ns) => {
      const packed = packSpans(list, ['a', 'b', 'c']);
      for (let lane = 0; lane < packed.groupOfLane.length; lane++) {
        const [first, end] = [packed.firstOfLane[lane] as number, packed.firstOfLane[lane + 1] as number];
        let expected = first;
        while (expected < end && (packed.endNs[expected] as number) <= ns) expected++;
        expect(endingAfter(packed, first, end, ns)).toBe(expected);
      }
    }),
  );
});
