import { expect, test } from 'vitest';
import { type GenModelAlgorithm, genModelCounts, genModelUs } from '../../src/costs/genmodel.js';
import type { GenModelRow as Row } from '../support/genmodel-rows.js';
import { goldenRows } from '../support/golden-folder.js';

const ALGORITHMS: Readonly<Record<string, GenModelAlgorithm>> = {
  ring: 'ring',
  'halving-doubling': 'halving-doubling',
  'colocated-ps': 'direct',
  'hierarchical-ps': 'hierarchical',
};
/** Real numbers, added in another order. */
const TOLERANCE = 1e-12;

test('counts and times of GenModel', () => {
  const wrong = goldenRows<Row>('genmodel').flatMap((row) => {
    const { npus, bytes, incastThreshold, factors } = row;
    const algorithm = ALGORITHMS[row.algorithm] as GenModelAlgorithm;
    const counts = genModelCounts({
      algorithm,
      npus,
      bytes,
      incastThreshold,
      ...(factors === null ? {} : { factors }),
    });
    const { alphaUs, betaUsPerByte, gammaUsPerByte, deltaUsPerByte, epsilonUsPerByte } = row;
    const terms = { alphaUs, betaUsPerByte, gammaUsPerByte, deltaUsPerByte, epsilonUsPerByte, incastThreshold };
    const ours = { ...counts, timeUs: genModelUs(counts, terms) };
    return Object.entries(ours).flatMap(([name, value]) => {
      const expected = row[name as keyof typeof ours];
      const isClose = Math.abs(value - expected) <= TOLERANCE * Math.abs(expected);
      return isClose ? [] : [`${row.algorithm} ${npus} ${bytes} B: ${name} ${value}, not ${expected}`];
    });
  });
  expect(wrong).toEqual([]);
});
