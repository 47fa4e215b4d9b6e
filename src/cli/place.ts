import { type Command, Option } from 'commander';
import type { PlaceFlags } from './cluster/place-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
The file, for a simulated network:

  machine:
    topology: "graph: fat-tree(8x4, 50 GB/s, 500 ns, oversubscription = 4)"
    switching: cut-through
  hosts: 8            # consecutive NPUs per host; or a list for each
  busy: [0, 1, 9]
  npus: 10            # to place
  collective: all-reduce
  size: 64 MiB
  jobs:
    - { name: other, npus: [2, 3, 16, 17], collective: all-reduce, size: 64 MiB, count: 2 }

Or for hosts by their bandwidths: hosts: [{ gpus, intraBandwidth, nics, nicBandwidth }], free, gpus, bytes, jobs.

Examples:
  $ astra-sim-ts place cluster.yml
  $ astra-sim-ts place cluster.yml --search compact
  $ astra-sim-ts place cluster.yml --compare
`;

/** `astra-sim-ts place`: which NPUs for which job. */
export function addPlaceCommand(program: Command, io: Io): void {
  program
    .command('place')
    .description("choose the NPUs on which a job's collective is fastest, next to other jobs")
    .argument('<file>', 'options (YAML or JSON); - for standard input')
    .option('--search <name>', 'compact, best-fit, spread, eliminate, eliminate-and-improve or exhaustive')
    .addOption(new Option('--compare', 'run every search, and compare').conflicts('search'))
    .option('--costs <file>', 'bandwidths and latencies fitted by calibrate --topology --out')
    .option('--json', 'print the input as understood and all of the result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: PlaceFlags) => {
      const { placeCommand } = await import('./cluster/place-command.js');
      await placeCommand(file, flags, io);
    });
}
