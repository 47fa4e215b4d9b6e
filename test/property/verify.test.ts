import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lanesOf } from '../../src/collectives/algorithm.js';
import { ALGORITHMS } from '../../src/collectives/algorithms.js';
import { SYMMETRIC_COLLECTIVES } from '../../src/collectives/collective.js';
import { expand } from '../../src/collectives/expand.js';
import { factsOf, turnsOf } from '../../src/collectives/program.js';
import { verify } from '../../src/collectives/verify/verify.js';

describe.each(ALGORITHMS.map((definition) => [definition.name, definition] as const))('%s', (_, definition) => {
  test.each(SYMMETRIC_COLLECTIVES)('%s: computes what it claims, of any size', (collective) => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 2, max: 20 }), fc.constantFrom(2, 4, 8, 16, 32)),
        fc.integer({ min: 1, max: 10_000 }),
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        (ranks, bytes, wish) => {
          const window = definition.windowed && wish !== undefined ? { window: wish } : {};
          const request = { collective, ranks, bytes, ...window };
          if (definition.unsupported?.(request) !== undefined) return;
          const program = expand(definition, request);
          const claimed = definition.alwaysAllReduce ? 'all-reduce' : collective;
          for (const turn of turnsOf(program)) expect(verify(turn, claimed)).toEqual([]);
          // Spelled out it sends as much, in messages as small.
          const lanes = lanesOf(definition, request).map(factsOf);
          const { sentBytes, smallestMessage } = factsOf(program);
          expect(sentBytes).toBeCloseTo(
            lanes.reduce((sum, lane) => sum + lane.sentBytes, 0),
            6,
          );
          expect(smallestMessage).toBe(Math.min(...lanes.map((lane) => lane.smallestMessage)));
        },
      ),
      { numRuns: 30 },
    );
  });
});
