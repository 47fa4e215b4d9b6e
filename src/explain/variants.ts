import { ConfigError, SimulationError } from '../base/errors.js';
import type { AlgorithmName } from '../collectives/algorithms.js';
import type { CollectiveResult } from '../report/result.js';
import { simulating } from '../simulate.js';
import type { CheckedCollective, WithGraph } from '../spec/schema.js';
import type { CollectiveOptions, CollectiveSpec } from '../spec/spec.js';
import type { CheckedDimension } from '../topology/dimension.js';
import type { DirectedLink } from '../topology/link-graph.js';
import type { NamedGraph } from '../topology/named-graph.js';

/** One change to a spec and its effect. */
export interface Variant {
  readonly change: string;
  /** The changed options, in base units, to merge into the spec. */
  readonly options: Partial<CollectiveOptions>;
  /** A change of the network or the NPUs, or of how they are used. */
  readonly kind: 'hardware' | 'software';
  readonly timeNs: number;
  /** Time before over time after. */
  readonly speedup: number;
  /** Whether the time stays at or above what its links allow; otherwise it is a gain of the model only. */
  readonly physical: boolean;
}

type Change = Pick<Variant, 'change' | 'kind' | 'options'>;

/** Most events of a variant per event of the original run, and the least limit. */
const EVENTS_PER_EVENT = 8;
const LEAST_EVENTS = 100_000;

/** Simulates every promising single change, except those that cannot be simulated. Best first. */
export function* tryVariants(
  spec: CollectiveSpec,
  asked: WithGraph<CheckedCollective>,
  base: CollectiveResult,
): Generator<void, Variant[]> {
  const { timeline: _, messageTimeline: _m, linkStatistics: __, onProgress: ___, engine: ____, ...plain } = spec;
  const own = Math.max(LEAST_EVENTS, EVENTS_PER_EVENT * base.engine.events);
  const maxEvents = Math.min(own, asked.maxEvents ?? own);
  const variants: Variant[] = [];
  for (const { change, kind, options } of changes(plain, asked, base)) {
    try {
      const { timeNs, bounds } = yield* simulating({ ...plain, ...options, maxEvents });
      const speedup = timeNs === 0 ? 1 : base.timeNs / timeNs;
      variants.push({ change, options, kind, timeNs, speedup, physical: bounds.timeOverPlan >= 1 });
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof SimulationError)) throw error;
      if (asked.signal?.aborted) throw error;
    }
  }
  return variants.sort((a, b) => b.speedup - a.speedup);
}

function changes(spec: CollectiveSpec, asked: WithGraph<CheckedCollective>, base: CollectiveResult): Change[] {
  const { topology: dimensions, graph } = asked;
  const list: Change[] = [];
  const add = (kind: Variant['kind'], change: string, options: Partial<CollectiveOptions>) =>
    list.push({ kind, change, options });
  if (graph !== undefined) addLinks(spec, graph, base, add);
  for (const [d, { npus, bandwidth, latency, reconfiguration }] of dimensions.entries()) {
    if (npus === 1 || graph !== undefined) continue;
    const withPart = (part: Partial<CheckedDimension>) => ({
      topology: dimensions.map((one, i) => (i === d ? { ...one, ...part } : one)),
    });
    add('hardware', `twice the bandwidth of dimension ${d}`, withPart({ bandwidth: 2 * bandwidth }));
    add('hardware', `half the latency of dimension ${d}`, withPart({ latency: latency / 2 }));
    if (reconfiguration !== undefined) {
      const part = withPart({ reconfiguration: Math.floor(reconfiguration / 2) });
      add('hardware', `half the reconfiguration time of dimension ${d}`, part);
    }
  }
  const { endpointDelay, localMemoryBandwidth, activeChunks, splits } = asked;
  add('hardware', 'half the end-point delay', { endpointDelay: Math.floor(endpointDelay / 2) });
  if (Number.isFinite(localMemoryBandwidth)) {
    add('hardware', 'twice the local memory bandwidth', { localMemoryBandwidth: 2 * localMemoryBandwidth });
  }
  add('software', `${2 * activeChunks} active chunks instead of ${activeChunks}`, { activeChunks: 2 * activeChunks });
  add('software', `${2 * splits} splits instead of ${splits}`, { splits: 2 * splits });
  if (splits > 1) {
    const half = Math.floor(splits / 2);
    add('software', `${half} splits instead of ${splits}`, { splits: half });
  }
  if (spec.collective === 'all-reduce' && (base.chunkPlans[0]?.phases.length ?? 0) > 1) {
    const other = asked.decomposition === 'baseline' ? 'local-bw-aware' : 'baseline';
    add('software', `${other} instead of ${asked.decomposition}`, { decomposition: other });
  }
  addAlgorithms(spec, base, add);
  return list;
}

/** For a graph: faster links, a faster busiest link, and other orders of the ranks. */
function addLinks(
  spec: CollectiveSpec,
  graph: NamedGraph,
  { dimensions }: CollectiveResult,
  add: (kind: Variant['kind'], change: string, part: Partial<CollectiveSpec>) => void,
): void {
  const { npus, links, names } = graph;
  const withLinks = (part: (link: DirectedLink, number: number) => Partial<DirectedLink>): Partial<CollectiveSpec> => {
    return { topology: { ...graph, links: links.map((link, i) => ({ ...link, ...part(link, i) })) } };
  };
  const faster = ({ bandwidth }: DirectedLink) => ({ bandwidth: 2 * bandwidth });
  const busiest = dimensions[0]?.busiestLink;
  const number = busiest === undefined ? -1 : (names?.indexOf(busiest) ?? -1);
  if (number >= 0) {
    const change = `twice the bandwidth of the busiest link, ${busiest}`;
    add(
      'hardware',
      change,
      withLinks((link, i) => (i === number ? faster(link) : {})),
    );
  }
  add('hardware', 'twice the bandwidth of every link', withLinks(faster));
  add(
    'hardware',
    'half the latency of every link',
    withLinks(({ latency }) => ({ latency: latency / 2 })),
  );
  if (npus < 4 || spec.program !== undefined) return;
  const given = spec.rankOrder ?? Array.from({ length: npus }, (_, npu) => npu);
  // Neighbours in a ring become NPUs half the network apart, and vice versa.
  const half = Math.ceil(npus / 2);
  const dealt = given.map((_, i) => given[i % 2 === 0 ? i / 2 : half + (i - 1) / 2] as number);
  const gathered = [...given.filter((_, i) => i % 2 === 0), ...given.filter((_, i) => i % 2 === 1)];
  add('software', 'ranks taken from both halves of the NPUs in turn', { rankOrder: dealt });
  // With four NPUs this is the same order.
  if (npus > 4) add('software', 'ranks of every second NPU first', { rankOrder: gathered });
}

/** Another algorithm in one dimension. */
function addAlgorithms(
  { algorithms = 'ring' }: CollectiveSpec,
  { dimensions }: CollectiveResult,
  add: (kind: 'software', change: string, options: Partial<CollectiveOptions>) => void,
): void {
  const listed = typeof algorithms === 'string' ? undefined : algorithms;
  const [only] = listed ?? [algorithms as AlgorithmName];
  const flat = only?.startsWith('one-') === true;
  const names = listed ?? (flat ? [algorithms as AlgorithmName] : dimensions.map(() => algorithms as AlgorithmName));
  for (const [d, name] of names.entries()) {
    for (const base of ['ring', 'bidirectional-ring', 'direct', 'halving-doubling'] as const) {
      const other = (flat ? `one-${base}` : base) as AlgorithmName;
      if (other === name || (!flat && dimensions[d]?.npus === 1)) continue;
      const where = flat ? 'over all NPUs' : `in dimension ${d}`;
      add('software', `${other} instead of ${name} ${where}`, {
        algorithms: names.map((one, i) => (i === d ? other : one)),
      });
    }
  }
}
