import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { packageInfo } from './version.js';

/** Runs the command line and returns the exit code; prints only through `io`. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [only = '', ...more] = argv;
  if (['-V', '--version'].includes(only) && more.length === 0) {
    io.out(`${packageInfo().version}\n`);
    return EXIT.complete;
  }
  // A separate import, so that the version prints before the flag parser loads.
  const { commandLine } = await import('./command-line.js');
  return commandLine(argv, io);
}
