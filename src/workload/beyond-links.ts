import type { Warning } from '../base/warnings.js';
import { type Demands, groupDemands, LinkCheck, messageDemands } from '../bounds/link-check.js';
import type { Member } from '../engine/message/running-collective.js';
import type { CollectivePlan } from '../plan/job.js';
import { networkOf } from '../plan/machine.js';
import type { Network } from '../topology/network.js';
import type { ShapedGraph } from './graph-shape.js';
import type { Group } from './groups.js';
import type { PlannedWorkload } from './plan-workload.js';
import { peerOf } from './relative.js';
import type { Scope } from './scope.js';
import type { TransferNode } from './work-graph.js';
import type { CollectiveUnderWay, Transfer, WorkloadRun } from './workload-run.js';

/** Links that something passes from a start to an end. */
interface Use {
  readonly startNs: number;
  readonly endNs: number;
  readonly demands: Demands;
}

/**
 * Messages between NPUs and collectives of groups share links as nothing else does. Where links
 * have queues they wait for each other. Those of NPUs and groups that others stand for count too.
 */
export function beyondLinks({ transfers, grouped }: WorkloadRun, scope: Scope, workload: PlannedWorkload): Warning[] {
  if (transfers.length + grouped.length === 0) return [];
  const network = networkOf(workload.machine);
  const demands = new KnownDemands(network, scope, workload);
  const uses = [
    ...transfers.flatMap((transfer) => demands.ofMessages(transfer)),
    ...grouped.flatMap((collective) => demands.ofGroups(collective)),
  ];
  // Those that begin and end together may come in any order.
  uses.sort((a, b) => a.startNs - b.startNs || a.endNs - b.endNs);
  const links = new LinkCheck(network);
  for (const use of uses) links.add(use.demands, use.startNs, use.endNs);
  return links.warnings();
}

/** Demands on links, worked out once for all that are alike. */
class KnownDemands {
  private readonly network: Network;
  private readonly workload: PlannedWorkload;
  /** Per simulated NPU: those that it stands for. */
  private readonly stoodFor: number[][];
  private readonly messages = new Map<string, Demands>();
  private readonly groups = new Map<CollectivePlan, Map<Group, Map<string, Demands>>>();

  constructor(network: Network, scope: Scope, workload: PlannedWorkload) {
    this.network = network;
    this.workload = workload;
    this.stoodFor = Array.from({ length: scope.folding.npus }, () => []);
    for (let npu = 0; npu < workload.machine.npus; npu++) this.stoodFor[scope.standIn(npu)]?.push(npu);
  }

  /** A message, and those that it stands for: the same node of the graphs of all NPUs that do the same. */
  ofMessages({ run, node, startNs, endNs }: Transfer): Use[] {
    return (this.stoodFor[run.npu] as number[]).map((npu) => {
      const { nodes } = this.workload.graphs[npu] as ShapedGraph;
      const { peer, self = npu, bytes } = nodes[node] as TransferNode;
      const to = peerOf(peer, npu);
      const key = `${self} ${to} ${bytes}`;
      return {
        startNs,
        endNs,
        demands: known(this.messages, key, () => messageDemands(this.network, self, to, bytes)),
      };
    });
  }

  ofGroups({ group: { groups = [], ranks }, instance, startNs, endNs }: CollectiveUnderWay): Use[] {
    const rankOf = ({ npu }: Member) => ranks?.npus.indexOf(npu) ?? npu;
    const { itinerary } = instance.members.reduce((one, other) => (rankOf(other) < rankOf(one) ? other : one));
    const byGroup = known(this.groups, instance.plan, () => new Map<Group, Map<string, Demands>>());
    const way = `${itinerary.anticlockwise} ${itinerary.turns}`;
    return groups.map((group) => {
      const ways = known(byGroup, group, () => new Map<string, Demands>());
      const demands = known(ways, way, () => groupDemands(this.network, itinerary, group.members));
      return { startNs, endNs, demands };
    });
  }
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const value = make();
  map.set(key, value);
  return value;
}
