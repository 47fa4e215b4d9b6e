import { ConfigError, type Issue, show } from '../base/errors.js';
import { checkProgram } from './check-program.js';

import { COLLECTIVES, type Collective, entersWithShare } from './collective.js';
import { built, isBuilt, type StepProgram } from './step-program.js';

/**
 * Sizes a schedule written in blocks of one byte for a collective of `bytes`, which each
 * rank enters with (the whole buffer of an all-to-all, all-reduce or reduce-scatter).
 * Blocks are rounded up to whole bytes.
 * @throws ConfigError for a program that does not say which blocks move.
 */
export function sizedProgram(program: StepProgram, collective: Collective, bytes: number): StepProgram {
  checkProgram(program);
  check({ collective: collective ?? null, bytes });
  const { cargo, ranks } = program;
  if (cargo === undefined) {
    throw new ConfigError([{ path: 'program', expected: 'steps that say which blocks move', got: 'bytes only' }]);
  }
  const inputs = entersWithShare(collective) ? cargo.blocks / ranks : cargo.blocks;
  return grown(program, Math.ceil(bytes / inputs));
}

/**
 * Gives every block of a program written in blocks of one byte `blockBytes` bytes.
 * @throws ConfigError for messages of 2^53 bytes or more.
 */
export function withBlockBytes(program: StepProgram, blockBytes: number): StepProgram {
  checkProgram(program);
  check({ blockBytes });
  return grown(program, blockBytes);
}

/** @throws ConfigError for an unknown collective and invalid sizes. */
function check({ collective, ...sizes }: Readonly<Record<string, unknown>>): void {
  const issues: Issue[] = Object.entries(sizes)
    .filter(([, size]) => !(Number.isInteger(size) && (size as number) >= 0))
    .map(([path, size]) => ({ path, expected: 'a whole number of bytes, at least 0', got: show(size) }));
  if (collective !== undefined && !COLLECTIVES.includes(collective as Collective)) {
    issues.push({ path: 'collective', expected: `one of ${COLLECTIVES.join(', ')}`, got: show(collective) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function grown(program: StepProgram, blockBytes: number): StepProgram {
  const { alternate } = program;
  const bytes = program.bytes.map((blocks) => blocks * blockBytes);
  if (bytes.some((size) => !Number.isSafeInteger(size))) {
    throw new ConfigError([{ path: 'size', expected: 'messages of fewer than 2^53 bytes', got: 'more' }]);
  }
  const sized = {
    ...program,
    bytes,
    ...(alternate === undefined ? {} : { alternate: grown(alternate, blockBytes) }),
  };
  return isBuilt(program) ? built(sized) : sized;
}
