import { type AlgorithmName, readAlgorithm } from '../../src/collectives/algorithms.js';
import { phaseDuration } from '../../src/engine/phase/phase-duration.js';
import { planPhases } from '../../src/plan/phases.js';
import { physicalDimension } from '../../src/topology/logical-dimension.js';
import type { Suite } from '../suite.js';

const RANKS = 1024;
const ALGORITHMS: readonly AlgorithmName[] = ['ring', 'halving-doubling', 'direct:1', 'direct:8', 'direct'];

/** The duration of one phase: a closed form, a loop over the sends, or one rank played. */
export const programs: Suite = {
  name: 'programs',
  about: `plan one all-reduce phase over ${RANKS} ranks and find its duration; messages of one rank per second`,
  cases: () =>
    ALGORITHMS.map((name) => {
      const dimension = physicalDimension([{ kind: 'switch', npus: RANKS, bandwidth: 50, latency: 500 }], 0);
      const algorithm = readAlgorithm(name);
      if (algorithm === undefined) throw new Error(`no algorithm ${name}`);
      const active = [{ dimension, algorithm }];
      const endpoint = { delay: 10, memoryBandwidth: 1600 };
      const plan = () => planPhases('all-reduce', 'baseline', active, 2 ** 30);
      const [program] = plan().flatMap(({ lanes }) => lanes);
      if (program?.kind !== 'token') throw new Error(`${name} does not play tokens`);
      return {
        name,
        run: () => plan().map((one) => phaseDuration(one, endpoint)),
        // The ring has a closed form: it plays no message.
        ...(name === 'ring' ? {} : { work: { amount: program.sends, unit: 'messages' }, against: 'ring' }),
      };
    }),
};
