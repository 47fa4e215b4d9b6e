import { Command, CommanderError } from 'commander';
import { ConfigError, SimulationError } from '../base/errors.js';
import { EXIT } from './exit-codes.js';
import { OutputError } from './files/output-error.js';
import type { Io } from './io.js';
import { jsonError } from './json-output.js';
import { Interrupted } from './sweep/interrupt.js';
import { WorkerLost } from './sweep/worker-lost.js';
import { packageInfo } from './version.js';

const EXIT_CODES = `
Exit codes:
  0   complete
  2   wrong arguments or files
  3   the simulation could not continue
  70  a bug in this program
  74  could not write results
  130 stopped by the user

Completion of commands and flags: source <(astra-sim-ts --completion bash), the same for zsh;
astra-sim-ts --completion fish | source.
`;

type AddCommand = (program: Command, io: Io, endWith: (code: number) => void) => void;

/** The commands, in the order of the help. Each loads when it is named, all of them for help and completion. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  collective: async () => (await import('./collective.js')).addCollectiveCommand,
  compare: async () => (await import('./compare.js')).addCompareCommand,
  run: async () => (await import('./workload.js')).addWorkloadCommand,
  trace: async () => (await import('./trace.js')).addTraceCommand,
  sweep: async () => (await import('./sweep.js')).addSweepCommand,
  tune: async () => (await import('./tune.js')).addTuneCommand,
  train: async () => (await import('./train.js')).addTrainCommand,
  calibrate: async () => (await import('./calibrate.js')).addCalibrateCommand,
  nccl: async () => (await import('./nccl.js')).addNcclCommand,
  allocate: async () => (await import('./allocate.js')).addAllocateCommand,
  circuits: async () => (await import('./circuits.js')).addCircuitsCommand,
  place: async () => (await import('./place.js')).addPlaceCommand,
  jobs: async () => (await import('./jobs.js')).addJobsCommand,
};

/** Parses a command line and runs its command; returns the exit code. */
export async function commandLine(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.complete;
  const json = argv.includes('--json');
  let completion: string | undefined;
  const program = new Command('astra-sim-ts')
    .description('Exact, fast analytical simulator of collective communication on accelerator networks')
    .version(packageInfo().version, '-V, --version', 'print the version')
    .option('--completion <shell>', 'print a script that completes commands and flags: bash, zsh or fish')
    .addHelpText('after', EXIT_CODES)
    // Flags after a command belong to it: `train tune` shares some names with `train`.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, ...(json ? { outputError: () => {} } : {}) });
  const endWith = (ended: number) => {
    code = ended;
  };
  const [named = ''] = argv;
  const alone = Object.hasOwn(COMMANDS, named);
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (!alone || name === named) (await load())(program, io, endWith);
  }
  program.on('option:completion', (shell: string) => {
    completion = shell;
    throw new CommanderError(EXIT.complete, 'completion', '');
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (completion !== undefined) return printCompletion(program, completion, io, json);
    return explain(error, io, json);
  }
}

async function printCompletion(program: Command, shell: string, io: Io, json: boolean): Promise<number> {
  const { completionScript } = await import('./completion.js');
  try {
    io.out(completionScript(program, shell));
    return EXIT.complete;
  } catch (error) {
    return explain(error, io, json);
  }
}

/** Prints an error, as text or with `--json` as JSON, and returns its exit code. */
function explain(error: unknown, io: Io, json: boolean): number {
  // A request for help or the version is not an error.
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.complete;
  const code = exitCodeOf(error);
  if (json) io.err(jsonError(error, code));
  // Commander has printed its own errors.
  else if (!(error instanceof CommanderError)) for (const line of linesOf(error)) io.err(`${line}\n`);
  return code;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError || error instanceof ConfigError) return EXIT.configuration;
  if (error instanceof SimulationError || error instanceof WorkerLost) return EXIT.simulation;
  if (error instanceof OutputError) return EXIT.output;
  return error instanceof Interrupted ? EXIT.interrupted : EXIT.defect;
}

function linesOf(error: unknown): string[] {
  if (error instanceof ConfigError) return error.message.split('\n').map((line) => `error: ${line}`);
  if (error instanceof SimulationError) return [`error: ${error.message} (at ${error.timeNs} ns of simulated time)`];
  if (error instanceof OutputError || error instanceof WorkerLost) return [`error: ${error.message}`];
  if (error instanceof Interrupted) return [error.message];
  return [`internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`];
}
