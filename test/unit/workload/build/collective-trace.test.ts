import { expect, test } from 'vitest';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { writeTrace } from '../../../../src/formats/chakra/write-trace.js';
import { simulateAllReduce } from '../../../../src/index.js';
import { collectiveTraces } from '../../../../src/workload/build/collective-trace.js';
import { simulateWorkload } from '../../../../src/workload/simulate-workload.js';

test('any number of bytes', () => {
  const traces = collectiveTraces({ collective: 'reduce-scatter', size: 12345677, npus: 3 });
  expect(traces).toHaveLength(3);
  expect(traces[0]?.nodes).toEqual([
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
  expect(traces[2]).toBe(traces[0]);
});

test('simulated, written and read again, it is the collective', () => {
  const [trace] = collectiveTraces({ collective: 'all-reduce', size: '100 MiB', npus: 16 });
  const bytes = writeTrace(trace ?? { version: '', nodes: [] });
  expect(readTrace(bytes)).toEqual(trace);
  const { finishNs } = simulateWorkload({
    network: { topology: ['Ring', 'Switch'], npus_count: [4, 4], bandwidth: [100, 25], latency: [500, 1000] },
    system: {
      'preferred-dataset-splits': 4,
      'collective-optimization': 'localBWAware',
      'all-reduce-implementation': ['ring', 'ring'],
    },
    traces: new Array(16).fill(bytes),
  });
  const topology = 'ring(4, 100 GiB/s, 500 ns) x switch(4, 25 GiB/s, 1 us)';
  expect(finishNs).toBe(simulateAllReduce({ topology, size: '100 MiB' }).timeNs);
});

test('dimensions that take part', () => {
  const options = { collective: 'all-gather', size: 1, npus: 1, involvedDimensions: [true, false] } as const;
  expect(collectiveTraces(options)[0]?.nodes[0]?.attributes.get('involved_dim')).toEqual([true, false]);
});

test.each([
  [{ collective: 'broadcast' }, 'collective: expected one of all-reduce, reduce-scatter, all-gather, all-to-all'],
  [{ size: 0 }, 'size: expected a whole number of bytes, at least 1, below 2^53, got 0'],
  [{ npus: 2 ** 24 + 1 }, 'npus: expected a whole number from 1 to 16777216, got 16777217'],
  [{ npu: 2 }, 'npu: expected one of the keys collective, size, npus, involvedDimensions, got an unknown key'],
])('%o', (wrong, message) => {
  const options = { collective: 'all-reduce', size: 1, npus: 2, ...wrong };
  expect(() => collectiveTraces(options as Parameters<typeof collectiveTraces>[0])).toThrow(message);
});
