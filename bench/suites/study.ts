import { simulateCollective } from '../../src/index.js';
import { prepare } from '../../src/simulate.js';
import { runStudy } from '../../studies/all-reduce-2026/src/tables/run-study.js';
import { STUDIES } from '../../studies/all-reduce-2026/src/tables/studies.js';
import type { Case, Suite } from '../suite.js';

/** The published study as a whole job. */
export const study: Suite = {
  name: 'study',
  about: 'all points of the published study in one process, by the engine that plays them',
  cases: () => {
    const specs = STUDIES.flatMap((one) => one.points().map(({ spec }) => spec));
    const simulate = (name: string): Case => {
      const own = specs.filter((spec) => prepare(spec).choice.name === name);
      return {
        name: `${name} engine`,
        run: () => own.map((spec) => simulateCollective(spec).timeNs),
        work: { amount: own.length, unit: 'points' },
      };
    };
    return [
      { ...simulate('phase'), target: { atMostMs: 150 } },
      simulate('message'),
      {
        name: 'compared and summed up',
        run: () => STUDIES.map((one) => runStudy(one).headline),
        work: { amount: specs.length, unit: 'points' },
      },
    ];
  },
};
