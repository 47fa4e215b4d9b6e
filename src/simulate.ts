import { busFactor, totalBytes } from './collectives/collective.js';
import { bytesByDimension } from './engine/dimension-load.js';
import { type PhaseRun, runPhases } from './engine/phase-engine.js';
import { SimulationError } from './errors.js';
import { type ResolvedCollective, resolveCollective } from './resolve.js';
import type { CollectiveResult, DimensionReport } from './result.js';
import type { CollectiveOptions, CollectiveSpec } from './spec.js';
import { totalNpus } from './topology/address.js';

/**
 * Simulates one collective on every NPU of a network, all starting at time 0.
 *
 * @example
 * const { timeNs } = simulateCollective({
 *   collective: 'all-gather',
 *   topology: 'switch(8, 400 GB/s, 1 us)',
 *   size: '1 MiB',
 * });
 * @throws ConfigError with every problem of the spec at once.
 * @throws SimulationError when the time exceeds 2^53 ns (104 days), beyond which ns are not exact.
 */
export function simulateCollective(spec: CollectiveSpec): CollectiveResult {
  const resolved = resolveCollective(spec);
  return report(resolved, runPhases(resolved.job, { timeline: resolved.timeline }));
}

/**
 * Simulates an all-reduce: every NPU ends with the reduction of all buffers of `size` bytes.
 *
 * @example
 * const { timeNs, busbwGBps } = simulateAllReduce({
 *   topology: 'ring(8, 600 GiB/s, 500 ns) x ring(2, 75 GiB/s, 2 us)',
 *   size: '100 MiB',
 * });
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllReduce(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-reduce' });
}

/**
 * Simulates an all-gather: every NPU enters with `size` bytes and ends with those of all.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllGather(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-gather' });
}

/**
 * Simulates a reduce-scatter: every NPU enters with `size` bytes and ends with its reduced share.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateReduceScatter(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'reduce-scatter' });
}

/**
 * Simulates an all-to-all: every NPU enters with `size` bytes, an equal part for each other.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllToAll(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-to-all' });
}

function report(resolved: ResolvedCollective, run: PhaseRun): CollectiveResult {
  const { collective, job, bytes, ranks, warnings, timeline } = resolved;
  const { finishNs } = run;
  if (!Number.isSafeInteger(finishNs)) {
    throw new SimulationError(
      `the collective takes ${finishNs} ns, more than 2^53: whole nanoseconds are not exact there`,
      finishNs,
    );
  }
  const dimensions = dimensionReports(resolved, run);
  const size = totalBytes(collective, ranks, bytes);
  // Zero latency and zero delays can make a collective take no time at all; its bandwidth is then not a number to quote.
  const algbw = finishNs === 0 ? 0 : size / finishNs;
  const phases = job.chunks[0] ?? [];
  return {
    collective,
    timeNs: finishNs,
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
    chunks: job.chunks.length,
    chunkBytes: phases[0]?.bytes ?? 0,
    phases: phases.map((phase) => ({
      collective: phase.collective,
      dimension: phase.dimension.index,
      algorithm: phase.algorithm.name,
      bytes: phase.bytes,
      durationNs: run.durations.get(phase) as number,
    })),
    warnings,
    engine: {
      name: 'phase',
      reason: 'no contention and all NPUs alike: a phase lasts the same wherever and whenever it runs',
      events: run.events,
    },
    ...(timeline ? { timeline: run.spans } : {}),
  };
}

function dimensionReports({ job }: ResolvedCollective, run: PhaseRun): DimensionReport[] {
  const sent = job.dimensions.map(() => 0);
  const busy = job.dimensions.map(() => 0);
  for (const [phase, chunks] of countBy(job.chunks.flat())) {
    for (const [d, bytes] of bytesByDimension(phase, job.dimensions).entries()) {
      sent[d] = (sent[d] as number) + chunks * bytes;
      if (bytes > 0) busy[d] = run.busyNs[phase.dimension.index] as number;
    }
  }
  return job.dimensions.map(({ kind, npus, bandwidth }, dimension) => {
    const bytesSentPerNpu = sent[dimension] as number;
    const wireNs = bytesSentPerNpu / bandwidth;
    return {
      dimension,
      kind,
      npus,
      bytesSentPerNpu,
      wireNs,
      busyNs: busy[dimension] as number,
      utilisation: run.finishNs === 0 ? 0 : wireNs / run.finishNs,
    };
  });
}

function countBy<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
