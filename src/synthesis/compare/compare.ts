import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { didYouMean, keys, parse, quantity, reading, whole } from '../../base/validate.js';
import { NETWORK_MODELS, type NetworkModel } from '../../base/words.js';
import { EVEN_COLLECTIVES } from '../../collectives/collective.js';
import type { MachineSpec } from '../../spec/spec.js';
import { noFindings } from '../portfolio/synthesiser.js';
import { checkIn, controlEntries, type SynthesisControls } from '../progress.js';
import type { ComparedAlgorithm, ComparedCollective, Comparison, Winner } from './comparison.js';
import { CONTESTANTS, type Contest, type Contestant, type Performance } from './contestants.js';
import { findCrossovers } from './crossovers.js';
import { comparedNetwork } from './network.js';
import { whyOf } from './why.js';

export interface CompareOptions
  extends Pick<MachineSpec, 'topology' | 'switching' | 'endpointDelay' | 'localMemoryBandwidth' | 'costs'>,
    SynthesisControls {
  /** Those with a root are from or to NPU 0. */
  readonly collective: ComparedCollective;
  /** Sizes of the whole buffer: of an all-gather and a gather what is there at the end. At least one byte for each NPU. */
  readonly sizes: readonly Quantity[];
  /** Names of {@link COMPARED_ALGORITHMS}. Default: all. */
  readonly algorithms?: readonly string[];
  /** Which network model's times rank. Default `"congestion-aware"`. */
  readonly rankBy?: NetworkModel;
  /** Seed of everything random. Default 0. */
  readonly seed?: number;
  /** How much work goes into synthesis, in multiples of the default 1. */
  readonly budget?: number;
  /** Whether to look for the sizes at which winners change. Default true. */
  readonly crossovers?: boolean;
}

/** NPUs of a network that algorithms are compared on with a budget of 1. */
const MOST_NPUS = 1152;

/** Names of all algorithms that are compared. */
export const COMPARED_ALGORITHMS: readonly string[] = CONTESTANTS.map(({ name }) => name);

const schema = keys({
  collective: v.picklist(EVEN_COLLECTIVES),
  sizes: v.pipe(
    v.array(quantity('bytes', { atLeast: 1, whole: true }), 'a list of sizes'),
    v.minLength(1, 'at least one size'),
  ),
  algorithms: v.optional(v.array(v.string('a name'), 'a list of names')),
  rankBy: v.optional(v.picklist(NETWORK_MODELS), 'congestion-aware'),
  seed: v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
  budget: v.optional(
    v.pipe(v.number('a number above 0'), v.finite('a number above 0'), v.gtValue(0, 'a number above 0')),
    1,
  ),
  crossovers: v.optional(v.boolean('true or false'), true),
  ...controlEntries,
});

/**
 * Runs every algorithm there is on a network, built-in ones and those that are synthesised for it, at
 * some sizes, and ranks them by their time in the simulator. The same options give the same table.
 *
 * @example
 * const { winners } = compare({
 *   topology: 'graph: dgx-1(V100, 700 ns)',
 *   collective: 'all-reduce',
 *   sizes: ['256 KiB', '64 MiB'],
 * });
 * @throws ConfigError with what is wrong with the options.
 * @throws SimulationError when aborted.
 */
export function compare(options: CompareOptions): Comparison {
  const { topology, switching, endpointDelay, localMemoryBandwidth, costs, ...rest } = readOptions(options);
  const asked = parse(schema, rest);
  const { signal, onProgress } = asked;
  const machine = defined({ topology, switching, endpointDelay, localMemoryBandwidth, costs }) as MachineSpec;
  const { collective, rankBy, seed, budget } = asked;
  const network = comparedNetwork(machine, collective, MOST_NPUS * Math.sqrt(Math.max(budget, 1)));
  checkSizes(asked.sizes, network.graph.npus);
  const chosen = choose(asked.algorithms);
  const sizes = [...new Set(asked.sizes)].sort((a, b) => a - b);
  const controls = signal === undefined ? {} : { signal };
  const contest: Contest = { machine, collective, network, seed, budget, controls, findings: noFindings() };
  const done = new Set<string>();
  const rows = sizes.flatMap((bytes, s) => {
    const boundNs = network.boundNs(bytes);
    const found = chosen.flatMap((contestant, c): Unranked[] => {
      const share = (s * chosen.length + c) / (sizes.length * chosen.length);
      checkIn({ ...controls, ...(onProgress === undefined ? {} : { onProgress }) }, share, 0);
      const performance = contestant.perform(contest, bytes);
      if (performance === undefined) return [];
      done.add(contestant.name);
      return [rowOf(contestant, performance, bytes, boundNs, rankBy)];
    });
    return found.sort((a, b) => a.timeNs - b.timeNs).map((row, i): ComparedAlgorithm => ({ ...row, rank: i + 1 }));
  });
  const winners = sizes.flatMap((bytes) => winnerAt(rows, bytes));
  const crossovers = asked.crossovers ? findCrossovers(contest, winners, rankBy) : [];
  onProgress?.(1);
  return {
    collective,
    npus: network.graph.npus,
    rankedBy: rankBy,
    rows,
    winners,
    crossovers,
    leftOut: chosen.map(({ name }) => name).filter((name) => !done.has(name)),
    tooLargeFor: chosen.flatMap(({ name, mostNpus }) => {
      const most = mostNpus?.(budget) ?? Number.POSITIVE_INFINITY;
      return network.graph.npus > most ? [{ algorithm: name, mostNpus: most }] : [];
    }),
  };
}

/** A copy, whose parts cannot change. */
function readOptions(options: CompareOptions): CompareOptions {
  if (typeof options !== 'object' || options === null) parse(schema, options);
  return reading(() => ({ ...options }));
}

type Unranked = Omit<ComparedAlgorithm, 'rank'>;

function rowOf(
  { name, origin, source }: Contestant,
  { aware, unaware, steps, settings, program }: Performance,
  bytes: number,
  boundNs: number,
  rankBy: NetworkModel,
): Unranked {
  const ranking = rankBy === 'congestion-aware' ? aware : unaware;
  // Truncation to whole ns can save a few ns of what real links would need.
  const isUnphysical = ({ timeNs, bounds }: Performance['aware']) => timeNs < bounds.planNs;
  return {
    algorithm: name,
    origin,
    source,
    bytes,
    timeNs: ranking.timeNs,
    congestionAwareNs: aware.timeNs,
    congestionUnawareNs: unaware.timeNs,
    boundNs,
    ofBound: ranking.timeNs === 0 ? 1 : boundNs / ranking.timeNs,
    unphysicalIn: [
      ...(isUnphysical(unaware) ? (['congestion-unaware'] as const) : []),
      ...(isUnphysical(aware) ? (['congestion-aware'] as const) : []),
    ],
    steps,
    messages: aware.engine.messages,
    why: whyOf(aware, boundNs, steps),
    warnings: ranking.warnings,
    settings,
    ...(program === undefined ? {} : { program }),
  };
}

function winnerAt(rows: readonly ComparedAlgorithm[], size: number): Winner[] {
  const here = rows.filter(({ bytes }) => bytes === size);
  const [first] = here;
  if (first === undefined) return [];
  const fastest = here.reduce((best, row) => (row.congestionUnawareNs < best.congestionUnawareNs ? row : best));
  if (fastest.algorithm === first.algorithm) return [{ bytes: size, algorithm: first.algorithm }];
  const { algorithm, congestionUnawareNs: timeNs, unphysicalIn } = fastest;
  const isPhysical = !unphysicalIn.includes('congestion-unaware');
  return [{ bytes: size, algorithm: first.algorithm, otherwise: { algorithm, timeNs, isPhysical } }];
}

function choose(names: readonly string[] | undefined): readonly Contestant[] {
  if (names === undefined) return CONTESTANTS;
  const issues = names.flatMap((name, i) =>
    COMPARED_ALGORITHMS.includes(name)
      ? []
      : [
          {
            path: `algorithms[${i}]`,
            expected: `one of ${COMPARED_ALGORITHMS.join(', ')}`,
            got: show(name),
            ...didYouMean(name, COMPARED_ALGORITHMS),
          },
        ],
  );
  if (issues.length > 0) throw new ConfigError(issues);
  return CONTESTANTS.filter(({ name }) => names.includes(name));
}

function checkSizes(sizes: readonly number[], npus: number): void {
  const issues = sizes.flatMap((size, i) =>
    size >= npus
      ? []
      : [{ path: `sizes[${i}]`, expected: `at least a byte for each of the ${npus} NPUs`, got: show(size) }],
  );
  if (issues.length > 0) throw new ConfigError(issues);
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
