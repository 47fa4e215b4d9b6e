import { expect, test } from 'vitest';
import { simulateWorkload, type WorkloadSpec } from '../../../src/workload/index.js';

const common = { name: '', ns: 1 };
const spec: WorkloadSpec = {
  topology: 'ring(2, 1 GB/s, 10 ns)',
  graphs: [
    {
      nodes: [
        { ...common, id: 1, dependsOn: [], kind: 'compute', ns: 100 },
        { ...common, id: 4, dependsOn: [1], kind: 'send', peer: 1, bytes: 1000, tag: 0 },
      ],
    },
    {
      // By ascending id, in whatever order they are given.
      nodes: [
        { ...common, id: 7, dependsOn: [2], kind: 'marker' },
        { ...common, id: 2, dependsOn: [], kind: 'receive', peer: 0, bytes: 1000, tag: 0 },
      ],
    },
  ],
};

test('when nodes begin and end', () => {
  // One link: 10 ns, and 1000 bytes at 1 byte per ns.
  const arrivedNs = 100 + 10 + 1000;
  const expected = [
    { startNs: [0, 100], endNs: [100, arrivedNs] },
    { startNs: [0, arrivedNs], endNs: [arrivedNs, arrivedNs] },
  ];
  const { nodeTimes, timeNs } = simulateWorkload({ ...spec, nodeTimes: true });
  expect(nodeTimes).toEqual(expected);
  expect(timeNs).toBe(arrivedNs);
  expect(simulateWorkload(spec)).not.toHaveProperty('nodeTimes');
});

test('NPUs that do the same share theirs', () => {
  const node = { ...common, id: 0, dependsOn: [], kind: 'collective', collective: 'all-reduce', bytes: 1024 } as const;
  const { nodeTimes = [], timeNs } = simulateWorkload({
    ...{ topology: 'ring(4, 1 GB/s, 10 ns)', graphs: { nodes: [node] }, nodeTimes: true },
  });
  expect(nodeTimes).toEqual(Array.from({ length: 4 }, () => ({ startNs: [0], endNs: [timeNs] })));
  expect(new Set(nodeTimes).size).toBe(1);
});
