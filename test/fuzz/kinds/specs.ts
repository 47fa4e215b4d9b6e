import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { type CollectiveSpec, explainCollective, networkBound, simulateCollective } from '../../../src/index.js';
import { byteCounts, specs } from '../../support/arbitraries.js';
import { contended, everything, finish, inStep } from '../../support/lockstep.js';
import { type Kind, must } from '../kind.js';
import { law } from '../law.js';
import { answer, verdict } from '../outcome.js';

const orders = fc.record({
  interDimensionScheduling: fc.constantFrom('ascending', 'round-robin', 'themis', 'themis-flex'),
  intraDimensionScheduling: fc.constantFrom('fifo', 'smallest-first', 'fewest-remaining-phases-first'),
} as const);

/** Equal and proportional dimensions, whose phases end together. */
const alike: fc.Arbitrary<CollectiveSpec> = fc
  .record({
    collective: fc.constantFrom('all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'),
    kinds: fc.array(fc.constantFrom('ring', 'switch', 'fully-connected'), { minLength: 2, maxLength: 3 }),
    npus: fc.integer({ min: 2, max: 4 }),
    ratios: fc.array(fc.constantFrom(1, 1, 2, 4), { minLength: 3, maxLength: 3 }),
    latency: fc.constantFrom(0, 5, 10, 500),
    size: byteCounts(2 ** 20),
    splits: fc.integer({ min: 1, max: 8 }),
    activeChunks: fc.integer({ min: 1, max: 4 }),
    queuesPerDimension: fc.integer({ min: 1, max: 2 }),
    algorithms: fc.constantFrom('ring', 'direct', 'direct:2', 'halving-doubling', 'bidirectional-ring'),
    orders,
  } as const)
  .map(({ kinds, npus, ratios, latency, orders: chosen, ...rest }) => ({
    ...rest,
    ...chosen,
    topology: kinds.map((kind, d) => ({ kind, npus, bandwidth: 50 * (ratios[d] as number), latency })),
  }));

const drawn = fc.tuple(specs({ npus: 32, splits: 6 }), orders).map(([spec, policies]) => ({ ...spec, ...policies }));
const either = fc.oneof(drawn, alike);

const FIELDS = [
  'collective',
  'topology',
  'size',
  'algorithms',
  'decomposition',
  'activeChunks',
  'scheduling',
  'splits',
  'timeline',
  'queuesPerDimension',
  'involvedDimensions',
  'endpointDelay',
  'localMemoryBandwidth',
  'startTimes',
  'network',
  'routing',
  'engine',
  'folding',
  'maxEvents',
  'warnings',
  'rendezvous',
  'unknown',
] as const;

const garbage = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom<unknown>(
    0,
    -1,
    0.5,
    1e20,
    2 ** 53,
    Number.NaN,
    Infinity,
    '',
    '1e999 GB/s',
    '\u001b[31m',
    '__proto__',
    'ring(4,',
  ),
);

/** Times near and beyond the end of exact whole ns. */
const long = fc
  .tuple(drawn, fc.constantFrom(1e-20, 1e-9, 1, 50), fc.constantFrom(0, 1e15, 9e15, 1e20))
  .map(([spec, bandwidth, latency]) => ({
    ...spec,
    topology: (spec.topology as readonly object[]).map((one) => ({ ...one, bandwidth, latency })) as never,
  }));

const same = (a: string, b: string) => a === b || a === 'budget' || b === 'budget';

function compare(spec: CollectiveSpec, one: Partial<CollectiveSpec>, other: Partial<CollectiveSpec>): void {
  const [a, b] = [verdict({ ...spec, ...one }), verdict({ ...spec, ...other })];
  must(same(a, b), () => `${JSON.stringify(one)}: ${a}; ${JSON.stringify(other)}: ${b}`);
}

export const specKinds: readonly Kind[] = [
  law(
    'specs: a field that is anything',
    150,
    fc.tuple(drawn, fc.constantFrom(...FIELDS), garbage),
    async ([spec, field, value]) => {
      await answer(() => simulateCollective({ maxEvents: 100_000, ...spec, [field]: value } as CollectiveSpec));
    },
  ),
  law('specs: times beyond 2^53 ns', 60, long, async (spec) => {
    await answer(() => simulateCollective({ ...spec, maxEvents: 1_000_000 }));
  }),
  law('engines: phases against messages', 60, either, (spec) => compare(spec, {}, { engine: 'message' })),
  law('folding: one NPU for all against every NPU', 40, either, (spec) => compare(spec, {}, { folding: 'off' })),
  law('folding: the same with contention', 25, either, (spec) => {
    const aware = { ...spec, network: 'congestion-aware' } as const;
    compare(aware, {}, { folding: 'off' });
  }),
  law('folding: much in one tick', 300, inStep, (spec) => {
    deepStrictEqual(finish(spec), finish({ ...spec, folding: 'off' }));
  }),
  law('folding: much in one tick, with contention', 200, contended, (spec) => {
    const { reason, answer: folded } = everything(spec);
    // Else it was every NPU that answered.
    if (!reason.includes('every NPU')) deepStrictEqual(folded, everything({ ...spec, folding: 'off' }).answer);
  }),
  law('laws: bounds and explanations', 25, either, (spec) => {
    const aware = { ...spec, network: 'congestion-aware', maxEvents: 500_000 } as const;
    if (!/^\d/.test(verdict(aware))) return;
    const result = simulateCollective(aware);
    must(result.bounds.timeOverPlan >= 1, () => `below the bound of the plan: ${result.bounds.timeOverPlan}`);
    must(
      result.dimensions.every(({ utilisation }) => utilisation <= 1 + 1e-9),
      () => 'utilisation above 1',
    );
    const { spent, criticalPath, result: explained } = explainCollective(aware);
    const parts = Object.values(spent);
    must(
      parts.every((ns) => ns >= 0),
      () => `a negative part: ${parts}`,
    );
    const sum = parts.reduce((total, ns) => total + ns, 0);
    must(sum === explained.timeNs, () => `the parts add up to ${sum}, not to ${explained.timeNs}`);
    must(criticalPath.length > 0, () => 'no critical path');
  }),
  law(
    'specs: bounds of a network that is anything',
    100,
    fc.tuple(drawn, garbage),
    async ([{ collective, topology, size }, value]) => {
      for (const part of ['collective', 'topology', 'size']) {
        await answer(() => networkBound({ collective, topology, size, [part]: value } as never));
      }
    },
  ),
];
