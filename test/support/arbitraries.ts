import fc from 'fast-check';
import type { SymmetricCollective } from '../../src/collectives/collective.js';
import type { AlgorithmName, CollectiveSpec, DimensionSpec } from '../../src/index.js';
import type { DimensionKind } from '../../src/topology/kinds.js';

/** What random specs may look like. The defaults keep every rank small enough to be played message by message. */
export interface SpecLimits {
  /** Most dimensions. Default 4. */
  readonly dimensions?: number;
  /** Most NPUs in one dimension. Default 8. */
  readonly npusPerDimension?: number;
  /** Most NPUs in all. Default 64. */
  readonly npus?: number;
  /** Most splits. Default 12. */
  readonly splits?: number;
  /** Most bytes. Default 2^32; small sizes are drawn as often as large ones. */
  readonly bytes?: number;
  /** Default all four. */
  readonly collectives?: readonly SymmetricCollective[];
  /** Algorithms without their window or `one-`. Default all that run as a token program. */
  readonly algorithms?: readonly AlgorithmFamily[];
  /** Whether `one-…` algorithms may come. Default true. */
  readonly flat?: boolean;
  /** Whether every spec asks for its timeline. Default false. */
  readonly timeline?: boolean;
}

export type AlgorithmFamily = 'ring' | 'direct' | 'windowed-direct' | 'halving-doubling';

export const COLLECTIVES: readonly SymmetricCollective[] = ['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'];
export const FAMILIES: readonly AlgorithmFamily[] = ['ring', 'direct', 'windowed-direct', 'halving-doubling'];
export const KINDS: readonly DimensionKind[] = ['ring', 'switch', 'fully-connected'];

const DEFAULTS: Required<SpecLimits> = {
  dimensions: 4,
  npusPerDimension: 8,
  npus: 64,
  splits: 12,
  bytes: 2 ** 32,
  collectives: COLLECTIVES,
  algorithms: FAMILIES,
  flat: true,
  timeline: false,
};

/** Latency of a hop: none, whole, binary fractions, anything. Long ones come as often as short ones. */
export const latencies: fc.Arbitrary<number> = fc.oneof(
  fc.constant(0),
  fc.nat(20),
  fc.nat(3000),
  fc.nat(4000).map((quarters) => quarters / 4),
  fc.double({ min: 0, max: 1000, noNaN: true }),
);

/** Bytes per ns: whole, as the reference's files spell them (GiB/s), anything. */
export const bandwidths: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 1, max: 1000 }).map((gibPerSecond) => (gibPerSecond * 2 ** 30) / 1e9),
  fc.double({ min: 0.01, max: 2000, noNaN: true }),
);

/** Bytes, from a single one to `most`: tiny, odd, round and huge ones alike. */
export function byteCounts(most: number = DEFAULTS.bytes): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 1, max: Math.min(64, most) }),
    fc.integer({ min: 1, max: Math.min(100_000, most) }),
    fc.nat(Math.floor(Math.log2(most))).map((power) => 2 ** power),
    fc.integer({ min: 1, max: most }),
  );
}

/** One physical dimension by itself. */
export function dimensions(mostNpus: number = DEFAULTS.npusPerDimension) {
  return fc.record({
    kind: fc.constantFrom(...KINDS),
    npus: fc.oneof(
      { weight: 1, arbitrary: fc.constant(1) },
      { weight: 9, arbitrary: fc.integer({ min: 2, max: mostNpus }) },
    ),
    bandwidth: bandwidths,
    latency: latencies,
  });
}

/**
 * Specs that are valid: each gives a number. Shrinks towards one dimension, few NPUs and
 * defaults. What cannot be drawn independently is repaired, not filtered or chained (failures
 * shrink quickly that way): dimensions of halving-doubling are rounded down to powers of two,
 * networks that are too large get smaller dimensions, where nobody takes part a pair of NPUs
 * is left, and an all-to-all is not asked of halving-doubling.
 */
export function specs(limits: SpecLimits = {}): fc.Arbitrary<CollectiveSpec> {
  const most = { ...DEFAULTS, ...limits };
  const shapes: readonly Shape[] = ['one-for-all', 'list', 'short-list', ...(most.flat ? (['flat'] as const) : [])];
  const network = fc.record({
    collective: fc.constantFrom(...most.collectives),
    entries: fc.array(fc.record({ dimension: dimensions(most.npusPerDimension), algorithm: algorithms(most) }), {
      minLength: 1,
      maxLength: most.dimensions,
      size: 'max',
    }),
    shape: fc.constantFrom(...shapes),
    involved: fc.option(fc.array(mostlyTrue, { minLength: most.dimensions, maxLength: most.dimensions }), { freq: 1 }),
  });
  const settings = fc.record(
    {
      splits: fc.integer({ min: 1, max: most.splits }),
      decomposition: fc.constantFrom('baseline' as const, 'local-bw-aware' as const),
      activeChunks: fc.integer({ min: 1, max: 6 }),
      scheduling: fc.constantFrom('fifo' as const, 'lifo' as const, 'explicit' as const),
      queuesPerDimension: fc.integer({ min: 1, max: 5 }),
      endpointDelay: fc.oneof(fc.constant(0), fc.nat(50)),
      localMemoryBandwidth: bandwidths,
    },
    { requiredKeys: [] },
  );
  return fc.tuple(network, settings, byteCounts(most.bytes)).map(([drawn, options, bytes]) => ({
    collective: drawn.collective,
    ...repaired(drawn, most.npus),
    ...options,
    // An all-gather cannot be cut into more pieces than it has bytes; 4 is the default number of splits.
    size: drawn.collective === 'all-gather' ? Math.max(bytes, options.splits ?? 4) : bytes,
    ...(most.timeline ? { timeline: true } : {}),
  }));
}

/** {@link specs} over one dimension, one packet on its way at a time: the time then has a closed form. */
export function oneDimensionalSpecs(limits: SpecLimits = {}): fc.Arbitrary<CollectiveSpec> {
  return specs({ dimensions: 1, algorithms: ['ring', 'halving-doubling'], flat: false, ...limits });
}

const mostlyTrue = fc.nat(4).map((draw) => draw > 0);

/** How the algorithms are spelled: one name, one per dimension, fewer than dimensions, one over all NPUs. */
type Shape = 'one-for-all' | 'list' | 'short-list' | 'flat';

interface Drawn {
  readonly collective: SymmetricCollective;
  readonly entries: readonly { readonly dimension: DimensionSpec; readonly algorithm: AlgorithmName }[];
  readonly shape: Shape;
  readonly involved: readonly boolean[] | null;
}

type Network = Pick<CollectiveSpec, 'topology' | 'algorithms' | 'involvedDimensions'>;

function algorithms({ algorithms: families, npusPerDimension }: Required<SpecLimits>): fc.Arbitrary<AlgorithmName> {
  // Windows wider than the dimension are legal and mean all peers.
  const windows = fc.integer({ min: 1, max: npusPerDimension + 2 });
  return fc
    .tuple(fc.constantFrom(...families), windows)
    .map(([family, window]): AlgorithmName => (family === 'windowed-direct' ? `direct:${window}` : family));
}

function repaired({ collective, entries, shape, involved }: Drawn, mostNpus: number): Network {
  const usable = entries.map(({ algorithm }) =>
    collective === 'all-to-all' && algorithm === 'halving-doubling' ? 'ring' : algorithm,
  );
  const first = usable[0] as AlgorithmName;
  const names = usable.map((algorithm) => (shape === 'one-for-all' || shape === 'flat' ? first : algorithm));
  const listed = shape === 'short-list' ? names.slice(0, Math.ceil(names.length / 2)) : names;
  const topology = entries.map(({ dimension }, d) => ({
    ...dimension,
    npus: names[d] === 'halving-doubling' ? 2 ** Math.floor(Math.log2(dimension.npus)) : dimension.npus,
  }));
  // Halving keeps powers of two; the last dimensions are cut first.
  for (let d = topology.length - 1; product(topology) > mostNpus; d = (d || topology.length) - 1) {
    const dimension = topology[d] as DimensionSpec;
    topology[d] = { ...dimension, npus: Math.max(1, Math.floor(dimension.npus / 2)) };
  }
  // A flat algorithm looks at the first flag only.
  const flags = involved === null ? undefined : topology.map((_, d) => involved[d] ?? true);
  const takesPart = (d: number) => (topology[d] as DimensionSpec).npus > 1 && (flags?.[d] ?? true);
  const somebody =
    shape === 'flat' ? product(topology) > 1 && (flags?.[0] ?? true) : listed.some((_, d) => takesPart(d));
  if (!somebody) {
    const { dimension } = entries[0] as Drawn['entries'][number];
    const pair = { algorithm: first, dimension: { ...dimension, npus: 2 } };
    return repaired({ collective, entries: [pair], shape, involved: null }, mostNpus);
  }
  return {
    topology,
    algorithms: shape === 'flat' ? (`one-${first}` as AlgorithmName) : shape === 'one-for-all' ? first : listed,
    ...(flags === undefined ? {} : { involvedDimensions: flags }),
  };
}

function product(topology: readonly DimensionSpec[]): number {
  return topology.reduce((npus, dimension) => npus * dimension.npus, 1);
}
