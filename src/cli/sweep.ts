import type { Command } from 'commander';
import type { Io } from './io.js';
import type { SweepFlags } from './sweep/flags.js';

const EXAMPLES = `
A sweep file (YAML) has a base spec and axes, the last one fastest:

  base:
    collective: all-reduce
    topology: ring(8, 600 GiB/s, 500 ns) x ring(\${npus / 8}, \${600 / ratio} GiB/s, 2 us)
    size: 100 MiB
  axes:
    ratio: [1, 4, 8, 16, 48]                  # a name of its own, for expressions
    npus: { from: 16, to: 256, factor: 2 }
    splits: { from: 4, to: 64, factor: 2 }    # a field of the spec
  where: npus * ratio <= 2048

Examples:
  $ astra-sim-ts sweep space.yml --dry-run
  $ astra-sim-ts sweep space.yml --out results.csv
  $ astra-sim-ts sweep space.yml --out results.csv --resume
  $ astra-sim-ts sweep space.yml --out part-3.csv --shard 3/10
  $ astra-sim-ts sweep merge --out results.csv part-*.csv

Exit codes besides those of every command: 74 when results cannot be written, 130 when
stopped; rows written before are kept, and --resume goes on behind them. Beside FILE stand
FILE.sweep.json, which --resume and merge compare it with, and FILE.lock while it is written.
`;

/** `astra-sim-ts sweep`: simulates all points of a design space, as rows of a table. */
export function addSweepCommand(program: Command, io: Io, endWith: (code: number) => void): void {
  const command = program
    .command('sweep')
    .description('simulate every point of a design space described in a file; write a row for each')
    .argument('<file>', 'sweep file (YAML); - for standard input')
    .option('-o, --out <file>', 'file for the rows; .jsonl for JSON lines (default: standard output)')
    .option('--format <name>', 'csv, csv-safe or jsonl (default: by the name of --out)')
    .option('--csv-safe', "as --format csv-safe: put ' before texts that a spreadsheet would read as a formula")
    .option('--costs <file>', 'costs fitted to measurements, for all points, from calibrate --out')
    .option('-j, --workers <number>', 'threads; 0 for none (default: one per core)')
    .option('--resume', 'continue --out after its last whole row; start it if it is missing')
    .option('--overwrite', 'replace --out if it exists')
    .option('--shard <i/n>', 'only the i-th of n parts')
    .option('--dry-run', 'only check the file, count its points and estimate the time')
    .option('--json', 'print one JSON object: the input as resolved, and the rows, or with --out a summary')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: SweepFlags) => {
      const { sweepCommand } = await import('./sweep/sweep-command.js');
      endWith(await sweepCommand(file, flags, io));
    });
  command
    .command('merge')
    .description('join the shards of a sweep into the file that one run would have written')
    .argument('<files...>', 'all shards, complete, in any order')
    .option('-o, --out <file>', 'file for all rows')
    .option('--overwrite', 'replace --out if it exists')
    .option('--json', 'print a summary as one JSON object')
    .action(async (files: string[], _: unknown, merge: Command) => {
      const { mergeCommand } = await import('./sweep/merge-command.js');
      // Options that sweep also has arrive at sweep.
      endWith(await mergeCommand(files, merge.optsWithGlobals<SweepFlags>(), io));
    });
}
