import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PhaseSpan } from '../../src/engine/span.js';
import { type CollectiveResult, type CollectiveSpec, simulateCollective } from '../../src/index.js';
import { specs } from '../support/arbitraries.js';
import {
  keepsWindow,
  lastsAsItAlwaysDoes,
  neverIdles,
  neverOvertakes,
  passesPhasesInOrder,
  unionNs,
} from '../support/laws.js';
import { phasesOf } from '../support/phases-of.js';

type Law = (spec: CollectiveSpec, timeline: readonly PhaseSpan[], result: CollectiveResult) => void;

/** Holds the timelines of random specs to a law; a few runs have many chunks, so that queues fill up. */
function forTimelines(law: Law): void {
  const check = (spec: CollectiveSpec) => {
    const result = simulateCollective(spec);
    law(spec, result.timeline as readonly PhaseSpan[], result);
  };
  fc.assert(fc.property(specs({ timeline: true }), check), { numRuns: 100 });
  fc.assert(fc.property(specs({ timeline: true, splits: 60, dimensions: 3, npus: 16 }), check), { numRuns: 25 });
}

describe('the timeline of any spec', () => {
  test('each chunk passes its phases in order', () =>
    forTimelines((_, timeline, result) => passesPhasesInOrder(result, timeline)));

  test('a phase lasts the same whenever it runs', () =>
    forTimelines((_, timeline, result) => lastsAsItAlwaysDoes(result, timeline)));

  test('a queue never runs more than its window', () => forTimelines(keepsWindow));

  test('nobody overtakes within a queue', () => forTimelines((_, timeline) => neverOvertakes(timeline)));

  test('a queue with room and a waiting chunk does not idle', () => forTimelines(neverIdles));

  test('a dimension is busy for the union of its spans', () =>
    forTimelines(({ algorithms }, timeline, result) => {
      const { dimensions, timeNs } = result;
      const phases = phasesOf(result);
      if (`${algorithms}`.startsWith('one-')) {
        // One logical dimension: every physical one that carries messages is busy throughout.
        for (const { busyNs, bytesSentPerNpu } of dimensions)
          expect(busyNs).toBe(bytesSentPerNpu > 0 ? unionNs(timeline) : 0);
        return;
      }
      for (const { dimension, busyNs } of dimensions)
        expect(busyNs).toBe(unionNs(timeline.filter((span) => span.dimension === dimension)));
      // With one dimension there is always something to do.
      if (new Set(phases.map(({ dimension }) => dimension)).size === 1)
        expect(dimensions.reduce((sum, { busyNs }) => sum + busyNs, 0)).toBe(timeNs);
    }));

  test('names the queues of a dimension only', () =>
    forTimelines(({ queuesPerDimension = 1 }, timeline) => {
      expect(timeline.filter(({ queue }) => queue < 0 || queue >= queuesPerDimension)).toEqual([]);
    }));

  test('asking for it changes nothing else', () =>
    forTimelines((spec, _, { timeline: asked, ...rest }) => {
      expect(asked).toBeDefined();
      expect(simulateCollective({ ...spec, timeline: false })).toEqual(rest);
    }));
});
