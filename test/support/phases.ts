import { type AlgorithmName, readAlgorithm } from '../../src/collectives/algorithms.js';
import type { Collective, SymmetricCollective } from '../../src/collectives/collective.js';
import type { TokenProgram } from '../../src/collectives/token-program.js';
import { type Phase, planPhases } from '../../src/plan/phases.js';
import type { Dimension } from '../../src/topology/dimension.js';
import type { DimensionKind } from '../../src/topology/kinds.js';
import { everyNpu, physicalDimension } from '../../src/topology/logical-dimension.js';

// Parts of the model by themselves, for tests that look below the public surface.

/** A dimension with round numbers, for what is worked out by hand. */
export function dimensionOf(kind: DimensionKind, npus: number, bandwidth = 1, latency = 10): Dimension {
  return { kind, npus, bandwidth, latency };
}

/** The program of an algorithm over `ranks`, which must be one of tokens. */
export function programOf(name: AlgorithmName, wanted: Collective, ranks: number, bytes: number): TokenProgram {
  const { definition, window } = algorithmOf(name);
  const collective = wanted as SymmetricCollective;
  const program = definition.program({ collective, ranks, bytes, ...(window === undefined ? {} : { window }) });
  if (!('sends' in program)) throw new Error(`${name} is not a token program`);
  return program;
}

/** The only phase of a chunk of `bytes` over the first dimension, or over all when the algorithm is flat. */
export function phaseOf(
  name: AlgorithmName,
  collective: Collective,
  dimensions: readonly Dimension[],
  bytes: number,
): Phase {
  const algorithm = algorithmOf(name);
  const dimension = algorithm.flat ? everyNpu(dimensions) : physicalDimension(dimensions, 0);
  return planPhases(collective as SymmetricCollective, 'baseline', [{ dimension, algorithm }], bytes)[0] as Phase;
}

export function algorithmOf(name: AlgorithmName) {
  const algorithm = readAlgorithm(name);
  if (algorithm === undefined) throw new Error(`no algorithm ${name}`);
  return algorithm;
}
