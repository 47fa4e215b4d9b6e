import { run } from './command.js';

// Set rather than exit: what is still in the pipe gets written.
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
