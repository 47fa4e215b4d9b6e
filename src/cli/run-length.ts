/** More messages than this take V8 longer than what it saves in a run that is expected to be short. */
const MOST_MESSAGES = 2 ** 21;

/** Versions of V8 in which the flags below were tried: it complains of those that it does not know. */
const [OLDEST, NEWEST] = [11, 13];

/** Commands for very many points: their code runs long enough to be worth all of V8's effort. */
const LONG = /^(sweep|tune|train tune)( |$)/;
/** Commands that simulate a few things, one after the other, and keep little. */
const SMALL = /^(collective|run) /;

/**
 * Prepares V8 for a command that is most likely over in a second or two. Much of the time of such a command goes into
 * optimising code: with less inlining that takes half as long, where code that runs for long becomes slower by a fifth.
 * Where little is kept, the space for new objects does not grow, so that less memory is touched; it is then too small
 * to be cleared by two threads.
 */
export function prepareFor(argv: readonly string[]): void {
  const words = `${argv.slice(0, 2).join(' ')} `;
  if (!/^[a-z]/.test(words) || LONG.test(words)) return;
  tell('--max-inlined-bytecode-size-cumulative=200');
  if (SMALL.test(words)) tell('--semi-space-growth-factor=1', '--no-parallel-scavenge');
}

/** Takes that back where there are many messages to simulate. Code that is optimised already stays so. */
export function foresee(messages: number): void {
  if (messages <= MOST_MESSAGES) return;
  // As V8 has them by itself.
  tell('--max-inlined-bytecode-size-cumulative=920', '--semi-space-growth-factor=2', '--parallel-scavenge');
}

function tell(...flags: readonly string[]): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version < OLDEST || version > NEWEST) return;
  // Not imported: that takes milliseconds, and --version does not need it.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}
