import { simulateCollective } from 'astra-sim-ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHash } from '../src/state/hash.js';
import { linkTo } from '../src/state/link.js';
import { specOf } from '../src/state/spec.js';

const dimension = fc.record({
  kind: fc.constantFrom('ring' as const, 'switch' as const, 'fully-connected' as const),
  npus: fc.integer({ min: 2, max: 5 }),
  bandwidth: fc.constantFrom('600 GB/s', '400 Gbit/s', '25 GiB/s', 50),
  latency: fc.constantFrom('500 ns', '2 us', 10),
});
const spec = fc.record(
  {
    collective: fc.constantFrom('all-reduce' as const, 'all-gather' as const, 'all-to-all' as const),
    topology: fc.array(dimension, { minLength: 1, maxLength: 3 }),
    size: fc.oneof(fc.integer({ min: 1000, max: 1e9 }), fc.constantFrom('1 MiB', '3 GB')),
    algorithms: fc.constantFrom('ring' as const, 'direct' as const, 'one-ring' as const),
    splits: fc.integer({ min: 1, max: 9 }),
    activeChunks: fc.integer({ min: 1, max: 3 }),
    network: fc.constantFrom('congestion-aware' as const, 'congestion-unaware' as const),
    endpointDelay: fc.integer({ min: 0, max: 100 }),
    localMemoryBandwidth: fc.constantFrom(50, '2 TB/s'),
  },
  { requiredKeys: ['collective', 'topology', 'size'] },
);

test('a link to a collective opens the page with the same collective', () => {
  fc.assert(
    fc.property(spec, (given) => {
      const { page, complaints } = readHash(linkTo(given) ?? '');
      expect(complaints).toEqual([]);
      expect(simulateCollective(specOf(page)).timeNs).toBe(simulateCollective(given).timeNs);
    }),
  );
});

test('so does one with a network in words', () => {
  const given = { collective: 'all-reduce', size: '8 MiB', splits: 4 } as const;
  for (const topology of [
    'ring(4, 50 GB/s, 500 ns) x switch(2, 25 GB/s, 2 us)',
    'graph: torus(4x4, 25 GB/s, 500 ns)',
  ]) {
    const { page } = readHash(linkTo({ ...given, topology }) ?? '');
    expect(simulateCollective(specOf(page)).timeNs).toBe(simulateCollective({ ...given, topology }).timeNs);
  }
});

test('what the page has no fields for has no link', () => {
  const given = { collective: 'all-reduce', topology: 'ring(4, 50 GB/s, 500 ns)', size: 1000 };
  expect(linkTo(given)).toMatch(/^#v1&net=ring/);
  for (const more of [
    { program: {} },
    { startTimes: [1, 2, 3, 4] },
    { algorithms: ['one-ring', 'ring'] },
    { root: 3 },
  ]) {
    expect([more, linkTo({ ...given, ...more })]).toEqual([more, undefined]);
  }
  expect(linkTo({ ...given, topology: 'circuits(8, 50 GB/s, 500 ns)' })).toBeUndefined();
});
