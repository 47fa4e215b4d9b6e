import { ConfigError } from 'astra-sim-ts';
import { Command, CommanderError, Option } from 'commander';
import { antiBenefitLines } from './report/anti-benefit-text.js';
import { studyLines } from './report/study-text.js';
import { antiBenefit } from './tables/anti-benefit.js';
import { runStudy, type StudyReport } from './tables/run-study.js';
import { findStudies } from './tables/studies.js';

/** Where the command prints: the process's streams, or a test's buffers. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What the process ends with. */
const EXIT = {
  complete: 0,
  /** A number differs from the published one. */
  difference: 1,
  configuration: 2,
  defect: 70,
  /** The report cannot be written. */
  output: 74,
} as const;

const HELP = `
Examples:
  $ npm run study
  $ npm run study -- active-chunks three-tiers
  $ npm run --silent study -- --json > study.json
  $ npm run study -- --report report            (takes minutes; --quick: seconds)

Exit codes: 0 all numbers equal, 1 a number differs from the published one, 2 wrong arguments,
70 a defect, 74 the report cannot be written.
`;

interface Flags {
  readonly json?: boolean;
  readonly report?: string;
  readonly quick?: boolean;
  readonly png?: boolean;
}

/** Runs the study's command line and returns the exit code; prints through `io` only. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.complete;
  const program = new Command('study')
    .description('run the published ASTRA-sim study again and compare every number with the published one')
    .argument('[names...]', 'tables to run (default: all)')
    .addOption(new Option('--json', 'print all points').conflicts('report'))
    .option(
      '--report <folder>',
      'run everything, set every claim against it, and write a page with pictures and tables',
    )
    .option('--quick', 'with --report: leave out the congestion-aware runs that take minutes')
    .option('--png', 'with --report: draw the pictures as PNG too')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .action(async (names: string[], flags: Flags) => {
      const studies = flags.report === undefined ? tables(names, flags.json === true, io) : await report(flags, io);
      if (studies.some(({ mismatches }) => mismatches.length > 0)) code = EXIT.difference;
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

/** The report is of the whole study, whichever tables are named. */
async function report({ report: folder = '', quick = false, png = false }: Flags, io: Io) {
  const { writeReport } = await import('./report/write-report.js');
  const { studies, findings } = await writeReport(folder, { quick, png }, io.err);
  const { findingLines } = await import('./report/findings-text.js');
  io.out(`${findingLines(findings).join('\n')}\nWritten: ${folder}/index.html\n`);
  return studies;
}

function tables(names: readonly string[], json: boolean, io: Io): readonly StudyReport[] {
  const studies = findStudies(names).map((one) => runStudy(one));
  const sweep = studies.find(({ name }) => name === 'sweep-360');
  const benefit = sweep === undefined ? undefined : antiBenefit(sweep);
  if (json) {
    io.out(`${JSON.stringify({ studies, ...(benefit === undefined ? {} : { antiBenefit: benefit }) }, null, 2)}\n`);
  } else {
    const lines = [...studyLines(studies), ...(benefit === undefined ? [] : ['', ...antiBenefitLines(benefit)])];
    io.out(`${lines.join('\n')}\n`);
  }
  return studies;
}

/** Prints what went wrong, in lines for people, and returns the exit code for it. */
function explain(error: unknown, io: Io): number {
  // Commander has printed it. Asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.complete : EXIT.configuration;
  if (error instanceof ConfigError) {
    for (const line of error.message.split('\n')) io.err(`error: ${line}\n`);
    return EXIT.configuration;
  }
  if (error instanceof Error && 'syscall' in error) {
    io.err(`error: ${error.message}\n`);
    return EXIT.output;
  }
  io.err(`internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.defect;
}
