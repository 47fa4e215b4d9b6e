import type { Warning } from '../base/warnings.js';
import { busFactor, totalBytes } from '../collectives/collective.js';
import { sentBytes } from '../collectives/token-program.js';
import type { CollectiveJob } from '../plan/job.js';
import { networkOf } from '../plan/machine.js';
import type { Phase } from '../plan/phases.js';
import type { Dimension } from '../topology/dimension.js';
import { graphNetworkBound, graphPlanBound } from './graph-bound.js';
import { hasWays } from './graph-load.js';
import { leastTime, type NetworkBound } from './grid-bound.js';
import { type PlanBound, planBound } from './plan-bound.js';

/** How close a time is to the physical limit. */
export interface Bounds {
  /**
   * Least time of this plan, whole ns: each link carries its bytes one after the other,
   * plus latency that no overlap can hide.
   */
  readonly planNs: number;
  /** Least time of any algorithm on the dimensions that take part, ns, not rounded. */
  readonly networkNs: number;
  /** timeNs / planNs: 1 is the best this plan can do; below 1 the model has left physics. */
  readonly timeOverPlan: number;
  /** What sets planNs: the links of a dimension, or the phases of a chunk one after the other. */
  readonly because: PlanBound['because'];
  /** The dimension whose links need longest. */
  readonly dimension: number;
}

/** Compares a time with the bounds of its plan. */
export function boundsOf(job: CollectiveJob, plan: PlanBound, timeNs: number): Bounds {
  const { because, dimension } = plan;
  return {
    planNs: plan.ns,
    networkNs: Math.min(networkBoundOf(job).ns, Number.MAX_SAFE_INTEGER),
    // Without latency, delays and bytes there is no time to compare.
    timeOverPlan: plan.ns === 0 ? 1 : timeNs / plan.ns,
    because,
    dimension,
  };
}

/** A warning if a time is below what the links of its plan allow. */
export function belowPlan({ ns, dimension, links }: PlanBound, timeNs: number): Warning[] {
  if (timeNs >= ns) return [];
  const { occupiedNs = 0, bytes = 0, name = `a link of dimension ${dimension}` } = links[dimension] ?? {};
  return [
    {
      code: 'below-plan-bound',
      message:
        `physical limit: ${timeNs} ns is ${(ns / timeNs).toFixed(2)} times faster than this plan can be (${ns} ns); ` +
        `${name} alone needs ${occupiedNs} ns for the ${bytes} bytes that pass it`,
      data: { timeNs, planNs: ns, dimension, occupiedNs, bytes },
    },
  ];
}

/** The least time of a job's plan on its links. */
export function planBoundOf(job: CollectiveJob): PlanBound {
  if (job.graph !== undefined) return graphPlanBound(job, job.graph);
  const fixed = job.chunks.some((phases) => phases.some(({ lanes }) => lanes.some(hasWays)));
  return fixed ? graphPlanBound(job, networkOf(job)) : planBound(job);
}

/** {@link leastTime} on the dimensions that a job's messages use, or on its graph. */
export function networkBoundOf({
  collective,
  graph,
  dimensions,
  chunks,
  bytes,
  root,
  members,
  mostExchanged,
}: Pick<
  CollectiveJob,
  'collective' | 'graph' | 'dimensions' | 'chunks' | 'bytes' | 'root' | 'members' | 'mostExchanged'
>): NetworkBound {
  const sent = Math.min(bytes, bytesAsCut(chunks));
  if (graph !== undefined) {
    const at = root === undefined ? 0 : (members?.[root] ?? root);
    return graphNetworkBound(collective, sent, graph, { root: at, mostExchanged });
  }
  const involved = new Set(
    (chunks[0] ?? []).flatMap(({ dimension: { first, physical } }) => physical.map((_, d) => first + d)),
  );
  const indices = [...involved].sort((a, b) => a - b);
  const used = indices.map((d) => dimensions[d] as Dimension);
  return leastTime({ collective, dimensions: used, indices, bytes: sent, mostExchanged });
}

/**
 * Bytes that each rank effectively enters with. Messages are cut to whole bytes, so a few bytes
 * of a small collective are never sent, and unsent bytes set no bound.
 */
function bytesAsCut(chunks: CollectiveJob['chunks']): number {
  const shares = new Map<readonly Phase[], number>();
  let total = 0;
  for (const phases of chunks) {
    let share = shares.get(phases);
    if (share === undefined) {
      share = phases.reduce((least, phase) => Math.min(least, sentShare(phase)), 1);
      shares.set(phases, share);
    }
    total += share * (phases[0]?.bytes ?? 0);
  }
  return total;
}

/** Share of the uncut bytes of a phase that a rank really sends, at most 1. */
function sentShare({ collective, bytes, dimension: { ranks }, lanes }: Phase): number {
  const whole = busFactor(collective, ranks) * totalBytes(collective, ranks, bytes);
  // Earlier phases have cut it to nothing.
  if (whole === 0) return 1;
  const sent = lanes.reduce((sum, program) => sum + (program.kind === 'token' ? sentBytes(program) : whole), 0);
  return Math.min(1, sent / whole);
}
