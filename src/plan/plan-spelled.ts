import { ConfigError, show } from '../base/errors.js';
import type { Collective, RootedCollective, SymmetricCollective } from '../collectives/collective.js';
import { withPricedReductions } from '../collectives/priced-program.js';
import { alltoallvProgram, type ExchangeDimension } from '../collectives/rooted/alltoallv.js';
import type { RootedDimension } from '../collectives/rooted/layout.js';
import { countSteps, rootedProgram } from '../collectives/rooted/rooted-program.js';
import type { TreeShape } from '../collectives/rooted/trees.js';
import type { StepProgram } from '../collectives/step-program.js';
import { everyNpu } from '../topology/logical-dimension.js';
import { activeDimensions } from './active-dimensions.js';
import type { CollectivePlan } from './job.js';
import type { Machine } from './machine.js';
import { checkMemory } from './memory.js';
import { type ActiveDimension, givenPhase } from './phases.js';
import { planWarnings } from './plan-warnings.js';
import type { CollectiveWish } from './wish.js';

/** Memory of a step while a program is written and played, bytes. Measured, with spare room in growing lists. */
export const STEP_BYTES = 400;

/** Most ranks of an alltoallv, which lists every pair. */
const MOST_PAIRED = 4096;

/** Shape of a rooted collective along a dimension, by algorithm. */
const SHAPES: Readonly<Record<string, TreeShape>> = { ring: 'chain', direct: 'star', tree: 'binomial' };

/** Collectives whose ranks do different things: each is one spelled-out program over all ranks. */
export type SpelledCollective = Exclude<Collective, SymmetricCollective>;

/**
 * Plans a rooted collective or an alltoallv: one chunk of one phase. Every message goes along one
 * dimension.
 * @throws ConfigError if it cannot run.
 */
export function planSpelled(
  wish: CollectiveWish & { readonly collective: SpelledCollective },
  machine: Machine,
): CollectivePlan {
  const active = activeDimensions(wish, machine);
  const { collective, bytes, groupRanks, root = 0 } = wish;
  const all = everyNpu(machine.dimensions);
  const dimension = groupRanks === undefined ? all : { ...all, ranks: groupRanks };
  if (!(Number.isInteger(root) && root < dimension.ranks)) {
    throw new ConfigError([{ path: 'root', expected: `a rank from 0 to ${dimension.ranks - 1}`, got: show(root) }]);
  }
  const ranks = active.reduce((product, { dimension: { ranks } }) => product * ranks, 1);
  const lines = linesOf(active, wish, machine);
  const { program, most } =
    collective === 'alltoallv'
      ? unequalParts(lines, wish, dimension.ranks)
      : { program: rooted(collective, lines, wish, ranks), most: undefined };
  const name = active.map(({ algorithm }) => algorithm.name).join(', ');
  // If the size does not divide, a scatter leaves a few bytes at the root.
  const moved = collective === 'scatter' ? Math.floor(bytes / ranks) * ranks : bytes;
  const priced = machine.genModel === undefined ? program : withPricedReductions(program, machine.genModel);
  const phase = givenPhase(name, priced, { collective, dimension, bytes: moved });
  const chunks = [[phase]];
  return {
    collective,
    bytes,
    ranks,
    chunks,
    endpoint: machine.endpoint,
    warnings: planWarnings({ wish, machine, active, chunks, phases: [phase] }),
    isOfGroup: groupRanks !== undefined,
    ...(most === undefined ? { root } : { mostExchanged: most }),
  };
}

/** A dimension, with its algorithm if it takes part. */
interface Line {
  readonly ranks: number;
  readonly active: ActiveDimension | undefined;
}

function linesOf(active: readonly ActiveDimension[], { groupRanks }: CollectiveWish, { dimensions }: Machine): Line[] {
  const [only] = active;
  if (groupRanks !== undefined || only?.algorithm.flat) return [{ ranks: only?.dimension.ranks ?? 1, active: only }];
  return dimensions.map(({ npus }, d) => ({ ranks: npus, active: active.find((one) => one.dimension.index === d) }));
}

function rooted(
  collective: RootedCollective,
  lines: readonly Line[],
  { bytes, splits, root = 0 }: CollectiveWish,
  ranks: number,
): StepProgram {
  const dimensions = lines.map(({ ranks: n, active }): RootedDimension => {
    if (active === undefined) return { ranks: n, shape: undefined, window: 1 };
    const { definition, window, name } = active.algorithm;
    const shape = SHAPES[definition.name];
    const limited = window !== undefined && (collective === 'reduce' || collective === 'gather');
    if (shape === undefined || limited) {
      const expected = limited ? 'direct without a window: many send to one' : 'ring, tree or direct';
      throw new ConfigError([{ path: 'algorithms', expected: `${expected}, for a ${collective}`, got: name }]);
    }
    return { ranks: n, shape, window: shape === 'star' ? (window ?? Infinity) : 1 };
  });
  if (collective === 'scatter' && bytes < ranks) {
    const expected = `at least one byte for each of the ${ranks} ranks of a scatter`;
    throw new ConfigError([{ path: 'size', expected, got: show(bytes) }]);
  }
  // Pieces help only along a chain.
  const pieces = dimensions.some(({ shape, ranks: n }) => shape === 'chain' && n > 2)
    ? Math.max(1, Math.min(splits, bytes))
    : 1;
  const request = { collective, dimensions, root, bytes, pieces };
  const steps = countSteps(request);
  checkMemory(steps * STEP_BYTES, 'topology', `a ${collective} of some ${steps} steps`);
  return rootedProgram(request);
}

function unequalParts(
  lines: readonly Line[],
  { weights = [], bytes }: CollectiveWish,
  ranks: number,
): { readonly program: StepProgram; readonly most: number } {
  if (ranks > MOST_PAIRED) {
    throw new ConfigError([
      { path: 'topology', expected: `at most ${MOST_PAIRED} ranks of an alltoallv`, got: `${ranks}` },
    ]);
  }
  const dimensions = lines.map(({ ranks: n, active }): ExchangeDimension => {
    if (active === undefined && n > 1) {
      throw new ConfigError([
        { path: 'involvedDimensions', expected: 'all dimensions, for an alltoallv', got: 'some of them' },
      ]);
    }
    const { definition, window, name } = active?.algorithm ?? { definition: undefined, window: undefined, name: '' };
    if (definition !== undefined && definition.name !== 'ring' && definition.name !== 'direct') {
      throw new ConfigError([{ path: 'algorithms', expected: 'ring or direct, for an alltoallv', got: name }]);
    }
    return { ranks: n, definition: definition as ExchangeDimension['definition'], ...(window ? { window } : {}) };
  });
  const parts = partsOf(weights, bytes, ranks);
  return { program: alltoallvProgram({ dimensions, parts }), most: mostExchanged(parts, ranks) };
}

/** Bytes by weight: the fullest row gets `bytes`, each part rounded down. */
function partsOf(weights: readonly (readonly number[])[], bytes: number, ranks: number): Float64Array {
  const parts = new Float64Array(ranks * ranks);
  const isSquare = weights.length === ranks && weights.every((row) => row.length === ranks);
  const fullest = weights.reduce(
    (most, row) =>
      Math.max(
        most,
        row.reduce((sum, one) => sum + one, 0),
      ),
    0,
  );
  if (!isSquare || !(fullest > 0 && Number.isFinite(fullest))) {
    const expected = `${ranks} rows of ${ranks} numbers of at least 0, not all 0: what each rank has for each`;
    throw new ConfigError([{ path: 'weights', expected, got: show(weights) }]);
  }
  for (const [origin, row] of weights.entries()) {
    for (const [target, weight] of row.entries()) {
      parts[origin * ranks + target] = Math.floor(bytes * (weight / fullest));
    }
  }
  return parts;
}

/** Most bytes that one rank sends to others or receives from them. */
function mostExchanged(parts: Float64Array, ranks: number): number {
  const out = new Float64Array(ranks);
  const into = new Float64Array(ranks);
  for (let origin = 0; origin < ranks; origin++) {
    for (let target = 0; target < ranks; target++) {
      if (origin === target) continue;
      const bytes = parts[origin * ranks + target] as number;
      out[origin] = (out[origin] as number) + bytes;
      into[target] = (into[target] as number) + bytes;
    }
  }
  return Math.max(...out, ...into);
}
