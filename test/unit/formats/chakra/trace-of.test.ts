import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SYMMETRIC_COLLECTIVES } from '../../../../src/collectives/collective.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { traceOf } from '../../../../src/formats/chakra/trace-of.js';
import { workGraphOf } from '../../../../src/formats/chakra/work-graph.js';
import { writeTrace } from '../../../../src/formats/chakra/write-trace.js';
import type { WorkGraph, WorkNode } from '../../../../src/workload/work-graph.js';

const safe = fc.maxSafeNat();
const npu = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 });
const common = {
  id: safe,
  name: fc.string(),
  dependsOn: fc.uniqueArray(safe, { maxLength: 4 }),
  // A trace has whole microseconds.
  ns: fc.integer({ min: 1, max: 1e9 }).map((micros) => micros * 1000),
};

/** `cpu` is there only when it is true: that is how a trace is read. */
const cpu = { cpu: fc.constant(true as const) };

function record<T>(
  kind: WorkNode['kind'],
  fields: Record<string, fc.Arbitrary<T>>,
  optional: Record<string, fc.Arbitrary<unknown>>,
) {
  const required = { ...common, kind: fc.constant(kind), ...fields };
  return fc.record({ ...required, ...optional, ...cpu }, { requiredKeys: Object.keys(required) as never[] });
}

/** Nodes that a trace can hold. A group has a name, a priority is not 0, and there is at least one dimension. */
const nodes = fc.oneof(
  record('compute', {}, { operations: safe, bytes: safe }),
  record<unknown>('send', { peer: npu, bytes: safe, tag: safe }, { self: npu }),
  record<unknown>('receive', { peer: npu, bytes: safe, tag: safe }, { self: npu }),
  record('memory', { bytes: safe }, {}),
  record('replay', { bytes: safe }, {}),
  record('marker', {}, {}),
  record<unknown>(
    'collective',
    { collective: fc.constantFrom(...SYMMETRIC_COLLECTIVES), bytes: safe },
    {
      involvedDimensions: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      group: fc.string({ minLength: 1 }).filter((name) => name !== '0'),
      priority: fc.integer({ min: 1, max: 100 }),
    },
  ),
) as unknown as fc.Arbitrary<WorkNode>;

const graphs: fc.Arbitrary<WorkGraph> = fc
  .uniqueArray(nodes, { maxLength: 8, selector: ({ id }) => id })
  .map((list) => ({ nodes: list }));

describe('a graph as a trace', () => {
  test('comes back as it was, through the bytes of a file', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(workGraphOf(readTrace(writeTrace(traceOf(graph)))).graph).toEqual(graph);
      }),
      { numRuns: 300 },
    );
  });

  test('has whole microseconds, at the nearest; less than half of one becomes 1 ns', () => {
    const durations = [1, 499, 500, 1499, 1500].map((ns) => {
      const { nodes: written } = traceOf({ nodes: [{ id: 1, name: '', dependsOn: [], ns, kind: 'compute' }] });
      return written[0]?.durationMicros;
    });
    expect(durations).toEqual([0, 0, 1, 1, 2]);
    const short = traceOf({ nodes: [{ id: 1, name: '', dependsOn: [], ns: 499, kind: 'compute' }] });
    expect(workGraphOf(short).graph.nodes[0]?.ns).toBe(1);
  });

  test("says of every node whether it is the CPU's, as readers of traces expect", () => {
    const node = { id: 1, name: '', dependsOn: [], ns: 1000, kind: 'marker' } as const;
    const written = traceOf({ nodes: [node, { ...node, id: 2, cpu: true }] }).nodes;
    expect(written.map(({ attributes }) => attributes.get('is_cpu_op'))).toEqual([false, true]);
  });
});
