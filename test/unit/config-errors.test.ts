import { describe, expect, test } from 'vitest';
import {
  type CollectiveSpec,
  ConfigError,
  type Issue,
  simulateAllReduce,
  simulateCollective,
} from '../../src/index.js';

const GOOD = {
  collective: 'all-reduce',
  topology: [{ kind: 'ring', npus: 4, bandwidth: 1, latency: 10 }],
  size: 1000,
} as const satisfies CollectiveSpec;

function issuesOf(fields: object): readonly Issue[] {
  try {
    simulateCollective({ ...GOOD, ...fields } as CollectiveSpec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const withDimension = (fields: object) => ({ topology: [{ ...GOOD.topology[0], ...fields }] });

describe('a bad spec', () => {
  test('is told everything at once, a line for each', () => {
    const issues = issuesOf({
      size: 0,
      splits: 1.5,
      activeChunks: 0,
      decomposition: 'local-bw-unaware',
      topology: [
        { kind: 'ring', npus: 4, bandwidth: -1, latency: 10 },
        { kind: 'mesh', npus: 0, bandwidth: '1 GB/s', latency: '1 km', links: 2 },
      ],
      algorithms: ['ring', 'rung'],
      endpointdelay: 10,
    });
    expect(issues.map(({ path }) => path).sort()).toEqual([
      'activeChunks',
      'algorithms[1]',
      'decomposition',
      'endpointdelay',
      'size',
      'splits',
      'topology[0].bandwidth',
      'topology[1].kind',
      'topology[1].latency',
      'topology[1].links',
      'topology[1].npus',
    ]);
    const error = new ConfigError(issues);
    expect(error.message.split('\n')).toHaveLength(issues.length);
    expect(error).toMatchObject({ name: 'ConfigError', issues });
    expect(error).toBeInstanceOf(Error);
  });

  test.each<[string, object, Issue]>([
    [
      'a missing field',
      { size: undefined },
      { path: 'size', expected: 'a number (bytes) or a string with a unit such as "100 MiB"', got: 'undefined' },
    ],
    [
      'a mistyped key',
      { endpointdelay: 10 },
      {
        path: 'endpointdelay',
        expected: expect.stringMatching(/^one of the keys topology, .*\bcollective, size, algorithms\b/),
        got: 'an unknown key',
        hint: 'did you mean "endpointDelay"?',
      },
    ],
    [
      'a key in the style of the reference',
      { 'active-chunks': 2 },
      {
        path: 'active-chunks',
        expected: expect.anything(),
        got: 'an unknown key',
        hint: 'did you mean "activeChunks"?',
      },
    ],
    [
      'a key like no other',
      { xyzzy: 1 },
      { path: 'xyzzy', expected: expect.stringContaining('one of the keys'), got: 'an unknown key' },
    ],
    [
      'a key without letters',
      { '': 1 },
      { path: '""', expected: expect.stringContaining('one of the keys'), got: 'an unknown key' },
    ],
    [
      'a mistyped key of a dimension',
      withDimension({ npu: 4 }),
      {
        path: 'topology[0].npu',
        expected: 'one of the keys kind, npus, bandwidth, latency',
        got: 'an unknown key',
        hint: 'did you mean "npus"?',
      },
    ],
    [
      'a mistyped collective',
      { collective: 'AllReduce' },
      {
        path: 'collective',
        expected:
          'one of all-reduce, reduce-scatter, all-gather, all-to-all, broadcast, reduce, gather, scatter, alltoallv',
        got: '"AllReduce"',
        hint: 'did you mean "all-reduce"?',
      },
    ],
    [
      'a mistyped kind',
      withDimension({ kind: 'FullyConnected' }),
      {
        path: 'topology[0].kind',
        expected: 'one of ring, switch, fully-connected, circuits',
        got: '"FullyConnected"',
        hint: 'did you mean "fully-connected"?',
      },
    ],
    [
      'a short word with two mistakes',
      withDimension({ kind: 'rinks' }),
      {
        path: 'topology[0].kind',
        expected: 'one of ring, switch, fully-connected, circuits',
        got: '"rinks"',
        hint: 'did you mean "ring"?',
      },
    ],
    [
      'a word like no other',
      withDimension({ kind: 'torus' }),
      { path: 'topology[0].kind', expected: 'one of ring, switch, fully-connected, circuits', got: '"torus"' },
    ],
    [
      'a mistyped algorithm',
      { algorithms: 'halvingDoubling' },
      {
        path: 'algorithms',
        expected: expect.stringMatching(/^one of ring, direct, .*did you mean "halving-doubling"\?/),
        got: '"halvingDoubling"',
      },
    ],
    [
      'a fraction of a byte',
      { size: '12 bits' },
      { path: 'size', expected: 'a whole number of bytes, at least 1, below 2^53', got: '"12 bits"' },
    ],
    [
      'too many bytes',
      { size: 2 ** 53 },
      { path: 'size', expected: 'a whole number of bytes, at least 1, below 2^53', got: '9007199254740992' },
    ],
    [
      'no bandwidth',
      withDimension({ bandwidth: 0 }),
      { path: 'topology[0].bandwidth', expected: 'bytes per ns, above 0', got: '0' },
    ],
    [
      'a bandwidth that is a size',
      withDimension({ bandwidth: '600 GB' }),
      {
        path: 'topology[0].bandwidth',
        expected: expect.stringMatching(/^a number \(bytes per ns\) or .* \(unknown unit "GB"\)$/),
        got: '"600 GB"',
      },
    ],
    [
      'a latency before it was sent',
      withDimension({ latency: '-1 ns' }),
      { path: 'topology[0].latency', expected: 'ns, at least 0', got: '"-1 ns"' },
    ],
    [
      'a fraction of an end-point delay',
      { endpointDelay: 0.5 },
      { path: 'endpointDelay', expected: 'a whole number of ns, at least 0, below 2^53', got: '0.5' },
    ],
    [
      'too many queues',
      { queuesPerDimension: 1025 },
      { path: 'queuesPerDimension', expected: 'a whole number from 1 to 1024', got: '1025' },
    ],
    ['no dimension', { topology: [] }, { path: 'topology', expected: 'at least one dimension', got: 'a list of 0' }],
    [
      'no algorithm',
      { algorithms: [] },
      { path: 'algorithms', expected: 'at least one algorithm', got: 'a list of 0' },
    ],
    [
      'more algorithms than dimensions',
      { algorithms: ['ring', 'ring'] },
      { path: 'algorithms', expected: 'at most one per dimension (1)', got: 'a list of 2' },
    ],
    [
      'a flag too many',
      { involvedDimensions: [true, true] },
      { path: 'involvedDimensions', expected: 'one entry per dimension (1)', got: 'a list of 2' },
    ],
    [
      'nobody to talk to',
      withDimension({ npus: 1 }),
      {
        path: 'topology',
        expected: 'at least one dimension of two or more NPUs that takes part',
        got: 'no dimension with two or more NPUs',
      },
    ],
    [
      'nobody involved',
      { involvedDimensions: [false] },
      {
        path: 'involvedDimensions',
        expected: 'at least one dimension of two or more NPUs that takes part',
        got: 'no dimension with two or more NPUs',
      },
    ],
    [
      'an all-gather that cannot be cut',
      { collective: 'all-gather', size: 3 },
      { path: 'size', expected: 'at least one byte for each of the 4 splits of an all-gather', got: '3' },
    ],
    [
      'halving-doubling of three',
      { ...withDimension({ npus: 3 }), algorithms: 'halving-doubling' },
      {
        path: 'algorithms',
        expected: 'halving-doubling to have a power of two of ranks, not 3',
        got: 'all-reduce over 3 ranks',
      },
    ],
  ])('%s', (_, fields, issue) => expect(issuesOf(fields)).toEqual([issue]));

  test('a flat algorithm stands alone', () => {
    const topology = [GOOD.topology[0], GOOD.topology[0]];
    for (const algorithms of [
      ['one-ring', 'ring'],
      ['ring', 'one-ring'],
    ]) {
      expect(issuesOf({ topology, algorithms })).toEqual([
        {
          path: 'algorithms',
          expected: 'one-ring alone, because it runs over all dimensions at once',
          got: 'a list of 2',
        },
      ]);
    }
    expect(issuesOf({ topology, algorithms: ['one-ring'] })).toEqual([]);
  });

  test('is printed with path, expectation, what came, and hint', () => {
    expect(() => simulateAllReduce({ ...GOOD, topology: [{ ...GOOD.topology[0], kind: 'rng' as 'ring' }] })).toThrow(
      'topology[0].kind: expected one of ring, switch, fully-connected, circuits, got "rng" (did you mean "ring"?)',
    );
  });

  test('without anything in it lacks what is required', () => {
    for (const spec of [{}, []]) {
      try {
        simulateCollective(spec as unknown as CollectiveSpec);
        expect.unreachable();
      } catch (error) {
        const { issues } = error as ConfigError;
        expect(issues.map(({ path, got }) => [path, got])).toEqual([
          ['topology', 'nothing'],
          ['collective', 'nothing'],
          ['size', 'nothing'],
        ]);
      }
    }
  });

  test('with values that are hard to print is still told of', () => {
    // Long, cyclic, or without a way to become text.
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const printed = ['x'.repeat(1000), cyclic, Object.create(null), Symbol('s'), 10n, () => 1].map(
      (size) => issuesOf({ size })[0]?.got,
    );
    expect(printed).toEqual([`"${'x'.repeat(57)}..."`, 'an object', 'an object', 'Symbol(s)', '10n', 'a function']);
  });
});
