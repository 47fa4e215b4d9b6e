import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromAstraSim } from '../../src/formats/index.js';
import {
  type CollectiveSpec,
  ConfigError,
  parseQuantity,
  SimulationError,
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateCollective,
  simulateReduceScatter,
} from '../../src/index.js';
import { prepare } from '../../src/simulate.js';
import { specs } from '../support/arbitraries.js';
import { isSound, outcomeOf } from '../support/laws.js';

/** Anything that can be written down, and much that cannot. */
const garbage = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
});

/** Numbers at the edge of something, and strings that look like quantities. */
// biome-ignore format: one long list
const nasty = fc.constantFrom<unknown>(
  0, -0, -1, 0.5, 1e-320, 5e-324, 1e308, 2 ** 31, 2 ** 53, 2 ** 53 - 1, Number.NaN, Number.POSITIVE_INFINITY,
  '', ' ', '0', '-1', 'NaN', 'Infinity', '1e999', '-1e999', '0x10', '1_000', '1,5', '1 GiB/s', '1 us', '1 MiB', '1 parsec',
  '1 B/ns/ns', '1 __proto__', 'constructor', '__proto__', 'toString', null, true, [], {}, [[]], Symbol.iterator, () => 1,
);

// biome-ignore format: one long list
const FIELDS = [
  'collective', 'topology', 'size', 'algorithms', 'decomposition', 'activeChunks', 'scheduling', 'queuesPerDimension',
  'involvedDimensions', 'endpointDelay', 'localMemoryBandwidth', 'timeline', 'splits', 'unknown', 'constructor',
  'interDimensionScheduling', 'intraDimensionScheduling', 'network', 'routing', 'folding', 'warnings', 'engine',
  'startTimes', 'linkStatistics', 'maxEvents', 'signal', 'onProgress',
];

describe('garbage gives a number or says what is wrong', () => {
  test('as the whole spec', () => {
    fc.assert(
      fc.property(fc.oneof(garbage, fc.dictionary(fc.constantFrom(...FIELDS), garbage)), (spec) => {
        outcomeOf(spec);
      }),
      { numRuns: 300 },
    );
  });

  test('in any field of a good one', () => {
    fc.assert(
      fc.property(specs(), fc.constantFrom(...FIELDS), fc.oneof(garbage, nasty), (spec, field, value) => {
        outcomeOf({ ...spec, [field]: value });
      }),
      { numRuns: 600 },
    );
  });

  test('in any field of a dimension, and any entry of a list', () => {
    const places = fc.constantFrom('kind', 'npus', 'bandwidth', 'latency', 'latency ', 'links');
    fc.assert(
      fc.property(specs(), places, fc.oneof(garbage, nasty), fc.nat(), (spec, field, value, at) => {
        const topology = [...(spec.topology as readonly object[])];
        topology[at % topology.length] = { ...topology[at % topology.length], [field]: value };
        outcomeOf({ ...spec, topology });
        outcomeOf({ ...spec, topology: [...topology, value] });
        outcomeOf({ ...spec, algorithms: [spec.algorithms, value] });
        outcomeOf({ ...spec, algorithms: value });
        outcomeOf({ ...spec, involvedDimensions: [value] });
      }),
      { numRuns: 300 },
    );
  });

  test('to every collective by its own name', () => {
    for (const simulate of [simulateAllReduce, simulateAllGather, simulateReduceScatter, simulateAllToAll]) {
      for (const options of [undefined, null, 1, 'ring', [], {}, () => 1])
        expect(() => simulate(options as unknown as CollectiveSpec)).toThrow(ConfigError);
    }
  });

  test('in the files of the reference', () => {
    const network = { topology: ['Ring'], npus_count: [4], bandwidth: [1], latency: [1] };
    const good = { network, system: {}, collective: 'all-reduce', bytes: 1000 };
    const keys = fc.constantFrom('topology', 'npus_count', 'bandwidth', 'latency', 'dimensions');
    const system = fc.constantFrom(
      'scheduling-policy',
      'endpoint-delay',
      'active-chunks-per-dimension',
      'collective-optimization',
      'local-mem-bw',
      'all-reduce-implementation',
      'inter-dimension-scheduling',
      'boost-mode',
      'constructor',
    );
    const tried = (input: unknown) => {
      let spec: CollectiveSpec;
      try {
        spec = fromAstraSim(input as Parameters<typeof fromAstraSim>[0]);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return;
      }
      outcomeOf(spec);
    };
    const values = fc.oneof(garbage, nasty, fc.array(nasty, { maxLength: 2 }));
    fc.assert(
      fc.property(
        values,
        keys,
        system,
        fc.constantFrom(...Object.keys(good), 'queuesPerDim', 'involvedDim'),
        (value, n, s, key) => {
          tried(value);
          tried({ ...good, network: { ...network, [n]: value } });
          tried({ ...good, system: { [s]: value } });
          tried({ ...good, [key]: value });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('in a shorthand', () => {
    const words = fc.constantFrom(
      'ring',
      'switch',
      '(',
      ')',
      ',',
      ' x ',
      '×',
      '8',
      '1 GB/s',
      '2 us',
      ' ',
      'fully-connected(2, 1, 1)',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 14 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (topology) => {
        outcomeOf({ collective: 'all-reduce', size: 100, topology });
      }),
      { numRuns: 300 },
    );
  });

  test('as a quantity', () => {
    const texts = fc.tuple(
      fc.double().map(String),
      fc.constantFrom(' ', ''),
      fc.oneof(fc.string(), fc.constantFrom('B', 'ns', 'GB/s', 'B^9', 'B/0')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('bytes', 'time', 'bandwidth'),
        fc.oneof(
          garbage,
          nasty,
          texts.map((parts) => parts.join('')),
        ),
        (kind, value) => {
          let number: number;
          try {
            number = parseQuantity(kind as 'bytes', value as string);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            return;
          }
          expect(Number.isFinite(number)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const ring = (npus: number, bandwidth: number | string = 1, latency: number | string = 1) =>
  ({ kind: 'ring', npus, bandwidth, latency }) as const;
const base = { collective: 'all-reduce', topology: [ring(4)], size: 1000 } as const;

describe('infinity', () => {
  test('is no quantity, however it is written', () => {
    expect(() => parseQuantity('bytes', '1e999')).toThrow(ConfigError);
    expect(outcomeOf({ ...base, topology: [ring(4, '1e999')] })).toBeInstanceOf(ConfigError);
    expect(outcomeOf({ ...base, topology: [ring(4, 1, '1e999')] })).toBeInstanceOf(ConfigError);
  });

  test('memory too slow to reduce anything does not matter to those who reduce nothing', () => {
    for (const collective of ['all-gather', 'all-to-all'] as const) {
      const slow = simulateCollective({ ...base, collective, localMemoryBandwidth: 1e-320 });
      isSound(slow);
      expect(slow.timeNs).toBe(simulateCollective({ ...base, collective }).timeNs);
    }
    expect(outcomeOf({ ...base, localMemoryBandwidth: 1e-320 })).toBeInstanceOf(SimulationError);
  });
});

describe('a chunk that is cut to nothing on its way', () => {
  test('leaves the bound of the network a number', () => {
    // Themis ends with a chunk of 1 byte: half of it is none.
    const spec = { ...base, topology: [ring(2, 1, 0)], size: 549808403, splits: 2 } as const;
    const { bounds, timeNs } = simulateCollective({ ...spec, interDimensionScheduling: 'themis' });
    expect(bounds.networkNs).toBeGreaterThan(0);
    expect(bounds.networkNs).toBeLessThanOrEqual(timeNs);
  });
});

describe('lists with holes', () => {
  // biome-ignore lint/suspicious/noSparseArray: that is what is tried
  const holes = [, 'ring'];

  test.each(['algorithms', 'topology', 'involvedDimensions'])('in %s', (field) => {
    expect(outcomeOf({ ...base, topology: [ring(4), ring(2)], [field]: holes })).toBeInstanceOf(ConfigError);
    expect(outcomeOf({ ...base, [field]: new Array(1) })).toBeInstanceOf(ConfigError);
  });
});

describe('extremes, in bounded time', () => {
  test.each([
    ['one byte', { size: 1 }],
    ['8 PiB - 1', { size: 2 ** 53 - 1, localMemoryBandwidth: 1e6, topology: [ring(4, 1000)] }],
    ['3 x 5 x 7 x 1 NPUs', { topology: [ring(3), ring(5), ring(7), ring(1)], size: 9973 }],
    ['2^31 NPUs', { topology: [ring(2 ** 16, 100), ring(2 ** 15, 100)], size: 2 ** 32 }],
    ['2^31 NPUs in one ring of all', { topology: [ring(2 ** 16), ring(2 ** 15)], algorithms: 'one-ring', size: 1 }],
    ['2^31 - 1 NPUs in a ring', { topology: [ring(2 ** 31 - 1, 100)], size: 1, splits: 1 }],
    ['2^52 NPUs, halving', { topology: [ring(2 ** 26), ring(2 ** 26)], algorithms: 'one-halving-doubling', splits: 1 }],
    ['100,000 splits', { splits: 100_000 }],
    ['many queues', { queuesPerDimension: 1024, activeChunks: 2 ** 31 - 1, splits: 3000 }],
    ['8193 peers at once', { topology: [ring(8193)], algorithms: 'direct', size: 2 ** 20 }],
  ])('%s', (_, fields) => {
    const started = performance.now();
    isSound(simulateCollective({ ...base, ...(fields as Partial<CollectiveSpec>) }));
    expect(performance.now() - started).toBeLessThan(300_000);
  });

  test.each([
    ['more than 2^53 NPUs', { topology: [ring(2 ** 27), ring(2 ** 27)] }, ConfigError],
    ['2^31 NPUs in one dimension', { topology: [ring(2 ** 31)] }, ConfigError],
    ['2^31 - 1 peers at once', { topology: [ring(2 ** 31 - 1)], algorithms: 'direct' }, ConfigError],
    ['one split too many', { splits: 2 ** 24 + 1 }, ConfigError],
    ['twice as many chunks as splits', { collective: 'all-gather', splits: 2 ** 24, size: 2 ** 25 - 1 }, ConfigError],
    ['a result of more than 2^53 bytes', { collective: 'all-gather', size: 2 ** 53 - 1, splits: 1 }, ConfigError],
    ['more than 2^53 ns', { topology: [ring(4, 1e-20)] }, SimulationError],
    ['no end at all', { topology: [ring(4, 5e-324)] }, SimulationError],
    ['an exchange of 2^61 messages', { collective: 'all-to-all', topology: [ring(2 ** 31 - 1)] }, SimulationError],
  ])('%s is refused', (_, fields, error) => {
    expect(outcomeOf({ ...base, ...fields })).toBeInstanceOf(error);
  });

  test('more phases in all than memory holds are refused before they are made', () => {
    // 16 million chunks are fine in one dimension; 39 phases of each are 650 million.
    const topology = Array.from({ length: 20 }, () => ring(2));
    expect(() => prepare({ ...base, topology, size: 2 ** 45, splits: 2 ** 24 })).toThrow(ConfigError);
  });

  test.each([
    ['digits, then two lines', `${'1'.repeat(1500)}\nx\ny`],
    ['spaces, then a line', `1 x${' '.repeat(1_000_000)}\nx`],
  ])('a quantity that is hard to read is read in linear time: %s', (_, text) => {
    parseQuantity('bytes', '1 B'); // Loads mathjs, which is not what is timed.
    const started = performance.now();
    expect(() => parseQuantity('bytes', text)).toThrow(ConfigError);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});
