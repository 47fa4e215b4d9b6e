import type { Command } from 'commander';
import type { JobsFlags } from './cluster/jobs-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
The file:

  machine:
    topology: "graph: fat-tree(4x4, 50 GB/s, 500 ns, oversubscription = 4)"
    switching: cut-through
  jobs:                # each a collective on its own NPUs, starting at time 0
    - { name: a, npus: [0, 1, 4, 5], collective: all-reduce, size: 64 MiB, count: 4 }
    - { name: b, npus: [2, 6], collective: all-to-all, size: 16 MiB, count: 8 }

Examples:
  $ astra-sim-ts jobs shared.yml
  $ astra-sim-ts jobs shared.yml --json
`;

/** `astra-sim-ts jobs`: how much jobs on one network slow each other down. */
export function addJobsCommand(program: Command, io: Io): void {
  program
    .command('jobs')
    .description('run several jobs at once on one network, and print how much each slows down')
    .argument('<file>', 'the machine and its jobs (YAML or JSON); - for standard input')
    .option('--costs <file>', 'bandwidths and latencies fitted by calibrate --topology --out')
    .option('--json', 'print the input as understood and all of the result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: JobsFlags) => {
      const { jobsCommand } = await import('./cluster/jobs-command.js');
      await jobsCommand(file, flags, io);
    });
}
