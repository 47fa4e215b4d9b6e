import { expect, test } from 'vitest';
import { type Trace, workloadFromAstraSim } from '../../../src/formats/index.js';
import { simulateWorkload } from '../../../src/workload/index.js';

test('an NPU by itself computes: 3 + 0 us, the second at least 1 ns', () => {
  const node = { kind: 'compute', attributes: new Map([['is_cpu_op', false]]) } as const;
  const trace: Trace = {
    version: '',
    nodes: [
      { ...node, id: 0, name: 'a', dependsOn: [], durationMicros: 3 },
      { ...node, id: 1, name: 'b', dependsOn: [0], durationMicros: 0 },
    ],
  };
  const network = { topology: ['Ring'], npus_count: [1], bandwidth: [1], latency: [0] };
  const { times } = simulateWorkload(workloadFromAstraSim({ network, system: {}, traces: [trace] }));
  expect(times).toMatchObject({ finishNs: 3001, gpuNs: 3001, exposedNs: 0 });
});
