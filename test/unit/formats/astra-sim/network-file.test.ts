import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { readNetworkFile } from '../../../../src/formats/astra-sim/network-file.js';

const TWO = { topology: ['Ring', 'Switch'], npus_count: [4, 2], bandwidth: [50, 25], latency: [500, 0.5] };

function issuesOf(file: unknown, path = 'network') {
  try {
    readNetworkFile(file, path);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

test('one entry per dimension; GB/s means GiB/s', () => {
  expect(readNetworkFile(TWO, 'network')).toEqual({
    topology: [
      // 50 GiB/s: 50 * 2^30 / 1e9 bytes per ns.
      { kind: 'ring', npus: 4, bandwidth: 53.6870912, latency: 500 },
      { kind: 'switch', npus: 2, bandwidth: 26.8435456, latency: 0.5 },
    ],
    warnings: [],
  });
});

test('a value by itself is a list of one', () => {
  const scalar = { topology: 'FullyConnected', npus_count: 8, bandwidth: 1, latency: 0 };
  const lists = { topology: ['FullyConnected'], npus_count: [8], bandwidth: [1], latency: [0] };
  expect(readNetworkFile(scalar, '')).toEqual(readNetworkFile(lists, ''));
  expect(readNetworkFile({ ...lists, latency: 0 }, '')).toEqual(readNetworkFile(lists, ''));
});

describe('what is wrong', () => {
  test('is said of every element, all at once', () => {
    const wrong = { topology: ['Rng', 'Switch'], npus_count: [0, 2], bandwidth: [50, -1], latency: [1] };
    expect(issuesOf(wrong)).toEqual([
      {
        ...{ path: 'network.topology[0]', expected: 'one of Ring, Switch, FullyConnected', got: '"Rng"' },
        hint: 'did you mean "Ring"?',
      },
      { path: 'network.npus_count[0]', expected: 'a whole number from 1 to 2147483647', got: '0' },
      { path: 'network.bandwidth[1]', expected: 'a number above 0 (GiB/s)', got: '-1' },
      { path: 'network.latency', expected: 'one entry per dimension (2)', got: 'a list of 1' },
    ]);
  });

  test.each<[string, unknown, string[]]>([
    ['no file', null, ['network']],
    ['a list', [TWO], ['network']],
    ['text', 'Ring', ['network']],
    ['nothing in it', {}, ['topology', 'npus_count', 'bandwidth', 'latency'].map((key) => `network.${key}`)],
    ['null for nothing', { ...TWO, latency: null }, ['network.latency']],
    ['no dimension', { topology: [], npus_count: [], bandwidth: [], latency: [] }, ['network.topology']],
    ['a number for a name', { ...TWO, topology: [1, 'Ring'] }, ['network.topology[0]']],
    ['a list within a list', { ...TWO, topology: [['Ring'], 'Ring'] }, ['network.topology[0]']],
    ['an object without a prototype', { ...TWO, topology: [Object.create(null), 'Ring'] }, ['network.topology[0]']],
    ['a name of every object', { ...TWO, topology: ['constructor', 'Ring'] }, ['network.topology[0]']],
    ['NPUs beyond 2^31', { ...TWO, npus_count: [2 ** 31, 1] }, ['network.npus_count[0]']],
    ['text for a number', { ...TWO, bandwidth: ['50', 25] }, ['network.bandwidth[0]']],
    [
      'no number',
      { ...TWO, latency: [Number.NaN, Number.POSITIVE_INFINITY] },
      ['network.latency[0]', 'network.latency[1]'],
    ],
  ])('%s', (_, file, paths) => expect(issuesOf(file).map(({ path }) => path)).toEqual(paths));

  test('without a name of the file: the key alone', () => {
    expect(issuesOf({ ...TWO, latency: [-1, 0] }, '')).toMatchObject([{ path: 'latency[0]' }]);
  });
});

test.each([
  [{ 'logical-dims': ['8'] }, /an ns-3 logical topology/],
  [{ 'physical-topology': 'x' }, /an ns-3 configuration/],
  [
    { 'dimensions-count': 2, 'topologies-per-dim': ['Ring', 'Switch'] },
    /a network file of the 1\.0 series.*"dimensions-count"/,
  ],
])('a file of another simulator is recognised: %o', (file, got) => {
  expect(issuesOf(file)).toEqual([{ path: 'network', expected: expect.any(String), got: expect.stringMatching(got) }]);
});

test('keys that are unknown change nothing, with a warning', () => {
  expect(readNetworkFile({ ...TWO, latencys: [1] }, 'network').warnings).toEqual([
    {
      code: 'unknown-key',
      message: 'network key "latencys" is unknown and changes nothing (did you mean "latency"?)',
      data: { file: 'network', key: 'latencys' },
    },
  ]);
});
