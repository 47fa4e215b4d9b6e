import { type Command, Option } from 'commander';
import type { Io } from './io.js';
import type { NcclFlags } from './nccl-command.js';

const EXAMPLES = `
NCCL 2.30 chooses by this prediction. It serves to select, not to measure: against
measured times, with nothing fitted, it errs by a third at the median (docs/validation.md).

Sizes are those of nccl-tests: one rank's buffer, or for an all-gather or a reduce-scatter the
whole buffer. Channels are those that get data, out of those that NCCL gives the call.

Examples:
  $ astra-sim-ts nccl --machine dgx-h100 --nodes 2 --collective all-reduce -b 1M -e 1G
  $ astra-sim-ts nccl --machine dgx-a100 -b 8 -e 8G --csv > choices.csv
`;

/** `astra-sim-ts nccl`: what NCCL would choose and predict. */
export function addNcclCommand(program: Command, io: Io): void {
  program
    .command('nccl')
    .description('print what NCCL would choose over a range of sizes, and the times it predicts')
    .requiredOption('--machine <name>', 'dgx-v100, dgx-a100, dgx-h100 or dgx-b200')
    .option('--nodes <number>', 'number of nodes', '1')
    .option('--gpus-per-node <number>', 'GPUs per node', '8')
    .option('--collective <name>', 'all-reduce, all-gather, reduce-scatter, broadcast or reduce', 'all-reduce')
    .option('-b, --minbytes <size>', 'smallest size', '1M')
    .option('-e, --maxbytes <size>', 'largest size (default: the smallest)')
    .option('-f, --stepfactor <number>', 'factor from one size to the next', '2')
    .addOption(
      new Option('--json', 'print every choice in full, with all candidates that NCCL compares').conflicts('csv'),
    )
    .option('--csv', 'print one line per size, units in the column names')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: NcclFlags) => {
      const { ncclCommand } = await import('./nccl-command.js');
      ncclCommand(flags, io);
    });
}
