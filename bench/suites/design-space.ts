import seedrandom from 'seedrandom';
import { SYMMETRIC_COLLECTIVES } from '../../src/collectives/collective.js';
import { type AlgorithmName, type CollectiveSpec, simulateCollective } from '../../src/index.js';
import { DIMENSION_KINDS } from '../../src/topology/kinds.js';
import type { Suite } from '../suite.js';

const POINTS = 1000;
const ALGORITHMS: readonly AlgorithmName[] = ['ring', 'direct', 'direct:2', 'halving-doubling'];

/** A random point of a design space; the same for the same generator. */
function randomSpec(random: () => number): CollectiveSpec {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const collective = pick(SYMMETRIC_COLLECTIVES);
  const allowed = collective === 'all-to-all' ? ALGORITHMS.slice(0, -1) : ALGORITHMS;
  const topology = Array.from({ length: whole(1, 3) }, () => ({
    kind: pick(DIMENSION_KINDS),
    npus: 2 ** whole(1, 5),
    bandwidth: whole(10, 1000),
    latency: whole(100, 5000),
  }));
  return {
    collective,
    topology,
    algorithms: topology.map(() => pick(allowed)),
    decomposition: pick(['baseline', 'local-bw-aware']),
    size: 2 ** whole(20, 30),
    splits: 2 ** whole(0, 7),
    activeChunks: 2 ** whole(0, 3),
    queuesPerDimension: pick([1, 1, 2]),
  };
}

/** What a parameter search pays. */
export const designSpace: Suite = {
  name: 'design-space',
  about: 'simulateCollective on random points: 1 to 3 dimensions, all collectives and algorithms, up to 128 chunks',
  cases: () => {
    const random = seedrandom('design space');
    const specs = Array.from({ length: POINTS }, () => randomSpec(random));
    return [
      {
        name: `${POINTS.toLocaleString('en-US')} points`,
        run: () => specs.map((spec) => simulateCollective(spec).timeNs),
        work: { amount: POINTS, unit: 'points' },
      },
    ];
  },
};
