import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TraceNode } from '../../../../src/formats/chakra/graph.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { writeTrace } from '../../../../src/formats/chakra/write-trace.js';
import { traces } from './arbitrary-traces.js';
import { goldenTraces } from './golden-traces.js';

describe('writing, then reading,', () => {
  test('gives any trace back', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        expect(readTrace(writeTrace(trace))).toEqual(trace);
      }),
      { numRuns: 400 },
    );
  });

  test('gives the traces of the golden rows back', () => {
    for (const bytes of goldenTraces().filter((_, i) => i % 40 === 0)) {
      const trace = readTrace(bytes);
      expect(readTrace(writeTrace(trace))).toEqual(trace);
    }
  });
});

test.each<[string, Partial<TraceNode>, string]>([
  ['an id', { id: -1 }, 'nodes[0].id: expected a whole number of at least 0, below 2^53, got -1'],
  [
    'a dependency',
    { dependsOn: [0.5] },
    'nodes[0].dependsOn: expected a list, each a whole number of at least 0, below 2^53, got a list of 1',
  ],
  [
    'a duration',
    { durationMicros: 2 ** 60 },
    'nodes[0].durationMicros: expected a whole number of at least 0, below 2^53, got 1152921504606847000',
  ],
])('%s has to be a whole number', (_, wrong, message) => {
  const node: TraceNode = { id: 0, name: '', kind: 'compute', dependsOn: [], durationMicros: 0, attributes: new Map() };
  expect(() => writeTrace({ version: '', nodes: [{ ...node, ...wrong }] })).toThrow(message);
});
