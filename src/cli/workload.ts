import type { Command } from 'commander';
import type { Io } from './io.js';
import type { WorkloadFlags } from './run-workload.js';

const EXAMPLES = `
As in the reference, unlisted flags are ignored, but with a warning. One of the
files, except traces, may come from standard input: "-".

Examples:
  $ astra-sim-ts run --workload-configuration=llama --system-configuration=system.json \\
      --network-configuration=network.yml --remote-memory-configuration=memory.json
  $ astra-sim-ts run ... --topology "graph: fat-tree(4x2, 50 GB/s, 500 ns)"
  $ astra-sim-ts run ... --network-backend=congestion-aware --json > result.json
`;

/** `astra-sim-ts run`: the reference's command line, on the reference's files. */
export function addWorkloadCommand(program: Command, io: Io): void {
  program
    .command('run')
    .description("run a workload from the reference's files, with the reference's flags and output")
    .requiredOption('--workload-configuration <prefix>', 'Chakra traces: files PREFIX.<npu>.et')
    .requiredOption('--system-configuration <file>', 'system, JSON')
    .option('--network-configuration <file>', 'network, YAML')
    .option(
      '--topology <text|file>',
      'a network in shorthand, a cluster such as "dgx-h100 x 32", or a file of links, instead of --network-configuration (ours)',
    )
    .option('--remote-memory-configuration <file>', 'remote memory, JSON')
    .option('--comm-group-configuration <file>', 'communicator groups, JSON')
    .option('--network-backend <name>', 'congestion-unaware or congestion-aware', 'congestion-unaware')
    .option('--num-queues-per-dim <n>', 'queues per dimension', '1')
    .option('--injection-scale <x>', 'multiplies the end-point delay', '1')
    .option('--compute-scale <x>', 'changes nothing in the analytical backends', '1')
    .option('--comm-scale <x>', 'changes nothing in the analytical backends', '1')
    .option('--rendezvous-protocol [b]', 'every message waits for a request from its receiver', 'false')
    .option('--logging-configuration <file>', 'not honoured')
    .option('--logging-folder <dir>', 'not honoured')
    .option('--folding <mode>', 'off simulates every NPU, even those that act alike (ours)', 'auto')
    .option('--one-trace', 'all NPUs run PREFIX.0.et (ours)')
    .option('--drop-missing-dependencies', 'leave out dependencies on nodes that a trace does not have (ours)')
    .option('--costs <file>', 'costs fitted to measurements, from calibrate --out (ours)')
    .option('--json', 'print the full result (ours)')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkloadFlags, command: Command) => {
      const { runWorkload } = await import('./run-workload.js');
      await runWorkload(flags, command.args, io);
    });
}
