import { SimulationError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import { type Bounds, belowPlan, boundsOf, planBoundOf } from '../bounds/bounds.js';
import type { PlanBound } from '../bounds/plan-bound.js';
import { busFactor, totalBytes } from '../collectives/collective.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import type { LinkReport, LinkUses } from '../engine/message/link-servers.js';
import type { EngineRun } from '../engine/run.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import type { CheckedCollective } from '../spec/schema.js';
import type { Network } from '../topology/network.js';
import { type CurveCall, type CurveTime, curveWarning, fittedTime, noTable } from './curve-time.js';
import { bytesByDimension } from './dimension-load.js';
import type { ChunkPlanReport, CollectiveResult, DimensionReport, LinkSummary } from './result.js';

/** The request, its plan, and the engine's run. */
export interface Findings {
  readonly asked: CheckedCollective;
  readonly job: CollectiveJob;
  readonly run: EngineRun;
}

/** Assembles the result. */
export function resultOf({ asked, job, run }: Findings): CollectiveResult {
  const { collective, bytes, ranks } = job;
  const size = totalBytes(collective, ranks, bytes);
  const { costs } = asked;
  const fitted = costs && fittedOf(costs, { collective, ranks, bytes: size }, run.finishNs);
  const timeNs = fitted?.timeNs ?? run.finishNs;
  const finishNsByNpu = fitted === undefined ? run.finishNsByNpu : undefined;
  checkTime(timeNs);
  const plan = planBoundOf(job);
  const dimensions =
    job.graph === undefined ? dimensionReports(job, run, timeNs) : tierReports(job.graph, plan, run, timeNs);
  // Without latency and delays a collective can take no time at all, and then has no meaningful bandwidth.
  const algbw = timeNs === 0 ? 0 : size / timeNs;
  let bounds: Bounds | undefined;
  return {
    collective,
    timeNs,
    finishNs: timeNs,
    ...(finishNsByNpu === undefined ? {} : { finishNsByNpu }),
    bytes,
    totalBytes: size,
    ranks,
    npus: job.npus,
    algbwGBps: algbw,
    busbwGBps: algbw * busFactor(collective, ranks),
    dimensions,
    bottleneck: dimensions.reduce(
      (worst, { wireNs }, d) => (wireNs > (dimensions[worst] as DimensionReport).wireNs ? d : worst),
      0,
    ),
    get bounds() {
      bounds ??= boundsOf(job, plan, timeNs);
      return bounds;
    },
    ...(fitted === undefined ? {} : { fitted }),
    chunks: job.chunks.length,
    ...(job.nccl === undefined ? {} : { nccl: job.nccl }),
    chunkPlans: chunkPlans(job, run),
    warnings: [
      ...asked.warnings,
      ...job.warnings,
      ...inexactTotals(size, dimensions),
      ...(fitted === undefined ? belowPlan(plan, timeNs) : [curveWarning(fitted)]),
    ],
    engine: { name: run.engine, reason: run.reason, events: run.events, messages: run.messages },
    ...(asked.timeline ? { timeline: run.spans } : {}),
    ...(asked.timeline && job.dimensions.some(({ circuits }) => circuits)
      ? { reconfigurations: run.circuitSpans }
      : {}),
    ...(asked.messageTimeline ? { messageTimeline: run.messageSpans } : {}),
    ...(asked.linkStatistics && run.links !== undefined ? { links: run.links.reports() } : {}),
  };
}

/** @throws ConfigError when the calibration has no time for it, or several. */
function fittedOf(costs: Calibration, call: CurveCall, simulatedNs: number): CurveTime {
  const fitted = fittedTime(costs, call);
  if (fitted === undefined) throw noTable(call, costs.tables);
  return { ...fitted, simulatedNs };
}

/** @throws SimulationError for a time that whole ns do not express exactly. */
export function checkTime(timeNs: number): void {
  if (Number.isSafeInteger(timeNs)) return;
  const message = `the time passes ${timeNs} ns, more than 2^53: whole nanoseconds are not exact there`;
  throw new SimulationError(message, timeNs);
}

/** Byte totals are sums of whole numbers, exact below 2^53. */
function inexactTotals(total: number, dimensions: readonly DimensionReport[]): Warning[] {
  const most = dimensions.reduce((max, { bytesSentPerNpu }) => Math.max(max, bytesSentPerNpu), total);
  if (most <= Number.MAX_SAFE_INTEGER) return [];
  const message = `totals of up to ${most} bytes are beyond 2^53 and rounded; the time is exact`;
  return [{ code: 'inexact-total', message, data: { bytes: most } }];
}

function chunkPlans({ chunks }: CollectiveJob, { durations }: EngineRun): ChunkPlanReport[] {
  const first = new Map<readonly Phase[], number>();
  for (const [i, phases] of chunks.entries()) if (!first.has(phases)) first.set(phases, i);
  return [...countBy(chunks)].map(([phases, count]) => ({
    chunks: count,
    first: first.get(phases) as number,
    bytes: phases[0]?.bytes ?? 0,
    phases: phases.map((phase) => ({
      collective: phase.collective,
      dimension: phase.dimension.index,
      algorithm: phase.algorithm.name,
      bytes: phase.bytes,
      durationNs: durations.get(phase) as number,
    })),
  }));
}

function dimensionReports(job: CollectiveJob, run: EngineRun, timeNs: number): DimensionReport[] {
  const { dimensions } = job;
  const sent = dimensions.map(() => 0);
  const busy = dimensions.map(() => 0);
  // Equal chunks share one list of phases.
  for (const [phases, chunks] of countBy(job.chunks)) {
    for (const phase of phases) {
      for (const [d, bytes] of bytesByDimension(phase, job).entries()) {
        sent[d] = (sent[d] as number) + chunks * bytes;
        if (bytes > 0) busy[d] = run.busyNs[phase.dimension.index] as number;
      }
    }
  }
  const uses = run.links?.uses();
  return dimensions.map(({ kind, npus, bandwidth }, dimension) => {
    const links = uses === undefined ? {} : { links: summarise(uses.filter((use) => use.dimension === dimension)) };
    const bytesSentPerNpu = sent[dimension] as number;
    // If links are simulated, their own times (whole ns per message) decide; else one link carries what an NPU sends.
    const wireNs = links.links?.mostBusyNs ?? bytesSentPerNpu / bandwidth;
    const utilisation = timeNs === 0 ? 0 : wireNs / timeNs;
    return { dimension, kind, npus, bytesSentPerNpu, wireNs, busyNs: busy[dimension] as number, utilisation, ...links };
  });
}

/** For a graph: a report per tier of links. */
function tierReports(graph: Network, plan: PlanBound, run: EngineRun, timeNs: number): DimensionReport[] {
  const uses = run.links?.uses();
  const reports = run.links?.reports();
  return graph.groups.map(({ name }, dimension) => {
    const own = uses?.filter((use) => use.dimension === dimension);
    const links = own === undefined ? {} : { links: summarise(own) };
    const load = plan.links[dimension];
    const wireNs = links.links?.mostBusyNs ?? load?.occupiedNs ?? 0;
    const busiest = reports
      ?.filter((link) => link.dimension === dimension)
      .reduce<LinkReport | undefined>(
        (most, link) => (most === undefined || link.busyNs > most.busyNs ? link : most),
        undefined,
      );
    const busiestLink = busiest?.name ?? load?.name;
    return {
      dimension,
      kind: 'graph',
      name,
      npus: graph.npus,
      bytesSentPerNpu: load === undefined ? 0 : load.bytes,
      wireNs,
      busyNs: run.busyNs[0] as number,
      utilisation: timeNs === 0 ? 0 : wireNs / timeNs,
      ...(busiestLink === undefined ? {} : { busiestLink }),
      ...links,
    };
  });
}

function summarise(uses: readonly LinkUses[]): LinkSummary {
  const sum = (of: (use: LinkUses) => number) => uses.reduce((total, use) => total + use.links * of(use), 0);
  const most = (of: (use: LinkUses) => number) => uses.reduce((max, use) => Math.max(max, of(use)), 0);
  return {
    used: sum(() => 1),
    bytes: sum(({ bytes }) => bytes),
    mostBytes: most(({ bytes }) => bytes),
    messages: sum(({ messages }) => messages),
    mostBusyNs: most(({ busyNs }) => busyNs),
    waitedNs: sum(({ waitedNs }) => waitedNs),
    longestQueue: most(({ longestQueue }) => longestQueue),
    ...(uses.some(({ reconfigurations }) => reconfigurations !== undefined)
      ? {
          reconfigurations: sum(({ reconfigurations = 0 }) => reconfigurations),
          mostReconfiguringNs: most(({ reconfiguringNs = 0 }) => reconfiguringNs),
        }
      : {}),
  };
}

function countBy<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
