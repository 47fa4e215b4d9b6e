import * as v from 'valibot';
import { keys, parse } from '../../base/validate.js';
import { countsSchema, type GenModelCounts } from '../genmodel.js';
import { DEPENDENT, nonNegativeLeastSquares, norm, project } from './nnls.js';

export type GenModelTerm = 'alphaUs' | 'betaUsPerByte' | 'gammaUsPerByte' | 'deltaUsPerByte' | 'epsilonUsPerByte';

/** A term that the samples cannot separate from others: every mix of them fits equally well. */
export interface UnidentifiedTerm {
  readonly term: GenModelTerm;
  /** Empty when the term is 0 in every sample. */
  readonly inTermsOf: readonly GenModelTerm[];
}

export interface GenModelFit {
  /** Identified terms; a term includes those that the samples cannot separate from it. */
  readonly terms: Readonly<Partial<Record<GenModelTerm, number>>>;
  readonly unidentified: readonly UnidentifiedTerm[];
}

const COLUMN_OF: Readonly<Record<GenModelTerm, keyof GenModelCounts>> = {
  alphaUs: 'rounds',
  betaUsPerByte: 'bytesPerNpu',
  gammaUsPerByte: 'reducedBytes',
  deltaUsPerByte: 'memoryBytes',
  epsilonUsPerByte: 'incastExcessBytes',
};
const TERMS = Object.keys(COLUMN_OF) as readonly GenModelTerm[];

/**
 * Which terms a set of samples cannot determine. With one algorithm on one number of NPUs the
 * bytes sent, reduced and moved in memory are proportional, so the samples determine only
 * latency and one bandwidth. Takes terms in the order of the model, so that an open term
 * counts with the simpler ones.
 */
export function unidentifiedTerms(samples: readonly GenModelCounts[]): UnidentifiedTerm[] {
  const basis: number[][] = [];
  /** The term behind each direction of the basis, and the direction as a mix of terms. */
  const made: number[][] = [];
  const kept: GenModelTerm[] = [];
  const open: UnidentifiedTerm[] = [];
  for (const term of TERMS) {
    const column = samples.map((counts) => counts[COLUMN_OF[term]]);
    const scale = norm(column);
    if (scale === 0) {
      open.push({ term, inTermsOf: [] });
      continue;
    }
    const { rest, shares } = project(
      column.map((value) => value / scale),
      basis,
    );
    const length = norm(rest);
    // How much of each kept term it contains, traced back from directions to terms.
    const mix = kept.map((_, i) => made.reduce((sum, parts, j) => sum + (shares[j] as number) * (parts[i] ?? 0), 0));
    if (length <= DEPENDENT) {
      open.push({ term, inTermsOf: kept.filter((_, i) => Math.abs(mix[i] as number) > Math.sqrt(DEPENDENT)) });
      continue;
    }
    basis.push(rest.map((value) => value / length));
    made.push([...mix.map((part) => -part / length), 1 / length]);
    kept.push(term);
  }
  return open;
}

const timeRule = 'a measured time above 0 us';
const schema = keys({
  samples: v.pipe(
    v.array(
      keys({
        counts: countsSchema,
        timeUs: v.pipe(
          v.number(timeRule),
          v.finite(timeRule),
          v.check((time) => time > 0, timeRule),
        ),
      }),
      'a list of samples',
    ),
    v.minLength(1, 'at least one sample'),
  ),
});

/**
 * Fits GenModel to measured times by least relative error, and names the terms that the samples
 * cannot separate; it counts these with the terms named, never guesses them. Counts come from
 * `genModelCounts`. Throws a ConfigError when there is nothing to fit.
 */
export function fitGenModel(samples: readonly { counts: GenModelCounts; timeUs: number }[]): GenModelFit {
  parse(schema, { samples });
  const unidentified = unidentifiedTerms(samples.map(({ counts }) => counts));
  const open = new Set(unidentified.map(({ term }) => term));
  const terms = TERMS.filter((term) => !open.has(term));
  const columns = terms.map((term) => samples.map(({ counts, timeUs }) => counts[COLUMN_OF[term]] / timeUs));
  const values = nonNegativeLeastSquares(
    columns,
    samples.map(() => 1),
  );
  return { terms: Object.fromEntries(terms.map((term, i) => [term, values[i] as number])), unidentified };
}
