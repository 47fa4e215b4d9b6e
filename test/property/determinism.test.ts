import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CollectiveSpec, type DimensionSpec, simulateCollective } from '../../src/index.js';
import { specs } from '../support/arbitraries.js';
import { outcomeOf } from '../support/laws.js';

const anySpec = specs({ timeline: true });

describe('a simulation depends on its spec alone', () => {
  test('two specs in turns equal each by itself', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (a, b) => {
        const [firstA, firstB] = [simulateCollective(a), simulateCollective(b)];
        expect([simulateCollective(a), simulateCollective(b)]).toEqual([firstA, firstB]);
      }),
      { numRuns: 60 },
    );
  });

  test('also when one of them fails in between', () => {
    fc.assert(
      fc.property(anySpec, fc.anything(), (spec, garbage) => {
        const before = simulateCollective(spec);
        outcomeOf(garbage);
        expect(simulateCollective(spec)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test('and changes nothing in it', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const copy = structuredClone(spec);
        simulateCollective(deepFreeze(spec));
        expect(spec).toEqual(copy);
      }),
      { numRuns: 60 },
    );
  });

  test('nor on how it is spelled: defaults written out, one algorithm for all or for each', () => {
    fc.assert(
      fc.property(specs({ flat: false }), (spec) => {
        const defaults = {
          algorithms: 'ring',
          decomposition: 'local-bw-aware',
          splits: 4,
          activeChunks: 1,
          scheduling: 'fifo',
          queuesPerDimension: 1,
          endpointDelay: 10,
          localMemoryBandwidth: 1600,
          timeline: false,
        } as const;
        const spelled: CollectiveSpec = { ...defaults, ...spec };
        const { algorithms, topology } = spelled;
        const each =
          typeof algorithms === 'string' ? (topology as readonly DimensionSpec[]).map(() => algorithms) : algorithms;
        const expected = simulateCollective(spec);
        expect(simulateCollective(spelled)).toEqual(expected);
        expect(simulateCollective({ ...spelled, algorithms: each ?? 'ring' })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('nor on dimensions of one NPU that are added at the end', () => {
    fc.assert(
      fc.property(specs({ flat: false }), (spec) => {
        const { topology, algorithms, involvedDimensions } = spec;
        const extended: CollectiveSpec = {
          ...spec,
          topology: [...(topology as readonly DimensionSpec[]), { kind: 'ring', npus: 1, bandwidth: 1, latency: 1 }],
          ...(Array.isArray(algorithms) ? { algorithms: [...algorithms, 'ring'] } : {}),
          ...(involvedDimensions === undefined ? {} : { involvedDimensions: [...involvedDimensions, true] }),
        };
        // A shorter list may get its missing dimension this way; only complete ones say the same.
        fc.pre(!Array.isArray(algorithms) || algorithms.length === (topology as readonly DimensionSpec[]).length);
        expect(simulateCollective(extended).timeNs).toBe(simulateCollective(spec).timeNs);
      }),
      { numRuns: 60 },
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
