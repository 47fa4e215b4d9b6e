import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, SimulationError } from '../../src/index.js';
import { simulateWorkload, type WorkloadSpec } from '../../src/workload/index.js';

const garbage = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom<unknown>(
    ...[0, -0, -1, 0.5, 1e308, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '', '0', '1 us', 'constructor'],
    ...['__proto__', null, true, [], {}, [[]], Symbol.iterator, () => 1, [null], [0], [1, 1], { nodes: [null] }],
  ),
);

/** A number or an error that says what is wrong; anything else is thrown on. */
function outcome(spec: unknown): void {
  try {
    const { timeNs } = simulateWorkload(spec as WorkloadSpec);
    expect(Number.isSafeInteger(timeNs)).toBe(true);
  } catch (error) {
    if (error instanceof SimulationError) return;
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { path, expected, got } of error.issues)
      expect([typeof path, typeof expected, typeof got]).toEqual(['string', 'string', 'string']);
  }
}

const NODES = [
  { id: 1, name: 'a', dependsOn: [], ns: 1, kind: 'compute', operations: 5, bytes: 7, cpu: false },
  { id: 2, name: 'b', dependsOn: [1], ns: 1, kind: 'send', peer: 1, self: 0, bytes: 7, tag: 0 },
  { id: 3, name: 'c', dependsOn: [1], ns: 1, kind: 'receive', peer: 0, self: 1, bytes: 7, tag: 0 },
  {
    ...{ id: 4, name: 'd', dependsOn: [2], ns: 1, kind: 'collective', collective: 'all-reduce', bytes: 64 },
    ...{ involvedDimensions: [true], group: 'all', priority: 1 },
  },
  { id: 5, name: 'e', dependsOn: [4], ns: 1, kind: 'memory', bytes: 7 },
  { id: 6, name: 'f', dependsOn: [5], ns: 1, kind: 'replay', bytes: 7 },
  { id: 7, name: 'g', dependsOn: [6], ns: 1, kind: 'marker' },
] as const;

const GOOD = {
  topology: 'ring(2, 1 GB/s, 1 ns)',
  graphs: { nodes: NODES },
  groups: { all: [0, 1] },
  memory: { kind: 'pool', latency: 1, bandwidth: 1 },
  roofline: { peak: 1e9 },
  maxEvents: 10_000,
};

const FIELDS = [
  ...Object.keys(GOOD).filter((key) => key !== 'maxEvents'),
  ...['algorithms', 'decomposition', 'splits', 'replay', 'customCollectives', 'scheduling', 'warnings', 'network'],
];

test('the good one is good', () => {
  expect(simulateWorkload(GOOD as unknown as WorkloadSpec).timeNs).toBeGreaterThan(0);
});

test('garbage in any field', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), garbage, (field, value) => outcome({ ...GOOD, [field]: value })),
    { numRuns: 600 },
  );
});

test('garbage in any field of any node', () => {
  const keys = [...new Set(NODES.flatMap((node) => Object.keys(node))), 'algorithm'];
  fc.assert(
    fc.property(fc.nat(NODES.length - 1), fc.constantFrom(...keys), garbage, fc.boolean(), (at, key, value, replay) => {
      const nodes = NODES.map((node, i) => (i === at ? { ...node, [key]: value } : node));
      outcome({ ...GOOD, replay, graphs: { nodes } });
    }),
    { numRuns: 1500 },
  );
});
