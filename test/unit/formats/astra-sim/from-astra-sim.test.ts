import { describe, expect, test } from 'vitest';
import { type AstraSimCollective, fromAstraSim } from '../../../../src/formats/index.js';
import { ConfigError, type DimensionSpec, parseQuantity, simulateCollective } from '../../../../src/index.js';

/** A network of two dimensions and the system file of the reference's examples. */
const ROW = {
  network: { topology: ['Ring', 'Switch'], npus_count: [4, 2], bandwidth: [600, 25], latency: [500, 2000.5] },
  system: {
    'scheduling-policy': 'LIFO',
    'endpoint-delay': 7,
    'active-chunks-per-dimension': 2,
    'preferred-dataset-splits': 8,
    'all-reduce-implementation': ['ring', 'direct1'],
    'all-gather-implementation': ['direct', 'direct'],
    'collective-optimization': 'localBWAware',
    'local-mem-bw': 50,
  },
  collective: 'all-reduce',
  bytes: 2 ** 20,
  queuesPerDim: 3,
  involvedDim: [true, true],
} satisfies AstraSimCollective;

const withSystem = (system: object): AstraSimCollective => ({ ...ROW, system: { ...ROW.system, ...system } });
const withNetwork = (network: object): AstraSimCollective => ({ ...ROW, network: { ...ROW.network, ...network } });

describe("the reference's files", () => {
  test('become a spec', () => {
    expect(fromAstraSim(ROW)).toMatchObject({
      collective: 'all-reduce',
      size: 2 ** 20,
      topology: [
        { kind: 'ring', npus: 4, bandwidth: (600 * 2 ** 30) / 1e9, latency: 500 },
        { kind: 'switch', npus: 2, bandwidth: (25 * 2 ** 30) / 1e9, latency: 2000.5 },
      ],
      algorithms: ['ring', 'direct:1'],
      decomposition: 'local-bw-aware',
      splits: 8,
      activeChunks: 2,
      scheduling: 'lifo',
      endpointDelay: 7,
      localMemoryBandwidth: 50,
      queuesPerDimension: 3,
      involvedDimensions: [true, true],
      warnings: [],
    });
  });

  test('take the algorithms of the collective that is asked for', () => {
    expect(fromAstraSim({ ...ROW, collective: 'all-gather' }).algorithms).toEqual(['direct', 'direct']);
    expect(fromAstraSim({ ...ROW, collective: 'all-to-all' }).algorithms).toEqual(['ring']);
  });

  test('mean GiB/s where they say GB/s: the same bits as our spelling', () => {
    for (const bandwidth of [1, 25, 37.5, 600, 0.1]) {
      const spec = fromAstraSim(withNetwork({ bandwidth: [bandwidth, 1] }));
      expect((spec.topology as readonly DimensionSpec[])[0]).toMatchObject({
        bandwidth: parseQuantity('bandwidth', `${bandwidth} GiB/s`),
      });
    }
  });

  test('simulate as our own spelling does', () => {
    const own = simulateCollective({
      collective: 'all-reduce',
      topology: 'ring(4, 600 GiB/s, 500 ns) x switch(2, 25 GiB/s, 2.0005 us)',
      size: '1 MiB',
      algorithms: ['ring', 'direct:1'],
      splits: 8,
      activeChunks: 2,
      endpointDelay: '7 ns',
      localMemoryBandwidth: '50 GB/s',
      queuesPerDimension: 3,
    });
    expect(simulateCollective(fromAstraSim(ROW))).toEqual(own);
  });

  test('have defaults of their own', () => {
    const { network, collective, bytes } = ROW;
    expect(fromAstraSim({ network, system: {}, collective, bytes })).toMatchObject({
      algorithms: ['ring'],
      decomposition: 'baseline',
      splits: 1,
      activeChunks: 1,
      scheduling: 'fifo',
      endpointDelay: 10,
      localMemoryBandwidth: 'unlimited',
      queuesPerDimension: 1,
    });
  });

  test('involve dimensions that are not mentioned, and know of no others', () => {
    expect(fromAstraSim({ ...ROW, involvedDim: [false] }).involvedDimensions).toEqual([false, true]);
    expect(fromAstraSim({ ...ROW, involvedDim: [true, false, true, false] }).involvedDimensions).toEqual([true, false]);
  });

  test('are not changed', () => {
    const before = structuredClone(ROW);
    fromAstraSim(ROW);
    expect(ROW).toEqual(before);
  });
});

describe('keys that nothing reads', () => {
  const warningsOf = (input: AstraSimCollective) => fromAstraSim(input).warnings ?? [];

  test('are told apart: dead ones, and unknown ones with a hint', () => {
    const warnings = warningsOf(withSystem({ 'boost-mode': 0, L: 1, 'endpoint-dely': 3, nonsense: true }));
    expect(warnings.map(({ code }) => code)).toEqual(['dead-key', 'dead-key', 'unknown-key', 'unknown-key']);
    expect(warnings.map(({ message }) => message)).toEqual([
      'system key "boost-mode" is read by nothing in the analytical backends',
      'system key "L" is read by nothing in the analytical backends',
      'system key "endpoint-dely" is unknown and changes nothing (did you mean "endpoint-delay"?)',
      'system key "nonsense" is unknown and changes nothing',
    ]);
    expect(warningsOf(withNetwork({ 'npus-count': [4] }))).toEqual([
      {
        code: 'unknown-key',
        message: 'network key "npus-count" is unknown and changes nothing (did you mean "npus_count"?)',
        data: { file: 'network', key: 'npus-count' },
      },
    ]);
  });

  test('and those of a workload are none of our business', () => {
    expect(warningsOf(withSystem({ 'peak-perf': 900, 'roofline-enabled': 1, 'remote-mem-bw': 1 }))).toEqual([]);
  });

  test('reach the result, before its own warnings', () => {
    const { warnings } = simulateCollective(fromAstraSim(withSystem({ 'boost-mode': 0 })));
    expect(warnings[0]).toMatchObject({ code: 'dead-key' });
    expect(warnings.length).toBeGreaterThan(1);
  });

  test('other orders than the ascending one are told of', () => {
    expect(
      warningsOf(withSystem({ 'inter-dimension-scheduling': 'ascending', 'intra-dimension-scheduling': 'FIFO' })),
    ).toEqual([]);
    const warnings = warningsOf(withSystem({ 'inter-dimension-scheduling': 'offlineGreedy' }));
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('inter-dimension-scheduling')]);
  });
});

describe('wrong values', () => {
  const four = (value: unknown) => [value, 25];

  test.each<[string, AstraSimCollective]>([
    ['network.topology[1]', withNetwork({ topology: ['Ring', 'Torus'] })],
    ['network.npus_count[0]', withNetwork({ npus_count: four(0) })],
    ['network.npus_count[0]', withNetwork({ npus_count: four(4.5) })],
    ['network.npus_count', withNetwork({ npus_count: [8] })],
    ['network.bandwidth[0]', withNetwork({ bandwidth: four(0) })],
    ['network.bandwidth[0]', withNetwork({ bandwidth: four('600') })],
    ['network.bandwidth', withNetwork({ bandwidth: [600, 25, 1] })],
    ['network.latency[0]', withNetwork({ latency: four(-1) })],
    ['network.latency[0]', withNetwork({ latency: four(Number.POSITIVE_INFINITY) })],
    ['network.latency', withNetwork({ latency: undefined })],
    ['system.scheduling-policy', withSystem({ 'scheduling-policy': 'fifo' })],
    ['system.model-shared-bus', withSystem({ 'model-shared-bus': 1 })],
    ['system.endpoint-delay', withSystem({ 'endpoint-delay': '10' })],
    ['system.active-chunks-per-dimension', withSystem({ 'active-chunks-per-dimension': 0 })],
    ['system.preferred-dataset-splits', withSystem({ 'preferred-dataset-splits': 0 })],
    ['system.collective-optimization', withSystem({ 'collective-optimization': 'localBwAware' })],
    ['system.local-mem-bw', withSystem({ 'local-mem-bw': 0 })],
    ['system.all-reduce-implementation[1]', withSystem({ 'all-reduce-implementation': ['ring', 'rings'] })],
    ['system.all-reduce-implementation[0]', withSystem({ 'all-reduce-implementation': ['constructor'] })],
    ['system.all-reduce-implementation[0]', withSystem({ 'all-reduce-implementation': [7] })],
    ['system.all-reduce-implementation', withSystem({ 'all-reduce-implementation': 'ring' })],
    ['collective', { ...ROW, collective: 'allreduce' as 'all-reduce' }],
    ['queuesPerDim', { ...ROW, queuesPerDim: 0 }],
    ['involvedDim[1]', { ...ROW, involvedDim: [true, 1] as unknown as boolean[] }],
    ['network', { ...ROW, network: null }],
    ['system', { ...ROW, system: undefined }],
    ['backend', { ...ROW, backend: 'ns3' as 'congestion-unaware' }],
  ])('at %s', (path, input) => expect(pathsOf(() => fromAstraSim(input))).toEqual([path]));

  test('all at once', () => {
    const system = { 'endpoint-delay': -1, 'local-mem-bw': 'fast' };
    expect(pathsOf(() => fromAstraSim({ ...withNetwork({ bandwidth: [0, -1] }), system }))).toEqual([
      'network.bandwidth[0]',
      'network.bandwidth[1]',
      'system.endpoint-delay',
      'system.local-mem-bw',
    ]);
    expect(pathsOf(() => fromAstraSim(withNetwork({ npus_count: [4], latency: [] })))).toEqual([
      'network.npus_count',
      'network.latency',
    ]);
  });

  test('of the size', () => {
    for (const bytes of [0, -1, 1.5, Number.NaN])
      expect(pathsOf(() => fromAstraSim({ ...ROW, bytes }))).toEqual(['bytes']);
  });

  test('say what would be right', () => {
    expect(() => fromAstraSim(withNetwork({ topology: ['Ring', 'FullyConected'] }))).toThrow(
      'network.topology[1]: expected one of Ring, Switch, FullyConnected, got "FullyConected" (did you mean "FullyConnected"?)',
    );
    expect(() => fromAstraSim(withSystem({ 'endpoint-delay': -1 }))).toThrow(
      'system.endpoint-delay: expected a number of at least 0, got -1',
    );
    expect(() => fromAstraSim(withNetwork({ latency: [1] }))).toThrow(
      'network.latency: expected one entry per dimension (2), got a list of 1',
    );
  });
});

function pathsOf(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}
