import { printable } from '../base/errors.js';
import { EXIT } from './exit-codes.js';
import { run } from './run.js';

/** Runs a command line on the process's own streams. */
export async function startProcess(argv: readonly string[]): Promise<void> {
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough (`| head`) is no error.
      if (error.code === 'EPIPE') process.exit();
      if (stream === process.stdout) process.stderr.write(`error: ${name}: cannot be written: ${error.message}\n`);
      process.exit(EXIT.output);
    });
  }
  // Set rather than exit: what is still in the pipe gets written.
  process.exitCode = await run(argv, {
    out: (text) => process.stdout.write(text),
    // File names and words of the user's may hold what a terminal obeys.
    err: (text) => process.stderr.write(text.split('\n').map(printable).join('\n')),
  });
}
