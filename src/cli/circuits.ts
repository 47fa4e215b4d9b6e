import type { Command } from 'commander';
import type { CircuitsFlags } from './cluster/circuits-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
The file:

  algorithm: all-reduce-halving-doubling   # or steps: [{ bytes: 1 MB, circuit: 1 }, ...]
  npus: 16
  size: 32 MB
  switches: 3
  bandwidth: 50 GB/s
  latency: 20 us
  reconfiguration: 200 us
  search: exact                            # or naive, one-shot, greedy, local-search; or plan: [[0, 1], [2], ...]

Examples:
  $ astra-sim-ts circuits pod.yml
  $ astra-sim-ts circuits pod.yml --timeline
`;

/** `astra-sim-ts circuits`: which circuits when. */
export function addCircuitsCommand(program: Command, io: Io): void {
  program
    .command('circuits')
    .description('schedule the circuits of optical switches for the steps of a collective')
    .argument('<file>', 'options (YAML or JSON); - for standard input')
    .option('--timeline', 'print when each switch does what, instead of the steps')
    .option('--json', 'print the resolved input and the full result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: CircuitsFlags) => {
      const { circuitsCommand } = await import('./cluster/circuits-command.js');
      circuitsCommand(file, flags, io);
    });
}
