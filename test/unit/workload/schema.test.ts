import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { checkWorkload } from '../../../src/workload/schema.js';
import type { WorkloadSpec } from '../../../src/workload/spec.js';

const GRAPH = { nodes: [] };
const GOOD: WorkloadSpec = { topology: 'ring(4, 1 GB/s, 10 ns)', graphs: GRAPH };

function issuesOf(fields: object) {
  try {
    checkWorkload({ ...GOOD, ...fields } as WorkloadSpec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const nameOf = (chosen: unknown) => [chosen].flat().map((one) => (one as { readonly name: string }).name);

test('defaults are those of a collective', () => {
  expect(checkWorkload(GOOD)).toMatchObject({
    ...{ activeChunks: 1, scheduling: 'fifo', endpointDelay: 10, localMemoryBandwidth: 1600, queuesPerDimension: 1 },
    ...{ network: 'congestion-unaware', folding: 'auto', decomposition: 'local-bw-aware', splits: 4 },
    ...{ groups: {}, replay: false, customCollectives: {}, warnings: [] },
  });
});

test('a graph stays the object that it is: NPUs that share one are found so', () => {
  expect(checkWorkload(GOOD).graphs).toBe(GRAPH);
  const graphs = checkWorkload({ ...GOOD, graphs: [GRAPH, GRAPH] }).graphs as readonly unknown[];
  expect(graphs[0]).toBe(graphs[1]);
});

describe('algorithms', () => {
  test('one for all collectives', () => {
    const { algorithms } = checkWorkload({ ...GOOD, algorithms: 'direct' });
    for (const collective of ['all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all'] as const)
      expect(nameOf(algorithms[collective])).toEqual(['direct']);
  });

  test('a list, one per dimension, for all collectives', () => {
    const { algorithms } = checkWorkload({ ...GOOD, algorithms: ['ring', 'direct:2'] });
    expect(nameOf(algorithms['all-gather'])).toEqual(['ring', 'direct:2']);
  });

  test('for each kind of its own', () => {
    const { algorithms } = checkWorkload({ ...GOOD, algorithms: { 'all-gather': ['direct'] } });
    expect(nameOf(algorithms['all-gather'])).toEqual(['direct']);
    expect(algorithms['all-reduce']).toBeUndefined();
  });
});

test('quantities have units', () => {
  const memory = { kind: 'pool', latency: '1 us', bandwidth: '100 GB/s' } as const;
  const checked = checkWorkload({ ...GOOD, memory, roofline: { peak: 1e12, memoryBandwidth: '1 TB/s' } });
  expect(checked.memory).toEqual({ kind: 'pool', latency: 1000, bandwidth: 100, npusPerNode: 1 });
  expect(checked.roofline).toEqual({ peak: 1e12, memoryBandwidth: 1000 });
  expect(checkWorkload({ ...GOOD, localMemoryBandwidth: 'unlimited' }).localMemoryBandwidth).toBe(Infinity);
});

test.each<[object, string]>([
  [{ graph: GRAPH }, 'graph'],
  [{ commGroups: {} }, 'commGroups'],
  [{ graphs: undefined }, 'graphs'],
  [{ graphs: 'w' }, 'graphs'],
  [{ graphs: [GRAPH, {}] }, 'graphs[1]'],
  [{ groups: { tp: [0, 1.5] } }, 'groups.tp[1]'],
  [{ groups: { tp: 3 } }, 'groups.tp'],
  [{ algorithms: 'rung' }, 'algorithms'],
  [{ algorithms: { 'all-gather': 'rung' } }, 'algorithms.all-gather'],
  [{ algorithms: { multicast: 'ring' } }, 'algorithms.multicast'],
  [{ memory: { kind: 'disk', latency: 1, bandwidth: 1 } }, 'memory.kind'],
  [{ memory: { kind: 'pool', latency: 1, bandwidth: 0 } }, 'memory.bandwidth'],
  [{ roofline: { peak: 0 } }, 'roofline.peak'],
  [{ roofline: { peak: 1, bandwidth: 1 } }, 'roofline.bandwidth'],
  [{ replay: 1 }, 'replay'],
  [{ customCollectives: { 'all-reduce': [1] } }, 'customCollectives.all-reduce[0]'],
  [{ topology: 'ring(4, 1 GB/s)' }, 'topology[0]'],
  [{ size: 1 }, 'size'],
  [{ maxEvents: 0 }, 'maxEvents'],
])('%o is wrong', (fields, path) => expect(issuesOf(fields).map((issue) => issue.path)).toEqual([path]));

test('everything at once', () => {
  const paths = issuesOf({ topology: 'ring(0, 1 GB/s, 1 ns)', splits: 0, groups: { a: [-1] }, spltis: 2 });
  expect(paths.map(({ path }) => path).sort()).toEqual(['groups.a[0]', 'splits', 'spltis', 'topology[0].npus']);
});
