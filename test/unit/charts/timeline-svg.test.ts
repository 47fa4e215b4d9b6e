import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barsOf, frameOf, spanAt, ticksOf } from '../../../src/charts/timeline/layout.js';
import { packSpans } from '../../../src/charts/timeline/packed-spans.js';
import { timelineSvg } from '../../../src/charts/timeline/timeline-svg.js';
import { ConfigError, simulateCollective } from '../../../src/index.js';

const { timeline = [] } = simulateCollective({
  ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns) x ring(2, 1 GB/s, 10 ns)', size: 4096 },
  ...{ timeline: true, splits: 4 },
});

describe('a timeline as SVG', () => {
  test('has a bar per phase, names, kinds and unit', () => {
    const svg = timelineSvg(timeline, { title: 'Four <chunks>', subtitle: 'of 4 KiB' });
    expect(svg).toMatch(/^<svg /);
    for (const text of ['Four &lt;chunks&gt;', 'of 4 KiB', 'dimension 1', 'reduce-scatter', 'all-gather', ' µs'])
      expect(svg).toContain(text);
    // 4 chunks of 3 phases.
    expect(svg.match(/class="bar"/g)).toHaveLength(12);
    const [first] = timeline;
    expect(svg).toContain(`<title>reduce-scatter, chunk 0: 0 to ${first?.endNs} ns</title>`);
  });

  test('is the same in proportion at another width', () => {
    // 900 px less twice 10 px of padding.
    const ends = (width: number) =>
      [...timelineSvg(timeline, { title: 't', width }).matchAll(/class="bar" x="([\d.]+)"/g)].map(
        ([, x]) => Number(x) / (width - 20),
      );
    for (const [i, x] of ends(1780).entries()) expect(x).toBeCloseTo(ends(900)[i] as number, 3);
  });

  test('refuses what is no timeline', () => {
    expect(() => timelineSvg([{ startNs: 'x' }] as never, { title: 't' })).toThrow(ConfigError);
    expect(() => timelineSvg(timeline, { title: 't', width: 0 })).toThrow(ConfigError);
  });
});

const packed = fc
  .array(fc.record({ startNs: fc.nat(5000), lengthNs: fc.integer({ min: 1, max: 500 }), kind: fc.nat(3) }), {
    minLength: 1,
    maxLength: 200,
  })
  .map((list) =>
    packSpans(
      list.map(({ startNs, lengthNs, kind }, i) => ({
        ...{ group: i % 2, kind, label: i, at: 0, startNs, endNs: startNs + lengthNs },
      })),
      ['a', 'b'],
    ),
  );

test('every span is found in the bar that shows it, and bars of a lane are in order', () => {
  fc.assert(
    fc.property(packed, fc.integer({ min: 50, max: 2000 }), (spans, width) => {
      const frame = frameOf(spans, width);
      const view = { spans, frame, window: { fromNs: 0, toNs: spans.endOfAllNs } };
      for (let lane = 0; lane < spans.groupOfLane.length; lane++) {
        let right = Number.NEGATIVE_INFINITY;
        for (const { span, x, top, width: wide, isAlone } of barsOf(view, lane)) {
          expect(x).toBeGreaterThanOrEqual(right - 1);
          right = x + wide;
          if (isAlone) expect(spanAt(view, x + wide / 2, top + 1)).toBe(span);
        }
      }
    }),
  );
});

test('ticks are round, in sight, and neither crowded nor missing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 300, max: 3000 }), (toNs, width) => {
      const frame = { width, height: 0, laneTop: [], groupTop: [], laneHeight: 1, isNamed: true };
      const ticks = ticksOf({ frame, window: { fromNs: 0, toNs } });
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(1 + width / 110 + 1);
      for (const { x } of ticks) expect([x >= 0, x <= width]).toEqual([true, true]);
    }),
  );
});
