import { printable } from '../base/errors.js';
import { EXIT } from './exit-codes.js';
import { run } from './run.js';
import { foresee, prepareFor } from './run-length.js';

/** Runs a command line on the process's own streams. */
export async function startProcess(argv: readonly string[]): Promise<void> {
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that stops early (`| head`) is not an error.
      if (error.code === 'EPIPE') process.exit();
      if (stream === process.stdout) process.stderr.write(`error: ${name}: cannot be written: ${error.message}\n`);
      process.exit(EXIT.output);
    });
  }
  prepareFor(argv);
  // Sets the code instead of exiting, so that pending output gets written.
  process.exitCode = await run(argv, {
    out: (text) => process.stdout.write(text),
    // The user's file names and words may contain terminal control characters.
    err: (text) => process.stderr.write(text.split('\n').map(printable).join('\n')),
    foresee,
  });
}
