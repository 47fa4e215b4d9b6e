import { expect, test } from 'vitest';
import { workloadFromAstraSim } from '../../../../src/formats/astra-sim/workload-from-astra-sim.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { traceOf } from '../../../../src/formats/chakra/trace-of.js';
import { writeTrace } from '../../../../src/formats/chakra/write-trace.js';
import { simulateAllReduce } from '../../../../src/index.js';
import { collectiveWorkload } from '../../../../src/workload/build/collective-graph.js';
import { simulateWorkload } from '../../../../src/workload/simulate-workload.js';

test('any number of bytes', () => {
  const { graphs } = collectiveWorkload({ collective: 'reduce-scatter', size: 12345677 });
  expect(graphs.nodes).toEqual([
    {
      id: 0,
      name: 'reduce-scatter',
      kind: 'collective',
      dependsOn: [],
      ns: 1,
      collective: 'reduce-scatter',
      bytes: 12345677,
    },
  ]);
  expect(traceOf(graphs).nodes).toEqual([
    {
      id: 0,
      name: 'reduce-scatter',
      kind: 'collective',
      dependsOn: [],
      durationMicros: 0,
      attributes: new Map<string, unknown>([
        ['is_cpu_op', false],
        ['comm_type', 7],
        ['comm_size', 12345677],
      ]),
    },
  ]);
});

test('simulated, or written and read again, it is the collective', () => {
  const { graphs } = collectiveWorkload({ collective: 'all-reduce', size: '100 MiB' });
  const trace = traceOf(graphs);
  const bytes = writeTrace(trace);
  expect(readTrace(bytes)).toEqual(trace);
  const topology = 'ring(4, 100 GiB/s, 500 ns) x switch(4, 25 GiB/s, 1 us)';
  const { timeNs } = simulateAllReduce({ topology, size: '100 MiB' });
  expect(simulateWorkload({ topology, graphs }).timeNs).toBe(timeNs);
  const fromFiles = workloadFromAstraSim({
    network: { topology: ['Ring', 'Switch'], npus_count: [4, 4], bandwidth: [100, 25], latency: [500, 1000] },
    system: {
      'local-mem-bw': 1600,
      'preferred-dataset-splits': 4,
      'collective-optimization': 'localBWAware',
      'all-reduce-implementation': ['ring', 'ring'],
    },
    traces: new Array(16).fill(bytes),
  });
  expect(simulateWorkload(fromFiles).timeNs).toBe(timeNs);
});

test('dimensions that take part', () => {
  const options = { collective: 'all-gather', size: 1, involvedDimensions: [true, false] } as const;
  const { graphs } = collectiveWorkload(options);
  expect(traceOf(graphs).nodes[0]?.attributes.get('involved_dim')).toEqual([true, false]);
});

test.each([
  [{ collective: 'broadcast' }, 'collective: expected one of all-reduce, reduce-scatter, all-gather, all-to-all'],
  [{ size: 0 }, 'size: expected a whole number of bytes, at least 1, below 2^53, got 0'],
  [{ npu: 2 }, 'npu: expected one of the keys collective, size, involvedDimensions, got an unknown key'],
])('%o', (wrong, message) => {
  const options = { collective: 'all-reduce', size: 1, ...wrong };
  expect(() => collectiveWorkload(options as Parameters<typeof collectiveWorkload>[0])).toThrow(message);
});
