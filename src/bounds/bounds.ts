import type { Warning } from '../base/warnings.js';
import type { CollectiveJob } from '../engine/job.js';
import type { Dimension } from '../topology/dimension.js';
import { type NetworkBound, networkBound } from './network-bound.js';
import { type PlanBound, planBound } from './plan-bound.js';

/** How near a time is to what physics allows. */
export interface Bounds {
  /**
   * Least time of this plan, whole ns: the bytes that it puts on each link one after the other,
   * and latency that no overlap can hide.
   */
  readonly planNs: number;
  /** Least time of any algorithm on the dimensions that take part, ns; not rounded. */
  readonly networkNs: number;
  /** timeNs / planNs: 1 is as good as this plan can be; below 1 the model has left physics. */
  readonly timeOverPlan: number;
  /** What sets planNs: the links of a dimension, or the phases of a chunk one after the other. */
  readonly because: PlanBound['because'];
  /** The dimension whose links need longest. */
  readonly dimension: number;
}

/** The bounds of a job, and a warning when its time lies below what its links allow. */
export function boundsOf(
  job: CollectiveJob,
  bytes: number,
  timeNs: number,
): { readonly bounds: Bounds; readonly warnings: readonly Warning[] } {
  const plan = planBound(job);
  const { ns } = networkBoundOf(job, bytes);
  const { because, dimension } = plan;
  // Without latency, delays and bytes there is no time to compare.
  const timeOverPlan = plan.ns === 0 ? 1 : timeNs / plan.ns;
  return {
    bounds: { planNs: plan.ns, networkNs: Math.min(ns, Number.MAX_SAFE_INTEGER), timeOverPlan, because, dimension },
    warnings: timeNs < plan.ns ? [belowPlan(plan, timeNs)] : [],
  };
}

/** {@link networkBound} of the dimensions in which a job's messages go. */
export function networkBoundOf(
  { collective, dimensions, chunks }: Pick<CollectiveJob, 'collective' | 'dimensions' | 'chunks'>,
  bytes: number,
): NetworkBound {
  const involved = new Set(
    (chunks[0] ?? []).flatMap(({ dimension: { first, physical } }) => physical.map((_, d) => first + d)),
  );
  const indices = [...involved].sort((a, b) => a - b);
  return networkBound({
    collective,
    dimensions: indices.map((d) => dimensions[d] as Dimension),
    indices,
    bytes,
  });
}

function belowPlan({ ns, dimension, links }: PlanBound, timeNs: number): Warning {
  const load = links[dimension];
  return {
    code: 'below-plan-bound',
    message:
      `physical limit: ${timeNs} ns is ${(ns / timeNs).toFixed(2)} times faster than this plan can be (${ns} ns); ` +
      `a link of dimension ${dimension} alone needs ${load?.occupiedNs} ns for the ${load?.bytes} bytes that pass it`,
  };
}
