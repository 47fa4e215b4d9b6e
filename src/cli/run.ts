import { Command, CommanderError } from 'commander';
import { ConfigError, SimulationError } from '../base/errors.js';
import { addCollectiveCommand } from './collective.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { addSweepCommand } from './sweep.js';
import { addTraceCommand } from './trace.js';
import { addTuneCommand } from './tune.js';
import { packageInfo } from './version.js';
import { addWorkloadCommand } from './workload.js';

const EXIT_CODES = `
Exit codes:
  0   complete
  2   wrong arguments or files
  3   the simulation could not go on
  70  a defect in this program
  74  results cannot be written
  130 stopped by the user
`;

/** Runs the command line and returns the exit code; prints through `io` only. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.complete;
  const program = new Command('astra-sim-ts')
    .description('Exact, fast analytical simulator of collective communication on accelerator networks')
    .version(packageInfo().version, '-V, --version', 'print the version')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  addCollectiveCommand(program, io);
  addWorkloadCommand(program, io);
  addTraceCommand(program, io);
  const endWith = (ended: number) => {
    code = ended;
  };
  addSweepCommand(program, io, endWith);
  addTuneCommand(program, io, endWith);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

/** Prints what went wrong, in lines for people, and returns the exit code for it. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    // Already printed. Asking for help or the version is no error.
    return error.exitCode === 0 ? EXIT.complete : EXIT.configuration;
  }
  if (error instanceof ConfigError) {
    for (const line of error.message.split('\n')) io.err(`error: ${line}\n`);
    return EXIT.configuration;
  }
  if (error instanceof SimulationError) {
    io.err(`error: ${error.message} (at ${error.timeNs} ns of simulated time)\n`);
    return EXIT.simulation;
  }
  io.err(`internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.defect;
}
