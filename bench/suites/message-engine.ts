import type { NetworkModel } from '../../src/base/words.js';
import type { SymmetricCollective } from '../../src/collectives/collective.js';
import { expand } from '../../src/collectives/expand.js';
import { unfolded } from '../../src/engine/folding.js';
import { CollectiveRun } from '../../src/engine/message/collective-run.js';
import type { CollectiveOptions } from '../../src/index.js';
import type { CollectiveJob } from '../../src/plan/job.js';
import type { Phase } from '../../src/plan/phases.js';
import { prepare, simulateAllReduce } from '../../src/simulate.js';
import type { Case, Suite } from '../suite.js';

const NPUS = [64, 256, 1024];

/** A flat ring with four chunks one after the other: 2 (n - 1) n messages each. */
function flatRing(npus: number, network: NetworkModel): CollectiveOptions {
  return { topology: [{ kind: 'ring', npus, bandwidth: 600, latency: 500 }], size: 100 * 2 ** 20, splits: 4, network };
}

/** The study's largest tree: 8 x 32 NPUs, 64 chunks; the ring folds, the tree does not. */
const TREE: CollectiveOptions = {
  topology: [
    { kind: 'ring', npus: 8, bandwidth: 600, latency: 500 },
    { kind: 'fully-connected', npus: 32, bandwidth: 12.5, latency: 2000 },
  ],
  algorithms: ['ring', 'double-binary-tree'],
  size: 1000 * 2 ** 20,
  splits: 64,
};

/** The same job with its programs spelled out, step by step. */
function spelledOut(job: CollectiveJob): CollectiveJob {
  const phases = new Map<Phase, Phase>();
  for (const phase of new Set(job.chunks.flat())) {
    const { dimension, bytes, algorithm } = phase;
    const collective = phase.collective as SymmetricCollective;
    const lanes = [expand(algorithm.definition, { collective, ranks: dimension.ranks, bytes })];
    phases.set(phase, { ...phase, lanes });
  }
  return { ...job, chunks: job.chunks.map((chunk) => chunk.map((phase) => phases.get(phase) as Phase)) };
}

/** Every NPU simulated, message by message, with and without contention; then a folded tree. */
export const messageEngine: Suite = {
  name: 'message-engine',
  about: 'messages (or link traversals, one per message on a ring) per second; all NPUs simulated, but for the tree',
  samples: 3,
  cases: () => {
    const cases: Case[] = [];
    for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
      for (const npus of NPUS) {
        const { job } = prepare({ ...flatRing(npus, network), collective: 'all-reduce', engine: 'message' });
        const amount = job.chunks.length * 2 * (npus - 1) * npus;
        const unit = network === 'congestion-aware' ? 'traversals' : 'messages';
        const target = { atLeastPerSecond: network === 'congestion-aware' ? 1.5e6 : 3e6 };
        const run = () => new CollectiveRun(job, unfolded(job.dimensions), false).engine.run(Number.POSITIVE_INFINITY);
        cases.push({
          name: `${network}, ring of ${npus}`,
          run,
          work: { amount, unit },
          ...(npus === 1024 ? { target } : {}),
        });
      }
    }
    for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
      const { job } = prepare({ ...flatRing(256, network), collective: 'all-reduce', engine: 'message' });
      const steps = spelledOut(job);
      cases.push({
        name: `${network}, ring of 256 spelled out in steps`,
        run: () => new CollectiveRun(steps, unfolded(job.dimensions), false).engine.run(Number.POSITIVE_INFINITY),
        work: {
          amount: job.chunks.length * 2 * 255 * 256,
          unit: network === 'congestion-aware' ? 'traversals' : 'messages',
        },
        // Half of what tokens have to do.
        target: { atLeastPerSecond: network === 'congestion-aware' ? 0.75e6 : 1.5e6 },
      });
    }
    cases.push({ name: 'folded tree, 8 x 32 NPUs, spec to result', run: () => simulateAllReduce(TREE) });
    return cases;
  },
};
