import { SimulationError } from '../base/errors.js';
import { drain, drainAsync } from '../base/slices.js';
import type { Warning } from '../base/warnings.js';
import { belowPlan, boundsOf, planBoundOf } from '../bounds/bounds.js';
import { type Demands, groupDemands, LinkCheck, messageDemands } from '../bounds/link-check.js';
import { unlikeNpus } from '../engine/choice.js';
import { Divergence } from '../engine/divergence.js';
import { type Folding, foldSymmetric, standIn, unfolded } from '../engine/folding.js';
import type { Member } from '../engine/message/lane.js';
import type { RunningCollective } from '../engine/message/running-collective.js';
import { checkConserved, playMessages } from '../engine/run.js';
import type { CollectivePlan } from '../plan/job.js';
import { type Machine, networkOf } from '../plan/machine.js';
import { checkTime } from '../report/result-of.js';
import type { Network } from '../topology/network.js';
import { type PlannedWorkload, planWorkload } from './plan-workload.js';
import type { CollectiveSummary, NpuTimes, WorkloadResult } from './result.js';
import type { WorkloadSpec } from './spec.js';
import { describeStuckNodes, stuckNodes } from './stuck-nodes.js';
import { type CollectiveUnderWay, type NpuRun, type Transfer, WorkloadRun } from './workload-run.js';

/**
 * Simulates a workload: one graph of computations, messages and collectives per NPU.
 *
 * @throws ConfigError with what is wrong with the spec or its graphs, before anything runs.
 * @throws SimulationError when NPUs wait for each other for ever, naming the nodes, on an abort
 * and on a used-up event budget.
 */
export function simulateWorkload(spec: WorkloadSpec): WorkloadResult {
  return drain(simulate(spec));
}

/**
 * {@link simulateWorkload} for long runs: lets timers, the user interface and the abort signal
 * have their turn every 65,536 events.
 */
export function simulateWorkloadAsync(spec: WorkloadSpec): Promise<WorkloadResult> {
  return drainAsync(simulate(spec));
}

function* simulate(spec: WorkloadSpec): Generator<void, WorkloadResult> {
  const workload = planWorkload(spec);
  const folding = chooseFolding(workload);
  try {
    return yield* play(workload, folding);
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return yield* play(workload, unfolded(workload.machine.dimensions));
  }
}

function* play(workload: PlannedWorkload, folding: Folding): Generator<void, WorkloadResult> {
  const { machine, limits } = workload;
  const run = new WorkloadRun(workload, folding);
  const { engine } = run;
  yield* playMessages(engine, limits, () => run.progress);
  if (!run.isFinished) {
    const stuck = stuckNodes(run);
    const message = `stalled at ${engine.now} ns: ${stuck.length} nodes wait\n${describeStuckNodes(stuck)}`;
    throw new SimulationError(message, engine.now);
  }
  checkConserved(engine);
  const times = run.npus.map((npu) => timesOf(npu, workload.replay));
  const last = times.reduce((latest, one) => (one.finishNs > latest.finishNs ? one : latest));
  checkTime(last.finishNs);
  const alike = times.every((one) => JSON.stringify(one) === JSON.stringify(times[0]));
  const { npus, dimensions } = machine;
  const collectives = summarise(run.collectives, workload);
  return {
    timeNs: last.finishNs,
    times: last,
    ...(alike
      ? {}
      : { timesByNpu: Array.from({ length: npus }, (_, npu) => times[standIn(folding, npu, dimensions)] as NpuTimes) }),
    npus,
    collectives: collectives.map(({ summary }) => summary),
    warnings: [...workload.warnings, ...collectives.flatMap(({ warnings }) => warnings), ...beyondLinks(run, machine)],
    engine: {
      name: 'message',
      reason:
        folding.npus === npus
          ? 'every NPU is simulated'
          : `all NPUs have the same graph: ${folding.npus} stand for ${npus}`,
      events: engine.events,
      messages: engine.messages,
    },
  };
}

function timesOf({ finishNs, communication, compute, replayedNs, roofline }: NpuRun, replay: boolean): NpuTimes {
  const report = roofline.report();
  return {
    finishNs,
    exposedNs: finishNs - compute.ns,
    commNs: communication.ns,
    gpuNs: compute.ns,
    overlapNs: Math.max(0, communication.ns + compute.ns - finishNs),
    ...(replay ? { replayedNs } : {}),
    ...(report === undefined ? {} : { roofline: report }),
  };
}

/** Collectives by plan, each with what its shortest run says of the physical limit. */
function summarise(
  underWay: readonly CollectiveUnderWay[],
  { machine }: PlannedWorkload,
): { summary: CollectiveSummary; warnings: readonly Warning[] }[] {
  const alike = new Map<string, CollectiveUnderWay[]>();
  for (const one of underWay) {
    const { key } = one.planned;
    const list = alike.get(key);
    if (list === undefined) alike.set(key, [one]);
    else list.push(one);
  }
  return [...alike.values()].map((runs) => {
    const [{ planned, instance, bytes }] = runs as [CollectiveUnderWay];
    const { plan } = instance;
    const durations = runs.map(({ startNs, endNs }) => endNs - startNs);
    const shortestNs = durations.reduce((least, ns) => Math.min(least, ns));
    const summary = {
      collective: plan.collective,
      bytes,
      ranks: plan.ranks,
      ...(planned.group === '' ? {} : { group: planned.group }),
      count: runs.length,
      shortestNs,
      longestNs: durations.reduce((most, ns) => Math.max(most, ns)),
    };
    if (planned.kind !== 'plan' || plan.members !== undefined) return { summary, warnings: [] };
    const job = { ...machine, ...plan, startTimes: undefined };
    const bound = planBoundOf(job);
    const withBounds: CollectiveSummary = {
      ...summary,
      get bounds() {
        return boundsOf(job, bound, shortestNs);
      },
    };
    return { summary: withBounds, warnings: belowPlan(bound, shortestNs) };
  });
}

/**
 * Messages between NPUs and collectives of groups share links as nothing else does. Where links
 * have queues they wait for each other.
 */
function beyondLinks({ transfers, collectives }: WorkloadRun, machine: Machine): Warning[] {
  const grouped = collectives.filter(({ instance }) => instance.plan.members !== undefined);
  if (machine.network !== 'congestion-unaware' || transfers.length + grouped.length === 0) return [];
  const network = networkOf(machine);
  const demands = new KnownDemands(network);
  const uses = [
    ...transfers.map((transfer) => ({ ...transfer, demands: demands.ofMessage(transfer) })),
    ...grouped.map((collective) => ({ ...collective, demands: demands.ofGroup(collective.instance) })),
  ];
  uses.sort((a, b) => a.startNs - b.startNs);
  const links = new LinkCheck(network);
  for (const use of uses) links.add(use.demands, use.startNs, use.endNs);
  return links.warnings();
}

/** Demands on links, worked out once for all that are alike. */
class KnownDemands {
  private readonly network: Network;
  private readonly messages = new Map<string, Demands>();
  private readonly groups = new Map<CollectivePlan, Map<string, Demands>>();

  constructor(network: Network) {
    this.network = network;
  }

  ofMessage({ from, to, bytes }: Transfer): Demands {
    return known(this.messages, `${from} ${to} ${bytes}`, () => messageDemands(this.network, from, to, bytes));
  }

  ofGroup({ plan, members }: RunningCollective): Demands {
    const { itinerary } = members[0] as Member;
    const ways = known(this.groups, plan, () => new Map<string, Demands>());
    return known(ways, `${itinerary.anticlockwise} ${itinerary.turns}`, () =>
      groupDemands(this.network, itinerary, plan.members as readonly number[]),
    );
  }
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const value = make();
  map.set(key, value);
  return value;
}

/** NPUs that all do the same act in lockstep, unless they contend for something. */
function chooseFolding({ machine, graphs, plans, memory, isCustom, hasGroups, folding }: PlannedWorkload): Folding {
  const { dimensions, network } = machine;
  const [first] = graphs;
  const alike = graphs.every((graph) => graph === first);
  const shares = memory !== undefined && (memory.kind === 'pool' || memory.kind === 'per-node');
  const talks = first?.nodes.some(({ kind }) => kind === 'send' || kind === 'receive') ?? false;
  const chunks = plans.flatMap((plan) => plan.chunks);
  const folds = alike && !talks && !shares && !isCustom && !hasGroups && folding === 'auto';
  if (!folds || unlikeNpus(machine, chunks) !== undefined) return unfolded(dimensions);
  return foldSymmetric({ dimensions, network, chunks });
}
