import { ConfigError, type Issue } from '../../base/errors.js';
import type { MscclAlgorithm } from './algorithm.js';
import { CollectiveClaim } from './collective-claim.js';
import { describe, same } from './contributions.js';
import { replay, type StepRun, type TurnOrder } from './replay.js';
import { checkShape } from './schema.js';

/** Chunks of output, over all GPUs, that are checked: beyond, it takes too long. */
const MOST_CHUNKS = 2 ** 22;

/** Wrong chunks that are told. */
const TOLD = 10;

/**
 * Checks that an algorithm computes the collective that it claims to, by running it on sets of
 * contributions. It is run twice, its thread blocks taking turns in opposite orders, which
 * finds many a dependency that is missing; it is no proof that none is.
 *
 * @param onStep told of each step of the first run, in an order in which they may run
 * @throws ConfigError that says which step, or which chunk of the result, is wrong.
 */
export function checkAlgorithm(algorithm: MscclAlgorithm, onStep?: (run: StepRun) => void): void {
  checkShape(algorithm);
  const { file, chunks, gpus } = algorithm;
  if (chunks * gpus.length > MOST_CHUNKS) {
    throw new ConfigError([
      { path: file, expected: `nchunksperloop x ngpus of at most ${MOST_CHUNKS}`, got: String(chunks * gpus.length) },
    ]);
  }
  checkInOrder(algorithm, 'ascending', onStep);
  try {
    checkInOrder(algorithm, 'descending');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const hint = 'only when thread blocks take turns in another order: a dependency (depid, deps) is missing';
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, hint })));
  }
}

function checkInOrder(algorithm: MscclAlgorithm, order: TurnOrder, onStep?: (run: StepRun) => void): void {
  const { file, gpus } = algorithm;
  const claim = new CollectiveClaim(algorithm);
  const memory = replay(algorithm, order, onStep);
  const wrong: Issue[] = [];
  let more = 0;
  for (const { id } of gpus) {
    for (let offset = 0; offset < claim.outputs; offset++) {
      const got = memory.read(id, { buffer: 'o', offset }, 0);
      const expected = claim.expected(id, offset);
      if (got !== undefined && same(got, expected)) continue;
      if (wrong.length === TOLD) more++;
      else {
        const place = `gpu ${id}, chunk ${offset} of the output`;
        wrong.push({
          path: file === '' ? place : `${file}: ${place}`,
          expected: describe(expected, claim.inputs),
          got: describe(got, claim.inputs),
        });
      }
    }
  }
  if (more > 0) wrong.push({ path: file, expected: algorithm.collective, got: `${more} more chunks that are wrong` });
  if (wrong.length > 0) throw new ConfigError(wrong);
}
