import { Divergence } from '../divergence.js';
import type { EndOrder, PhaseRunning } from './end-order.js';

/**
 * Examines phases that end in one tick, in their order on the simulated NPU. Chunks
 * that leave or enter one queue may do so in another order on other NPUs.
 *
 * - Two that *enter* a queue may wait in another order: NPUs diverge for good.
 * - One that enters and one that leaves: first come, first served, the next in line starts either
 *   way. With another policy the newcomer may be the next in line or too late: NPUs diverge.
 * - Two that *leave*: the next two in line start either way.
 *
 * @returns the queues where all NPUs start the same chunks, but because of different ends.
 * @throws Divergence when NPUs diverge.
 */
export function contestedQueues(
  ends: readonly PhaseRunning[],
  next: (chunk: number) => number | undefined,
  order: EndOrder,
  firstComeFirstServed: boolean,
): ReadonlySet<number> {
  const touching = new Map<number, { readonly run: PhaseRunning; readonly enters: boolean }[]>();
  const touch = (queue: number, run: PhaseRunning, enters: boolean) => {
    const list = touching.get(queue);
    if (list === undefined) touching.set(queue, [{ run, enters }]);
    else list.push({ run, enters });
  };
  for (const run of ends) {
    touch(run.queue, run, false);
    const queue = next(run.chunk);
    if (queue !== undefined) touch(queue, run, true);
  }
  const contested = new Set<number>();
  for (const [queue, list] of touching) {
    let last: (typeof list)[number] | undefined;
    let lastEntered: PhaseRunning | undefined;
    for (const one of list) {
      const { run, enters } = one;
      if (enters && lastEntered !== undefined && !order.isSameEverywhere(lastEntered, run)) {
        throw new Divergence(run.endNs);
      }
      if (last !== undefined && last.run !== run && !order.isSameEverywhere(last.run, run)) {
        if (last.enters !== enters && !firstComeFirstServed) throw new Divergence(run.endNs);
        contested.add(queue);
      }
      if (enters) lastEntered = run;
      last = one;
    }
  }
  return contested;
}
