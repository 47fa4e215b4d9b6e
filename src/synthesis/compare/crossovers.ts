import type { NetworkModel } from '../../base/words.js';
import { checkIn } from '../progress.js';
import type { Crossover, Winner } from './comparison.js';
import { CONTESTANTS, type Contest } from './contestants.js';

/** Two sizes this near count as one. */
const NEAR = 1.15;
/** A look in between need not be as thorough as the table. */
const PART_OF_BUDGET = 0.3;

/**
 * The sizes at which one winner gives way to the next, by bisection: at each size in between, the two
 * winners are run again. Found to 15 %.
 */
export function findCrossovers(contest: Contest, winners: readonly Winner[], rankBy: NetworkModel): Crossover[] {
  const part = { ...contest, budget: contest.budget * PART_OF_BUDGET };
  const timeOf = (name: string, bytes: number) => {
    checkIn(contest.controls, 0, 0);
    const found = CONTESTANTS.find((one) => one.name === name)?.perform(part, bytes);
    const result = rankBy === 'congestion-aware' ? found?.aware : found?.unaware;
    return result?.timeNs ?? Number.POSITIVE_INFINITY;
  };
  return winners.slice(1).flatMap(({ algorithm: to, bytes }, i): Crossover[] => {
    const { algorithm: from, bytes: start } = winners[i] as Winner;
    if (from === to) return [];
    let [low, high] = [start, bytes];
    while (high / low > NEAR) {
      const middle = Math.round(Math.sqrt(low * high));
      if (middle <= low || middle >= high) break;
      if (timeOf(to, middle) < timeOf(from, middle)) high = middle;
      else low = middle;
    }
    return [{ from, to, bytes: high }];
  });
}
