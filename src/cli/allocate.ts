import { type Command, Option } from 'commander';
import type { AllocateFlags } from './cluster/allocate-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
The file (only --judge needs the kind and the latency of each dimension):

  total: 600 GB/s
  collectives:
    - { collective: all-reduce, bytes: 800 MB, sizes: [8, 1], count: 8 }
    - { collective: all-reduce, bytes: 300 MB }
  dimensions:
    - { npus: 8, kind: ring, latency: 500 ns, atMost: 450 GB/s }
    - { npus: 16, kind: switch, latency: 2 us, price: 4 }

Instead of collectives: workload: trace.0.et, a Chakra trace of one NPU, and its groups: { name: [0, 1, ...] }.
Instead of total or in addition to it: budget, in dollars.

Examples:
  $ astra-sim-ts allocate mix.yml
  $ astra-sim-ts allocate mix.yml --front 9
  $ astra-sim-ts allocate mix.yml --judge --json > verdict.json
`;

/** `astra-sim-ts allocate`: how much bandwidth where. */
export function addAllocateCommand(program: Command, io: Io): void {
  program
    .command('allocate')
    .description('split bandwidth over the dimensions of a network, for the collectives in a file')
    .argument('<file>', 'options (YAML or JSON); - for standard input')
    .option('--front <points>', 'print allocations from the least time x price to the fastest')
    .addOption(new Option('--judge', 'simulate the allocation, and search for a better one').conflicts('front'))
    .option('--json', 'print the resolved input and the full result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: AllocateFlags) => {
      const { allocateCommand } = await import('./cluster/allocate-command.js');
      allocateCommand(file, flags, io);
    });
}
