import { SimulationError } from '../base/errors.js';
import { boundsOf } from '../bounds/bounds.js';
import { busFactor, totalBytes } from '../collectives/collective.js';
import type { LinkReport } from '../engine/message/link-network.js';
import type { EngineRun } from '../engine/run.js';
import type { ResolvedCollective } from '../plan/resolve.js';
import { totalNpus } from '../topology/address.js';
import { bytesByDimension } from './dimension-load.js';
import type { CollectiveResult, DimensionReport, LinkSummary } from './result.js';

/** Assembles the answer from what was asked and what the engine found. */
export function makeReport(resolved: ResolvedCollective, run: EngineRun): CollectiveResult {
  const { collective, job, bytes, ranks, warnings, timeline, engine, linkStatistics } = resolved;
  const { finishNs } = run;
  const timeNs = typeof finishNs === 'number' ? finishNs : finishNs.reduce((latest, ns) => Math.max(latest, ns), 0);
  if (!Number.isSafeInteger(timeNs)) {
    const message = `the collective takes ${timeNs} ns, more than 2^53: whole nanoseconds are not exact there`;
    throw new SimulationError(message, timeNs);
  }
  const dimensions = dimensionReports(resolved, run, timeNs);
  const { bounds, warnings: limits } = boundsOf(job, bytes, timeNs);
  const size = totalBytes(collective, ranks, bytes);
  // Without latency and delays a collective can take no time at all; its bandwidth is then no number to quote.
  const algbw = timeNs === 0 ? 0 : size / timeNs;
  const phases = job.chunks[0] ?? [];
  return {
    collective,
    timeNs,
    finishNs,
    bytes,
    totalBytes: size,
    ranks,
    npus: totalNpus(job.dimensions),
    algbwGBps: algbw,
    busbwGBps: algbw * busFactor(collective, ranks),
    dimensions,
    bottleneck: dimensions.reduce(
      (worst, { wireNs }, d) => (wireNs > (dimensions[worst] as DimensionReport).wireNs ? d : worst),
      0,
    ),
    bounds,
    chunks: job.chunks.length,
    chunkBytes: phases[0]?.bytes ?? 0,
    phases: phases.map((phase) => ({
      collective: phase.collective,
      dimension: phase.dimension.index,
      algorithm: phase.algorithm.name,
      bytes: phase.bytes,
      durationNs: run.durations.get(phase) as number,
    })),
    warnings: [...warnings, ...limits],
    engine: { name: run.engine, reason: engine.reason, events: run.events, messages: run.messages },
    ...(timeline ? { timeline: run.spans } : {}),
    ...(linkStatistics && run.links !== undefined ? { links: run.links } : {}),
  };
}

function dimensionReports({ job }: ResolvedCollective, run: EngineRun, timeNs: number): DimensionReport[] {
  const { dimensions } = job;
  const sent = dimensions.map(() => 0);
  const busy = dimensions.map(() => 0);
  // Chunks that are alike share one list of phases.
  for (const [phases, chunks] of countBy(job.chunks)) {
    for (const phase of phases) {
      for (const [d, bytes] of bytesByDimension(phase, job).entries()) {
        sent[d] = (sent[d] as number) + chunks * bytes;
        if (bytes > 0) busy[d] = run.busyNs[phase.dimension.index] as number;
      }
    }
  }
  return dimensions.map(({ kind, npus, bandwidth }, dimension) => {
    const links =
      run.links === undefined ? {} : { links: summarise(run.links.filter((link) => link.dimension === dimension)) };
    const bytesSentPerNpu = sent[dimension] as number;
    // Where links are known, the one that carries most decides; else one link carries what an NPU sends.
    const wireBytes = links.links?.mostBytes ?? bytesSentPerNpu;
    const wireNs = wireBytes / bandwidth;
    const utilisation = timeNs === 0 ? 0 : wireNs / timeNs;
    return { dimension, kind, npus, bytesSentPerNpu, wireNs, busyNs: busy[dimension] as number, utilisation, ...links };
  });
}

function summarise(links: readonly LinkReport[]): LinkSummary {
  const sum = (of: (link: LinkReport) => number) => links.reduce((total, link) => total + of(link), 0);
  const most = (of: (link: LinkReport) => number) => links.reduce((max, link) => Math.max(max, of(link)), 0);
  return {
    used: links.length,
    bytes: sum(({ bytes }) => bytes),
    mostBytes: most(({ bytes }) => bytes),
    messages: sum(({ messages }) => messages),
    mostBusyNs: most(({ busyNs }) => busyNs),
    waitedNs: sum(({ waitedNs }) => waitedNs),
    longestQueue: most(({ longestQueue }) => longestQueue),
  };
}

function countBy<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
