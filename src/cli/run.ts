import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { packageInfo } from './version.js';

/** Runs the command line and returns the exit code; prints through `io` only. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [only = '', ...more] = argv;
  if (['-V', '--version'].includes(only) && more.length === 0) {
    io.out(`${packageInfo().version}\n`);
    return EXIT.complete;
  }
  // Of its own, so that the version is there before all that parses flags is.
  const { commandLine } = await import('./command-line.js');
  return commandLine(argv, io);
}
