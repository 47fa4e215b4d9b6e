import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';
import { COLLECTIVES } from '../../collectives/collective.js';
import { type MscclAlgorithm, STEP_TYPES } from './algorithm.js';

/** Larger numbers than any algorithm has; with them, nobody can make us count for ever. */
export const MOST_GPUS = 65_536;
export const MOST_CHUNKS = 2 ** 20;

const chunks = whole(0, MOST_CHUNKS);
const peer = whole(-1, MOST_GPUS);
const flag = v.boolean('true or false');
const text = v.string('text');

const place = keys({ buffer: v.picklist(['i', 'o', 's']), offset: chunks });

const step = keys({
  type: v.picklist(Object.keys(STEP_TYPES)),
  source: place,
  target: place,
  count: chunks,
  waitsFor: v.optional(keys({ block: chunks, step: chunks })),
  tells: flag,
  line: whole(0, Number.MAX_SAFE_INTEGER),
});

const block = keys({
  id: chunks,
  sendsTo: peer,
  receivesFrom: peer,
  channel: whole(-1, MOST_CHUNKS),
  steps: v.array(step, 'a list of steps'),
});

const gpu = keys({
  id: whole(0, MOST_GPUS),
  chunks: keys({ i: chunks, o: chunks, s: chunks }),
  blocks: v.array(block, 'a list of thread blocks'),
});

const schema = keys({
  file: text,
  name: text,
  collective: v.picklist(COLLECTIVES),
  inPlace: flag,
  chunks: whole(1, MOST_CHUNKS),
  gpus: v.array(gpu, 'a list of GPUs'),
});

/**
 * Checks what is handed in as an algorithm: names, numbers, and GPUs in the order of their ids.
 * @throws ConfigError
 */
export function checkShape(algorithm: MscclAlgorithm): void {
  const { gpus, chunks: all, collective } = parse(schema, algorithm);
  const misplaced = gpus.findIndex(({ id }, i) => id !== i);
  if (gpus.length === 0) throw new ConfigError([{ path: 'gpus', expected: 'at least one GPU', got: 'none' }]);
  if (misplaced >= 0) {
    const got = `${gpus[misplaced]?.id}`;
    throw new ConfigError([{ path: `gpus[${misplaced}].id`, expected: `${misplaced}: GPUs by id`, got }]);
  }
  if (collective !== 'all-reduce' && all % gpus.length !== 0) {
    throw new ConfigError([{ path: 'chunks', expected: `a multiple of ${gpus.length}, the GPUs`, got: `${all}` }]);
  }
}
