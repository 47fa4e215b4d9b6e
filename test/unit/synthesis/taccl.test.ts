import { describe, expect, it } from 'vitest';
import { finishNs, type TransferTimes } from '../../../src/synthesis/schedule.js';
import { ShortestPaths } from '../../../src/synthesis/shortest-paths.js';
import { orderRoutes, type TacclVariant } from '../../../src/synthesis/taccl/ordering.js';
import { graphOf, linksByName } from '../../support/graphs.js';

/** Links 0 and 1: 0 -> 1 -> 2; link 2: 0 -> 2 directly, three times as slow. */
const LINE = graphOf(3, [
  [0, 1, 3],
  [1, 2, 3],
  [0, 2, 1],
]);

describe('orderRoutes', () => {
  it('lets the chunk with the longest way go first', () => {
    // On link 0, chunk 0 ends at NPU 1 and chunk 1 goes on to 2: 20 ns for both when 1 is first, else 30.
    const routes = [
      { source: 0, links: [0] },
      { source: 0, links: [1, 0] },
    ];
    const schedule = orderRoutes(LINE, routes, { chunkBytes: 30 });
    expect([...schedule.chunk]).toEqual([1, 0, 1]);
    expect(finishNs(schedule.plan as TransferTimes)).toBe(20);
  });

  it('sends one after the other from a port of a switch', () => {
    const full = graphOf(4, linksByName('mesh-2x2'));
    const star = full.links.flatMap(({ from }, link) => (from === 0 ? [link] : []));
    const routes = [{ source: 0, links: star }];
    const ends = (switches: number[][]) => orderRoutes(full, routes, { chunkBytes: 10, switches }).plan?.endNs;
    expect(ends([])).toEqual(Float64Array.of(10, 10));
    expect(ends([[0, 1, 2, 3]])).toEqual(Float64Array.of(10, 20));
  });

  it('refuses routes that are no trees and variants that do not exist', () => {
    expect(() => orderRoutes(LINE, [{ source: 0, links: [1] }], { chunkBytes: 1 })).toThrow(
      'routes[0].links: expected links that form a tree from NPU 0, got 1 that do not fit',
    );
    const variant = 11 as TacclVariant;
    expect(() => orderRoutes(LINE, [], { chunkBytes: 1, variant })).toThrow(/variant: expected one of 10, 12/);
  });
});

describe('ShortestPaths', () => {
  it('goes by the time of links, and for equals by the lower last but one device', () => {
    // 30 bytes: 10 + 10 ns over NPU 1 against 30 ns directly.
    expect(new ShortestPaths(LINE, 30).path(0, 2)).toEqual([0, 1]);
    const square = graphOf(4, linksByName('mesh-2x2'));
    const path = new ShortestPaths(square, 1).path(3, 0);
    expect(path.map((link) => square.links[link]?.from)).toEqual([3, 1]);
  });
});
