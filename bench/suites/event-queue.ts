import seedrandom from 'seedrandom';
import { EventQueue } from '../../src/engine/event-queue.js';
import type { Case, Suite } from '../suite.js';

const EVENTS = 100_000;

/** Delays of successive events; what a simulation asks of its queue is mostly this. */
const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  lockstep: () => 1000,
  'few ticks': (random) => [10, 500, 510, 2000][Math.floor(random() * 4)] as number,
  spread: (random) => 1 + Math.floor(random() * 1e9),
  // Many short delays, a few long ones: messages and endpoint delays beside bulk transfers.
  skewed: (random) => Math.ceil(-Math.log(1 - random()) * 1000) ** 2,
};

/**
 * The hold model: with `pending` events in the queue, take one and schedule one, over and
 * over. Delays are drawn beforehand, so only the queue is timed.
 */
function hold(pending: number, delays: Float64Array): number {
  const queue = new EventQueue();
  for (let i = 0; i < pending; i++) queue.schedule(delays[i] as number, i);
  for (let i = 0; i < EVENTS; i++) {
    const event = queue.take() as number;
    queue.schedule(queue.now + (delays[i] as number), event);
  }
  return queue.now;
}

/** The queue alone. */
export const eventQueue: Suite = {
  name: 'event-queue',
  about: 'hold model: take an event, schedule one, with 16 or 4,096 pending; compared with lockstep',
  cases: () =>
    [16, 4096].flatMap((pending) =>
      Object.entries(DISTRIBUTIONS).map(([shape, draw]): Case => {
        const random = seedrandom(`event queue, ${shape}`);
        const delays = Float64Array.from({ length: EVENTS }, () => draw(random));
        return {
          name: `${shape}, ${pending.toLocaleString('en-US')} pending`,
          run: () => hold(pending, delays),
          work: { amount: EVENTS, unit: 'events' },
          ...(shape === 'lockstep' ? {} : { against: `lockstep, ${pending.toLocaleString('en-US')} pending` }),
        };
      }),
    ),
};
