import type { Warning } from '../base/warnings.js';
import { belowPlan, boundsOf, planBoundOf } from '../bounds/bounds.js';
import { curveWarning } from '../report/curve-time.js';
import type { PlannedWorkload } from './plan-workload.js';
import type { CollectiveSummary } from './result.js';
import type { Tally } from './tally.js';

/** Collectives by plan and group, each with what its shortest run says of the physical limit. */
export function summarise(
  tally: Tally,
  { machine }: PlannedWorkload,
): { summary: CollectiveSummary; warnings: readonly Warning[] }[] {
  return tally.lines().map(({ planned: { plan, fitted }, group, count, shortestNs, longestNs }) => {
    const { collective, bytes, ranks } = plan;
    const who = { collective, bytes, ranks, ...(group === undefined ? {} : { group }) };
    const summary = { ...who, count, shortestNs, longestNs, ...(fitted === undefined ? {} : { fitted }) };
    const fromCurve = fitted === undefined ? undefined : [curveWarning(fitted)];
    if (plan.isOfGroup) return { summary, warnings: fromCurve ?? [] };
    const job = { ...machine, ...plan, startTimes: undefined };
    const bound = planBoundOf(job);
    const withBounds: CollectiveSummary = {
      ...summary,
      get bounds() {
        return boundsOf(job, bound, shortestNs);
      },
    };
    return { summary: withBounds, warnings: fromCurve ?? belowPlan(bound, shortestNs) };
  });
}
