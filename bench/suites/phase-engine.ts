import { limitsOf } from '../../src/base/limits.js';
import { drain } from '../../src/base/slices.js';
import { playPhases } from '../../src/engine/phase/phase-engine.js';
import { type CollectiveOptions, simulateAllReduce } from '../../src/index.js';
import { prepare } from '../../src/simulate.js';
import { hierarchy } from '../specs.js';
import type { Case, Suite } from '../suite.js';

interface Load {
  readonly name: string;
  readonly chunks: number;
  readonly options?: Partial<CollectiveOptions>;
}

/** Equal dimensions, each passed in full: phases that end in one tick, whose order has to be found out. */
const TIES: Partial<CollectiveOptions> = {
  topology: Array.from({ length: 4 }, () => ({ kind: 'ring', npus: 32, bandwidth: 100, latency: 500 })),
  decomposition: 'baseline',
};

const LOADS: readonly Load[] = [
  { name: '64 chunks', chunks: 64 },
  { name: '1,024 chunks', chunks: 1024 },
  { name: '1,024 chunks, 8 active', chunks: 1024, options: { activeChunks: 8 } },
  { name: '1,024 chunks, 8 active, 4 queues', chunks: 1024, options: { activeChunks: 8, queuesPerDimension: 4 } },
  { name: '256 chunks, 8 active, ties', chunks: 256, options: { ...TIES, activeChunks: 8 } },
  { name: '1,024 chunks, timeline', chunks: 1024, options: { timeline: true } },
  { name: '65,536 chunks', chunks: 65_536 },
];

/** The engine alone on a planned job, then the same jobs from spec to result. */
export const phaseEngine: Suite = {
  name: 'phase-engine',
  about: 'phases that end per second, four dimensions of 32 NPUs, seven phases per chunk (ties: four)',
  cases: () => {
    const cases: Case[] = [];
    for (const { name, chunks, options } of LOADS) {
      const spec = { ...hierarchy(32, chunks), ...options };
      const { asked, job } = prepare({ ...spec, collective: 'all-reduce' });
      const work = { amount: job.chunks.reduce((sum, phases) => sum + phases.length, 0), unit: 'events' };
      const target = { atLeastPerSecond: 2e6 };
      cases.push({
        name,
        run: () => drain(playPhases(job, limitsOf({}), asked.timeline)),
        work,
        ...(asked.timeline ? {} : { target }),
      });
      cases.push({ name: `${name}, spec to result`, run: () => simulateAllReduce(spec), work, against: name });
    }
    return cases;
  },
};
