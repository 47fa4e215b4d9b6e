import { simulateAllReduce } from '../../src/index.js';
import { hierarchy, npuCount, SIDES } from '../specs.js';
import type { Suite } from '../suite.js';

const name = (side: number) => `${npuCount(side)} NPUs`;

/** How cost grows with the number of NPUs. */
export const scale: Suite = {
  name: 'scale',
  about: 'one all-reduce of 64 chunks over n x n x n x n NPUs, rings and switches, local-bw-aware, spec to result',
  cases: () =>
    SIDES.map((side) => {
      const spec = hierarchy(side);
      return {
        name: name(side),
        run: () => simulateAllReduce(spec),
        ...(side === 2 ? {} : { against: name(2) }),
        ...(side === 32 ? { target: { atMostMs: 5 } } : {}),
      };
    }),
};
