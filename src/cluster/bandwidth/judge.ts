import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity } from '../../base/validate.js';
import type { AlgorithmName } from '../../collectives/algorithms.js';
import { simulateCollective } from '../../simulate.js';
import type { CollectiveOptions } from '../../spec/spec.js';
import { DIMENSION_KINDS, type DimensionKind } from '../../topology/kinds.js';
import { type SearchControls, searchEntries, watched } from '../progress.js';
import { allocateBandwidth } from './allocate.js';
import {
  type BandwidthOptions,
  type CollectiveDemand,
  type DimensionBudget,
  readBandwidthOptions,
  withCollectives,
} from './options.js';
import { type Point, priceOf, searchSplit } from './search-split.js';

/** A dimension that can be simulated. Excludes circuits, which need more than a bandwidth. */
export interface JudgedDimension extends DimensionBudget {
  readonly kind: Exclude<DimensionKind, 'circuits'>;
  /** Of one hop: ns, or `"500 ns"`. At least 0. */
  readonly latency: Quantity;
}

export interface JudgeOptions
  extends Omit<BandwidthOptions, 'collectives' | 'dimensions' | 'objective'>,
    SearchControls {
  /** A dimension takes part with all of its NPUs or with none: sizes are `npus` or 1. */
  readonly collectives?: readonly CollectiveDemand[];
  readonly dimensions: readonly JudgedDimension[];
  /** Options of the simulation: `splits` (default 64 here), delays, scheduling, and so on. */
  readonly simulation?: Omit<CollectiveOptions, 'topology' | 'size' | 'algorithms' | 'program' | 'involvedDimensions'>;
  /** Most simulated allocations, 1 to 100,000. Default 1000. */
  readonly maxEvaluations?: number;
}

export interface AllocationVerdict {
  /** The optimum of the ideal model: its bandwidths per NPU, bytes per ns, its predicted time, and its simulated time, ns. */
  readonly ideal: {
    readonly bytesPerNs: readonly number[];
    readonly modelNs: number;
    readonly simulatedNs: number;
    /** Dollars; absent if no dimension has a price. */
    readonly price?: number;
  };
  /** The best allocation that the search found. */
  readonly best: { readonly bytesPerNs: readonly number[]; readonly simulatedNs: number; readonly price?: number };
  /** ideal.simulatedNs / best.simulatedNs - 1: the cost of following the model. At least 0. */
  readonly loss: number;
  /** Number of simulated allocations. */
  readonly evaluations: number;
}

const KINDS = DIMENSION_KINDS.filter((kind) => kind !== 'circuits');

const judged = v.looseObject({ kind: v.picklist(KINDS), latency: quantity('time', { atLeast: 0 }) });

const schema = keys({
  collectives: v.unknown(),
  dimensions: v.array(judged, 'a list of dimensions'),
  total: v.optional(v.unknown()),
  budget: v.optional(v.unknown()),
  simulation: v.optional(v.record(v.string(), v.unknown()), {}),
  maxEvaluations: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000)), 1000),
  ...searchEntries,
});

/**
 * Judges the allocation of {@link allocateBandwidth} by simulation: collectives run on a grid
 * with these bandwidths, and a search moves bandwidth between dimensions as long as that makes them
 * faster, within the total and the budget. The ideal model ignores latency, end-point delays and waiting chunks.
 *
 * Algorithms follow the kind of dimension: direct if fully connected, and for an all-to-all
 * over a switch; otherwise halving-doubling on a switch with a power of two of NPUs; else a ring.
 * An NPU's bandwidth is that of its link. A direct algorithm sends to all others at once, each
 * message with its share, 1 / (npus - 1).
 *
 * @throws ConfigError, SimulationError
 */
export function judgeAllocation(given: JudgeOptions): AllocationVerdict {
  const options = withCollectives(given);
  const { dimensions, simulation, maxEvaluations, onProgress, signal } = parse(schema, options);
  if ('costs' in simulation) {
    const expected = 'none: fitted bandwidths would take the place of those that are allocated';
    throw new ConfigError([{ path: 'simulation.costs', expected, got: show(simulation['costs']) }]);
  }
  const plain = { ...options, dimensions: options.dimensions.map(({ kind: _, latency: __, ...rest }) => rest) };
  const { simulation: _, maxEvaluations: __, onProgress: ___, signal: ____, ...model } = plain;
  const { atLeast, atMost, prices, total, budget } = readBandwidthOptions(model);
  const allocation = allocateBandwidth(model);
  const simulate = simulator(options.collectives ?? [], options.dimensions, dimensions, simulation);
  const simulated = watched(simulate, { onProgress, signal }, maxEvaluations);
  const { unusedDimensions, bytesPerNs } = allocation;
  const used = bytesPerNs.flatMap((_, d) => (unusedDimensions.includes(d) ? [] : [d]));
  const ideal: Point = { bytesPerNs, ns: simulated(bytesPerNs) };
  const perDollar = used.reduce((sum, d) => sum + (prices?.[d] ?? 0), 0);
  const equal = Math.min((total ?? Infinity) / used.length, (budget ?? Infinity) / perDollar);
  const within = used.every((d) => equal >= (atLeast[d] as number) && equal <= (atMost[d] as number));
  const isFree = unusedDimensions.every((d) => atLeast[d] === 0);
  const starts = within && isFree ? [bytesPerNs.map((_, d) => (used.includes(d) ? equal : 0))] : [];
  const { best, evaluations } = searchSplit({
    starts: [ideal, ...starts.map((start): Point => ({ bytesPerNs: start, ns: simulated(start) }))],
    used,
    total,
    budget,
    prices,
    atLeast,
    atMost,
    simulated,
    maxEvaluations,
  });
  const priced = (bandwidths: readonly number[]) =>
    prices === undefined ? {} : { price: priceOf(bandwidths, prices) };
  return {
    ideal: { bytesPerNs, modelNs: allocation.timeNs, simulatedNs: ideal.ns, ...priced(bytesPerNs) },
    best: { bytesPerNs: best.bytesPerNs, simulatedNs: best.ns, ...priced(best.bytesPerNs) },
    loss: ideal.ns === 0 ? 0 : ideal.ns / best.ns - 1,
    evaluations,
  };
}

/** A function from bandwidths to the time of all collectives, one after the other, ns. */
function simulator(
  collectives: readonly CollectiveDemand[],
  written: readonly JudgedDimension[],
  dimensions: readonly { readonly kind: DimensionKind; readonly latency: number }[],
  simulation: object,
): (bytesPerNs: readonly number[]) => number {
  const issues = collectives.flatMap(({ sizes }, c) =>
    (sizes ?? []).flatMap((size, d): Issue[] => {
      const all = written[d]?.npus as number;
      const path = `collectives[${c}].sizes[${d}]`;
      return size === 1 || size === all ? [] : [{ path, expected: `1 or all ${all} NPUs`, got: show(size) }];
    }),
  );
  if (issues.length > 0) throw new ConfigError(issues);
  const runs = collectives
    .map(({ collective, bytes, sizes, count = 1 }, c) => {
      const involved = written.map(({ npus }, d) => (sizes?.[d] ?? npus) > 1);
      const algorithms = dimensions.map(({ kind }, d) => {
        return algorithmFor(kind, (written[d] as JudgedDimension).npus, collective === 'all-to-all');
      });
      return { c, count, collective, size: bytes, involvedDimensions: involved, algorithms };
    })
    .filter(({ involvedDimensions }) => involvedDimensions.includes(true));
  return (bytesPerNs) => {
    return runs.reduce((ns, { c, count, ...spec }) => {
      const topology = dimensions.map(({ kind, latency }, d) => {
        const { npus } = written[d] as JudgedDimension;
        const messages = spec.algorithms[d] === 'direct' ? Math.max(1, npus - 1) : 1;
        // If no collective crosses it, any bandwidth will do.
        return { kind, npus, latency, bandwidth: (bytesPerNs[d] as number) / messages || 1 };
      });
      const { timeNs } = inCollective(c, () => simulateCollective({ splits: 64, ...simulation, ...spec, topology }));
      return ns + count * timeNs;
    }, 0);
  };
}

function algorithmFor(kind: DimensionKind, npus: number, isAllToAll: boolean): AlgorithmName {
  if (kind === 'fully-connected' || (kind === 'switch' && isAllToAll)) return 'direct';
  return kind === 'switch' && Number.isInteger(Math.log2(npus)) ? 'halving-doubling' : 'ring';
}

/** Rephrases a simulation's issues in terms of the options. */
function inCollective<T>(index: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const rename = (path: string) => (path === 'size' ? `collectives[${index}].bytes` : `simulation.${path}`);
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: rename(issue.path) })));
  }
}
