import type { Warning } from '../base/warnings.js';
import { type Demands, groupDemands, LinkCheck, messageDemands } from '../bounds/link-check.js';
import type { Member } from '../engine/message/lane.js';
import { networkOf } from '../plan/machine.js';
import type { Network } from '../topology/network.js';
import type { ShapedGraph } from './graph-shape.js';
import type { CollectiveUnderWay, Transfer } from './npu-run.js';
import type { PlannedWorkload } from './plan-workload.js';
import { peerOf } from './relative.js';
import type { Scope } from './scope.js';
import type { TransferNode } from './work-graph.js';
import type { WorkloadRun } from './workload-run.js';

/** Messages of one sender to one peer, or collectives of one plan and group, as they are simulated. */
interface Source {
  readonly times: { readonly startNs: number; readonly endNs: number }[];
  /** What each of them asks of links, and each of those that it stands for. */
  demands: readonly Demands[];
}

/** Links that are asked for from a time to another. */
interface Use {
  readonly startNs: number;
  readonly endNs: number;
  readonly demands: readonly Demands[];
}

/** More than there are peers: keeps them and NPUs apart in one exact number. */
const PEERS = 2 ** 26;

/**
 * Messages between NPUs and collectives of groups share links as nothing else does. Where links
 * have queues they wait for each other. Those of NPUs and groups that others stand for count too.
 */
export function beyondLinks({ transfers, grouped }: WorkloadRun, scope: Scope, workload: PlannedWorkload): Warning[] {
  if (transfers.length + grouped.length === 0) return [];
  const network = networkOf(workload.machine);
  const sources = [...messagesOf(transfers, scope, workload, network), ...collectivesOf(grouped, network)];
  const alike = linksAlike(sources);
  for (const source of sources)
    source.demands = source.demands.map((one) => only(one, alike)).filter(({ size }) => size);
  const uses: Use[] = [];
  for (const { times, demands } of sources) {
    if (demands.length === 0) continue;
    for (const { startNs, endNs } of times) uses.push({ startNs, endNs, demands });
  }
  // Those that begin and end together may come in any order.
  uses.sort((a, b) => a.startNs - b.startNs || a.endNs - b.endNs);
  const links = new LinkCheck(network, (link) => alike.get(link) as number);
  for (const { startNs, endNs, demands } of uses) for (const one of demands) links.add(one, startNs, endNs);
  return links.warnings();
}

/** The same node of the graphs of all NPUs that do the same has messages of its own. */
function messagesOf(
  transfers: readonly Transfer[],
  scope: Scope,
  { graphs, machine }: PlannedWorkload,
  network: Network,
): Iterable<Source> {
  const stoodFor: number[][] = Array.from({ length: scope.folding.npus }, () => []);
  for (let npu = 0; npu < machine.npus; npu++) stoodFor[scope.standIn(npu)]?.push(npu);
  /** By simulated NPU and peer: their messages differ in size, and in whose name they are sent. */
  const known = new Map<number, (Source & Pick<TransferNode, 'bytes' | 'self'>)[]>();
  for (const transfer of transfers) {
    const { run, node } = transfer;
    const { nodes, shape } = graphs[run.real] as ShapedGraph;
    const { bytes, self } = nodes[node] as TransferNode;
    const key = run.npu * PEERS + (shape.slots[node] as number);
    let ofPeer = known.get(key);
    if (ofPeer === undefined) {
      ofPeer = [];
      known.set(key, ofPeer);
    }
    let source = ofPeer.find((one) => one.bytes === bytes && one.self === self);
    if (source !== undefined) {
      source.times.push(transfer);
      continue;
    }
    source = { times: [transfer], demands: [], bytes, ...(self === undefined ? {} : { self }) };
    ofPeer.push(source);
    source.demands = (stoodFor[run.npu] as number[]).map((npu) => {
      const { peer, self: sender = npu } = (graphs[npu] as ShapedGraph).nodes[node] as TransferNode;
      return messageDemands(network, sender, peerOf(peer, npu), bytes);
    });
  }
  return [...known.values()].flat();
}

function collectivesOf(grouped: readonly CollectiveUnderWay[], network: Network): Source[] {
  const byGroup = new Map<CollectiveUnderWay['group'], Map<string, Source>>();
  for (const { group, planned, instance, startNs, endNs } of grouped) {
    const rankOf = ({ npu }: Member) => group.ranks?.npus.indexOf(npu) ?? npu;
    // One that takes the time of a curve sends nothing.
    if (instance === undefined) continue;
    const { itinerary } = instance.members.reduce((one, other) => (rankOf(other) < rankOf(one) ? other : one));
    const known = byGroup.get(group) ?? new Map<string, Source>();
    byGroup.set(group, known);
    const key = `${planned.key} ${itinerary.anticlockwise} ${itinerary.turns}`;
    const source = known.get(key) ?? { times: [], demands: [] };
    if (source.times.push({ startNs, endNs }) > 1) continue;
    known.set(key, source);
    source.demands = (group.groups ?? []).map(({ members }) => groupDemands(network, itinerary, members));
  }
  return [...byGroup.values()].flatMap((known) => [...known.values()]);
}

/**
 * Of links that the same sources ask the same of the lowest, with the number of them. A link that only
 * one source uses, which never asks too much of it by itself, is left out.
 */
function linksAlike(sources: readonly Source[]): Map<number, number> {
  const asked = new Map<number, string>();
  const harmless = new Set<number>();
  for (const [number, source] of sources.entries()) {
    for (const one of source.demands) {
      for (const [link, { occupiedNs, latencyNs }] of one) {
        const before = asked.get(link);
        asked.set(link, `${before ?? ''}${number} ${occupiedNs} ${latencyNs};`);
        if (before !== undefined) harmless.delete(link);
        else if (fits(source, occupiedNs + latencyNs)) harmless.add(link);
      }
    }
  }
  for (const link of harmless) asked.delete(link);
  const lowest = new Map<string, number>();
  const count = new Map<number, number>();
  for (const [link, text] of [...asked].sort(([a], [b]) => a - b)) {
    const first = lowest.get(text) ?? link;
    lowest.set(text, first);
    count.set(first, (count.get(first) ?? 0) + 1);
  }
  return count;
}

/** Whether each use of a source leaves time for what it asks of a link, and none overlaps another. */
function fits({ times }: Source, neededNs: number): boolean {
  let free = 0;
  for (const { startNs, endNs } of times) {
    if (startNs < free || endNs - startNs < neededNs) return false;
    free = endNs;
  }
  return true;
}

function only(demands: Demands, links: ReadonlyMap<number, number>): Demands {
  return new Map([...demands].filter(([link]) => links.has(link)));
}
