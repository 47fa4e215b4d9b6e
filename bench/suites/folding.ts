import { simulateAllReduce } from '../../src/index.js';
import { hierarchy, npuCount, SIDES } from '../specs.js';
import type { Case, Suite } from '../suite.js';

const name = (side: number) => `${npuCount(side)} NPUs`;

/** A flat ring with four chunks one after the other. */
const FLAT = {
  topology: [{ kind: 'ring', npus: 1024, bandwidth: 600, latency: 500 }],
  size: 100 * 2 ** 20,
  splits: 4,
  engine: 'message',
} as const;

/** How cost grows with the number of NPUs where messages contend for links and one NPU stands for all. */
export const folding: Suite = {
  name: 'folding',
  about: 'one all-reduce of 64 chunks over n x n x n x n NPUs with queues at links, and a flat ring of 1,024; folded',
  cases: () => {
    const cases: Case[] = SIDES.map((side) => {
      const spec = { ...hierarchy(side), network: 'congestion-aware' } as const;
      const { events } = simulateAllReduce(spec).engine;
      return {
        name: name(side),
        run: () => simulateAllReduce(spec),
        work: { amount: events, unit: 'events' },
        ...(side === 2 ? {} : { against: name(2) }),
        ...(side === 32 ? { target: { atMostMs: 50 } } : {}),
      };
    });
    const without = 'ring of 1024, congestion-unaware';
    cases.push({ name: without, run: () => simulateAllReduce(FLAT) });
    cases.push({
      name: 'ring of 1024, congestion-aware',
      run: () => simulateAllReduce({ ...FLAT, network: 'congestion-aware' }),
      against: without,
    });
    return cases;
  },
};
