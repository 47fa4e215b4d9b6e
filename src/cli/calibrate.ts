import type { Command } from 'commander';
import type { CalibrateFlags } from './calibrate/calibrate-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
Logs are those of nccl-tests and rccl-tests (text or JSON), of the OSU benchmarks, or plain
tables: "# key: value" lines, then "# columns: bytes time_us". Each table needs four sizes over
three decades. The command fits every form to every other size and judges it on the sizes between;
it keeps the form with the least error there and fits it to all sizes. Tables of one collective on
several numbers of nodes also give a law across nodes.

Errors above 20 % give a warning. A fitted number describes the runs it was fitted to; it
is not a property of the hardware.

Examples:
  $ astra-sim-ts calibrate all-reduce.log --out costs.json
  $ srun ./all_reduce_perf -b 8 -e 1G -f 2 | astra-sim-ts calibrate -
  $ astra-sim-ts calibrate all-reduce.log --topology "switch(8, 300 GB/s, 500 ns)" --out costs.json
  $ astra-sim-ts calibrate 2-nodes.log 4-nodes.log --machine dgx-h100 --json
`;

/** `astra-sim-ts calibrate`: fits models to measured times. */
export function addCalibrateCommand(program: Command, io: Io): void {
  program
    .command('calibrate')
    .description('fit cost models to measured times; print how far they err on unseen sizes')
    .argument('<logs...>', 'logs with measured times; - for standard input')
    .option('--form <name>', 'line, root, lines, power or table (default: the form with the least error)')
    .option('--machine <name>', "dgx-v100, dgx-a100, dgx-h100 or dgx-b200: NCCL's formula for other numbers of nodes")
    .option('--topology <text>', "also fit the simulator's bandwidths and latencies, starting from these")
    .option('--algorithms <names>', "the simulator's, with --topology: one, or one per dimension", 'ring')
    .option('--out <file>', 'write the calibration to this file, as JSON')
    .option('--json', 'print the calibration and what the logs had to skip')
    .addHelpText('after', EXAMPLES)
    .action(async (logs: string[], flags: CalibrateFlags) => {
      const { calibrateCommand } = await import('./calibrate/calibrate-command.js');
      await calibrateCommand(logs, flags, io);
    });
}
