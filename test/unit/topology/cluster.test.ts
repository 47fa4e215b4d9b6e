import { describe, expect, test } from 'vitest';
import type { ConfigError } from '../../../src/base/errors.js';
import { networkBound } from '../../../src/bounds/network-bound.js';
import { simulateAllReduce } from '../../../src/simulate.js';
import {
  CLUSTER_WIRES,
  clusterOf,
  clusterTopology,
  isClusterShorthand,
  readCluster,
} from '../../../src/topology/cluster.js';

test('32 H100 are four boxes of eight on 400 Gbit/s adapters', () => {
  expect(clusterTopology('dgx-h100', 32)).toEqual([
    { kind: 'switch', npus: 8, bandwidth: 450, latency: 500 },
    { kind: 'switch', npus: 4, bandwidth: 50, latency: 1000 },
  ]);
});

test('within a box there is no network', () => {
  expect(clusterTopology('gb200-nvl72', 64)).toEqual([{ kind: 'switch', npus: 64, bandwidth: 900, latency: 500 }]);
});

describe('a torus is as near to a cube as its number allows', () => {
  test.each([
    [4096, [16, 16, 16]],
    [2048, [8, 16, 16]],
    [64, [4, 4, 4]],
    [12, [2, 2, 3]],
    [7, [1, 1, 7]],
  ])('%i', (npus, sizes) => expect(clusterTopology('tpu-v4', npus).map((one) => one.npus)).toEqual(sizes));
});

test('the shorthand', () => {
  expect(isClusterShorthand('dgx-h100 x 32')).toBe(true);
  expect(isClusterShorthand('ring(8, 1 GB/s, 1 us) x ring(2, 1 GB/s, 1 us)')).toBe(false);
  expect(readCluster(' mi300x × 16')).toEqual(clusterOf('mi300x', 16));
  expect(() => readCluster('dgx-h100')).toThrow(/cluster: expected a cluster and its number/);
});

test('what is wrong is named', () => {
  expect(() => clusterOf('dgx-h10', 8)).toThrow(/did you mean "dgx-h100"/);
  expect(() => clusterOf('toString', 8)).toThrow(/cluster: expected one of/);
  expect(() => clusterOf('dgx-h100', 12)).toThrow(/npus: expected at most 8, or a multiple of 8/);
  for (const npus of [0, 1.5, Number.NaN, 2 ** 31]) expect(() => clusterOf('dgx-h100', npus)).toThrow(/npus/);
});

test('every preset carries a collective', () => {
  for (const name of Object.keys(CLUSTER_WIRES)) {
    expect(simulateAllReduce({ topology: clusterTopology(name, 144), size: '1 MiB' }).timeNs).toBeGreaterThan(0);
  }
});

describe('a cluster is a topology wherever there is one', () => {
  test('as the list of its dimensions', () => {
    const [topology, list] = ['dgx-h100 x 32', clusterTopology('dgx-h100', 32)];
    expect(simulateAllReduce({ topology, size: '1 MiB' })).toEqual(
      simulateAllReduce({ topology: list, size: '1 MiB' }),
    );
    const bound = { collective: 'all-reduce', size: '1 MiB' } as const;
    expect(networkBound({ topology, ...bound })).toEqual(networkBound({ topology: list, ...bound }));
  });

  test.each([
    ['dgx-h10 x 32', /^topology: expected one of dgx-a100.*did you mean "dgx-h100"/],
    ['dgx-h100 x 33', /^topology: expected at most 8, or a multiple of 8: dgx-h100 has boxes of 8, got 33$/],
    ['dgx-h100 x 0', /^topology: expected a whole number from 1/],
    ['dgx-h100', /^topology\[0\]: expected kind.*\(a cluster has a number of accelerators: "dgx-h100 x 64"\)$/],
  ])('%s', (topology, message) => {
    expect(() => simulateAllReduce({ topology, size: 1 })).toThrow(message);
  });

  test('what is wrong beside it is found too', () => {
    try {
      simulateAllReduce({ topology: 'dgx-h100 x 12', size: -1 });
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).issues.map(({ path }) => path)).toEqual(['topology', 'size']);
    }
  });
});
