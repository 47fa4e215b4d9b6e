import type { Command } from 'commander';
import type { Io } from './io.js';
import type { TuneFlags } from './sweep/tune-command.js';

const EXAMPLES = `
The file is one for sweep, and can say what to look for:

  tune:
    minimise: cost * time_ns     # default: time_ns
    price: [1, 1, 4, 10]         # of 1 GB/s of a link, per dimension
    budget: 2000                 # evaluations of a search
    exhaustiveUpTo: 20000        # points that are evaluated one and all

Examples:
  $ astra-sim-ts tune cluster.yml
  $ astra-sim-ts tune cluster.yml --minimise "cost * time_ns" --budget 5000
  $ astra-sim-ts tune cluster.yml --exhaustive --json > best.json
`;

/** `astra-sim-ts tune`: the best points of a design space. */
export function addTuneCommand(program: Command, io: Io, endWith: (code: number) => void): void {
  program
    .command('tune')
    .description('find the best points of a design space described in a sweep file')
    .argument('<file>', 'sweep file (YAML); - for standard input')
    .option('--minimise <expression>', 'what to minimise, instead of the objective in the file')
    .option('--budget <points>', 'most evaluations of a search')
    .option('--seed <text>', 'seed of the search')
    .option('--exhaustive', 'evaluate every point, however many there are')
    .option('--unphysical', 'keep points that are faster than their wires (default: leave them out)')
    .option('--costs <file>', 'costs fitted to measurements, for all points, from calibrate --out')
    .option('-n, --best <number>', 'how many points to print', '10')
    .option('-j, --workers <number>', 'threads; 0 for none (default: one per core)')
    .option('--json', 'print the input as resolved and all of the result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: TuneFlags) => {
      const { tuneCommand } = await import('./sweep/tune-command.js');
      endWith(await tuneCommand(file, flags, io));
    });
}
