/** More messages than this take V8 longer than what it saves in a run that is expected to be short. */
const MOST_MESSAGES = 2 ** 21;

/** Versions of V8 in which the flags below were tried: it complains of those that it does not know. */
const [OLDEST, NEWEST] = [11, 13];

const SHORT = ['--max-inlined-bytecode-size-cumulative=200', '--semi-space-growth-factor=1', '--no-parallel-scavenge'];
/** As V8 has them by itself. */
const LONG = ['--max-inlined-bytecode-size-cumulative=920', '--semi-space-growth-factor=2', '--parallel-scavenge'];

/**
 * Prepares V8 for a run that is over in a second. Most of the time of such a run goes into optimising code:
 * with less inlining that takes half as long, where code that runs for long becomes slower by a fifth.
 * And the space for new objects does not grow, so that less memory is touched; it is too small to be worth a second thread.
 */
export function expectShortRun(): void {
  tell(SHORT);
}

/** Takes back {@link expectShortRun} where there are many messages to simulate. Code that is optimised already stays so. */
export function expectRunOf(messages: number): void {
  if (messages > MOST_MESSAGES) tell(LONG);
}

function tell(flags: readonly string[]): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version < OLDEST || version > NEWEST) return;
  // Not imported: that takes milliseconds, and most commands do not need it.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}
