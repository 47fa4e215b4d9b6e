import type { Warning } from '../base/warnings.js';
import { belowPlan, boundsOf } from '../bounds/bounds.js';
import { planBound } from '../bounds/plan-bound.js';
import type { PlannedCollective } from './collective-planner.js';
import type { PlannedWorkload } from './plan-workload.js';
import type { CollectiveSummary } from './result.js';
import type { SimulatedGroup } from './scope.js';
import type { CollectiveUnderWay } from './workload-run.js';

/** Collectives that are alike, of groups of one name. */
interface Line {
  readonly planned: PlannedCollective;
  readonly group: string | undefined;
  /** Where it stands among lines that begin together. */
  readonly order: number;
  readonly startNs: number;
  readonly count: number;
  readonly shortestNs: number;
  readonly longestNs: number;
}

/**
 * Collectives by plan and group, in the order in which they first began, each with what its
 * shortest run says of the physical limit. One that stands for others counts for each of them.
 */
export function summarise(
  underWay: readonly CollectiveUnderWay[],
  { machine }: PlannedWorkload,
): { summary: CollectiveSummary; warnings: readonly Warning[] }[] {
  const lines = [...linesOf(underWay)].sort(
    (a, b) => a.startNs - b.startNs || a.planned.key - b.planned.key || a.order - b.order,
  );
  return lines.map(({ planned, group, count, shortestNs, longestNs }) => {
    const { plan } = planned;
    const { collective, bytes, ranks } = plan;
    const summary = {
      ...{ collective, bytes, ranks, ...(group === undefined ? {} : { group }) },
      ...{ count, shortestNs, longestNs },
    };
    if (plan.isOfGroup) return { summary, warnings: [] };
    const job = { ...machine, ...plan, startTimes: undefined };
    const bound = planBound(job);
    const withBounds: CollectiveSummary = {
      ...summary,
      get bounds() {
        return boundsOf(job, bound, shortestNs);
      },
    };
    return { summary: withBounds, warnings: belowPlan(bound, shortestNs) };
  });
}

function linesOf(underWay: readonly CollectiveUnderWay[]): Iterable<Line> {
  /** Of the groups as they are simulated. */
  const simulated = new Map<SimulatedGroup, Map<number, Line>>();
  for (const { planned, group, startNs, endNs } of underWay) {
    const lines = simulated.get(group) ?? new Map<number, Line>();
    simulated.set(group, lines);
    const ns = endNs - startNs;
    const line = { planned, group: undefined, order: -1, startNs, count: 1, shortestNs: ns, longestNs: ns };
    lines.set(planned.key, merged(lines.get(planned.key), line));
  }
  const lines = new Map<string, Line>();
  for (const [{ groups = [undefined] }, ofGroup] of simulated) {
    for (const [kind, line] of ofGroup) {
      for (const one of groups) {
        const key = `${kind} ${one?.name ?? ''}`;
        lines.set(key, merged(lines.get(key), { ...line, group: one?.name, order: one?.index ?? -1 }));
      }
    }
  }
  return lines.values();
}

/** What two lines say together. */
function merged(one: Line | undefined, other: Line): Line {
  if (one === undefined) return other;
  return {
    ...one,
    order: Math.min(one.order, other.order),
    startNs: Math.min(one.startNs, other.startNs),
    count: one.count + other.count,
    shortestNs: Math.min(one.shortestNs, other.shortestNs),
    longestNs: Math.max(one.longestNs, other.longestNs),
  };
}
