import type { LinkGraph } from '../topology/link-graph.js';
import { reverseGraph } from '../topology/reverse-graph.js';
import { playByKeys } from './list-order.js';
import { type LinkOrder, replay } from './replay.js';
import { reverseSchedule } from './reversal.js';
import { busiestNs, inOrderOf, type TransferSchedule } from './schedule.js';
import { type Waiters, waitersOf } from './waiters.js';

/** A link counts as busy all the time up to this much longer. */
const FULL = 1.005;

export interface OrderedSchedule {
  readonly schedule: TransferSchedule;
  /** By replay in the order of the schedule, whose plan it is. */
  readonly finishNs: number;
}

/** When hops of a schedule start where links choose, before the order is kept. */
export interface HopStarts {
  readonly schedule: TransferSchedule;
  readonly waiters: Waiters;
  readonly hopStartNs: Float64Array;
  readonly finishNs: number;
}

/**
 * Orders the messages on every link: links choose by `keys`, and the order in which they did is kept.
 *
 * Each of `rounds` then plays the result backwards from its end, links taking what ended last first,
 * which moves all messages as late as the end allows; and forwards again, what had to start first going
 * first; where a link is busy all the time there is nothing to gain. (Forward-backward improvement of list
 * schedules: Tormos and Lova, 2001.) It ends with the first round that gains nothing.
 */
export function improveOrder(
  schedule: TransferSchedule,
  graph: LinkGraph,
  keys: Float64Array,
  rounds: number,
): OrderedSchedule {
  return keepOrder(improveStarts(schedule, graph, keys, rounds), graph);
}

/** {@link improveOrder}, of which only the times are wanted yet. */
export function improveStarts(
  schedule: TransferSchedule,
  graph: LinkGraph,
  keys: Float64Array,
  rounds: number,
): HopStarts {
  const waiters = waitersOf(schedule);
  let times = playByKeys(schedule, graph, keys, waiters);
  let best = times;
  if (rounds > 0 && times.finishNs > FULL * busiestNs(schedule, graph)) {
    const backwards = reverseSchedule(schedule, graph);
    const backwardWaiters = waitersOf(backwards);
    const reversed = reverseGraph(graph);
    for (let round = 0; round < rounds; round++) {
      const back = playByKeys(backwards, reversed, lastFirst(times.hopEndNs), backwardWaiters);
      times = playByKeys(schedule, graph, lastFirst(back.hopEndNs), waiters);
      if (times.finishNs >= best.finishNs) break;
      best = times;
    }
  }
  const { hopStartNs, finishNs } = best;
  return { schedule, waiters, hopStartNs, finishNs };
}

/** The schedule in the order of hops that start at these times; the replay becomes its plan. */
export function keepOrder(
  { schedule, hopStartNs, waiters }: Omit<HopStarts, 'finishNs'>,
  graph: LinkGraph,
): OrderedSchedule {
  const ordered = inOrderOf(schedule, hopStartNs);
  const { finishNs, startNs, endNs } = replay(ordered, graph, { order: 'planned' }, waiters);
  return { schedule: { ...ordered, plan: { startNs, endNs } }, finishNs };
}

/** Keys for the schedule played the other way round, whose hops are numbered from the end. */
function lastFirst(ends: Float64Array): Float64Array {
  return ends.map((_, hop) => -(ends[ends.length - 1 - hop] as number));
}

/** Hops that may be played to improve one schedule, with effort 1. */
const HOPS = 20_000;
const MOST_ROUNDS = 6;

/** {@link improveOrder} from the order that a schedule comes with, or that in which its messages come; as many rounds as `effort` allows. */
export function improveFound(
  schedule: TransferSchedule,
  graph: LinkGraph,
  order: LinkOrder,
  effort: number,
): OrderedSchedule & { readonly firstFinishNs: number } {
  const waiters = waitersOf(schedule);
  const first = replay(schedule, graph, { order }, waiters);
  const rounds = Math.min(MOST_ROUNDS, Math.floor((HOPS * effort) / (2 * schedule.path.length + 1)));
  const better = rounds === 0 ? undefined : improveOrder(schedule, graph, first.hopStartNs, rounds);
  const best =
    better !== undefined && better.finishNs < first.finishNs
      ? better
      : keepOrder({ schedule, hopStartNs: first.hopStartNs, waiters }, graph);
  return { ...best, firstFinishNs: first.finishNs };
}
