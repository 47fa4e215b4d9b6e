import type { Collective } from '../collectives/collective.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { distinctPhases } from '../plan/plan-collective.js';
import { listedEdges } from '../topology/edges-of.js';
import type { LinkGraph } from '../topology/link-graph.js';
import type { Network } from '../topology/network.js';
import { reverseGraph } from '../topology/reverse-graph.js';
import { toNumber } from './fraction.js';
import { gatherBound, reduceScatterBound } from './gather-bound.js';
import { graphLoad } from './graph-load.js';
import type { NetworkBound } from './grid-bound.js';
import type { LinkLoad } from './link-load.js';
import { phaseFloor } from './phase-floor.js';
import type { PlanBound } from './plan-bound.js';
import { allReduceCut, broadcastRate } from './separating-cut.js';
import { allReduceBound } from './tree-packing-bound.js';

/** Most devices for exact cuts; larger graphs use what an NPU's own links allow. */
const MAX_EXACT = 2048;

/**
 * The least time of a plan on a graph. Either messages occupy the most loaded link one after the
 * other, the first after an end-point delay, and the last must still arrive and be paid for.
 * Or a chunk passes its phases one after the other, each at least as long as on links that are all as
 * fast as the fastest.
 */
export function graphPlanBound(job: CollectiveJob, network: Network): PlanBound {
  const { occupiedNs, bytes } = graphLoad(job, network);
  const fastest = fastestLinks(job, network);
  const floors = new Map(distinctPhases(fastest.chunks).map((phase) => [phase, phaseFloor(phase, fastest)]));
  const after = [...floors.values()].reduce((least, { afterMessageNs }) => Math.min(least, afterMessageNs), Infinity);
  let chain = 0;
  for (const phases of new Set(fastest.chunks)) {
    chain = Math.max(
      chain,
      phases.reduce((sum, phase) => sum + (floors.get(phase)?.firstNs ?? 0), 0),
    );
  }
  const links: (LinkLoad | undefined)[] = network.groups.map(() => undefined);
  let ns = 0;
  let worst = 0;
  for (let link = 0; link < network.links; link++) {
    const carried = bytes[link] as number;
    if (carried === 0) continue;
    const occupied = occupiedNs[link] as number;
    const group = network.group(link);
    const most = links[group];
    if (most === undefined || occupied > most.occupiedNs) {
      links[group] = { occupiedNs: occupied, bytes: carried, leastMessage: 0, name: network.name(link) };
    }
    const bound = job.endpoint.delay + occupied + Math.trunc(network.latency(link)) + after;
    if (bound > ns) [ns, worst] = [bound, group];
  }
  const start = job.startTimes?.reduce((least, time) => Math.min(least, time), Infinity) ?? 0;
  const least = Math.min(start + Math.max(ns, chain), Number.MAX_SAFE_INTEGER);
  return { ns: least, because: ns >= chain ? 'links' : 'phases', dimension: worst, links };
}

/** The job on a network in which every NPU has a link as fast as the fastest to every other. */
function fastestLinks(job: CollectiveJob, network: Network): CollectiveJob {
  let bandwidth = 0;
  let latency = Infinity;
  for (let link = 0; link < network.links; link++) {
    bandwidth = Math.max(bandwidth, network.bandwidth(link));
    latency = Math.min(latency, network.latency(link));
  }
  const dimension = { kind: 'fully-connected', npus: job.npus, bandwidth, latency } as const;
  const known = new Map<Phase, Phase>();
  const moved = (phase: Phase) => {
    const there = known.get(phase) ?? { ...phase, dimension: { ...phase.dimension, physical: [dimension] } };
    known.set(phase, there);
    return there;
  };
  const lists = new Map([...new Set(job.chunks)].map((phases) => [phases, phases.map(moved)]));
  const chunks = job.chunks.map((phases) => lists.get(phases) as readonly Phase[]);
  return { ...job, graph: undefined, dimensions: [dimension], chunks };
}

/**
 * The least time of a collective on a graph with any algorithm: by exact cuts for all-gather,
 * reduce-scatter, all-reduce, broadcast and reduce; for the others, and on graphs of more than 2,048 devices, by what
 * the links of one NPU allow.
 */
export function graphNetworkBound(
  collective: Collective,
  bytes: number,
  network: Network,
  ends: Ends = { root: 0 },
): NetworkBound {
  const graph = listedEdges(network);
  const own = { ns: ownLinks(collective, bytes, graph, ends), because: 'cut', dimensions: [], width: 1 } as const;
  if (network.devices > MAX_EXACT) return own;
  return { ...own, ns: Math.max(own.ns, exact(collective, bytes, graph, ends)) };
}

/** Where data come from or go to, in collectives in which NPUs differ. */
interface Ends {
  /** The NPU of the root. */
  readonly root: number;
  /** For an alltoallv: the most bytes that one NPU sends to others or receives from them. */
  readonly mostExchanged?: number | undefined;
}

function exact(collective: Collective, bytes: number, graph: LinkGraph, { root }: Ends): number {
  switch (collective) {
    case 'all-to-all':
    case 'alltoallv':
    case 'gather':
    case 'scatter':
      return 0;
    case 'broadcast':
      return bytes / toNumber(broadcastRate(graph, root));
    case 'reduce':
      return bytes / toNumber(broadcastRate(reverseGraph(graph), root));
    case 'all-gather':
      return bytes * toNumber(gatherBound(graph));
    case 'reduce-scatter':
      return (bytes / graph.npus) * toNumber(reduceScatterBound(graph));
    case 'all-reduce':
      return bytes / Math.min(toNumber(allReduceCut(graph)), toNumber(allReduceBound(graph)));
  }
}

/** What must enter and leave one NPU over its own links. */
function ownLinks(
  collective: Collective,
  bytes: number,
  { npus, links }: LinkGraph,
  { root, mostExchanged = 0 }: Ends,
): number {
  const out = new Float64Array(npus);
  const into = new Float64Array(npus);
  for (const { from, to, bandwidth } of links) {
    if (from < npus) out[from] = (out[from] as number) + bandwidth;
    if (to < npus) into[to] = (into[to] as number) + bandwidth;
  }
  const least = (rates: Float64Array) => rates.reduce((slowest, rate) => Math.min(slowest, rate), Infinity);
  const others = (npus - 1) / npus;
  switch (collective) {
    case 'all-gather':
      return ((npus - 1) * bytes) / least(into);
    case 'reduce-scatter':
      return (others * bytes) / least(out);
    case 'all-to-all':
      return (others * bytes) / Math.min(least(into), least(out));
    case 'all-reduce':
      return bytes / Math.min(least(into), least(out));
    case 'broadcast':
    case 'scatter':
      return (collective === 'broadcast' ? bytes : others * bytes) / (out[root] as number);
    case 'reduce':
      return bytes / (into[root] as number);
    case 'gather':
      return ((npus - 1) * bytes) / (into[root] as number);
    // It does not matter which NPU is busiest: none can do more than the fastest.
    case 'alltoallv':
      return mostExchanged / Math.max(...into, ...out);
  }
}
