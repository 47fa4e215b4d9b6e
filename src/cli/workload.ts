import type { Command } from 'commander';
import { ConfigError, show } from '../base/errors.js';
import type { NetworkModel } from '../engine/job.js';
import type { WorkloadInput } from '../workload/set-up.js';
import type { Io } from './io.js';

const EXAMPLES = `
Examples:
  $ astra-sim-ts run --workload-configuration=llama --system-configuration=system.json \\
      --network-configuration=network.yml --remote-memory-configuration=memory.json
  $ astra-sim-ts run ... --network-backend=congestion-aware --json > result.json
`;

interface Flags {
  readonly workloadConfiguration: string;
  readonly systemConfiguration: string;
  readonly networkConfiguration: string;
  readonly remoteMemoryConfiguration?: string;
  readonly commGroupConfiguration?: string;
  readonly networkBackend: string;
  readonly numQueuesPerDim: string;
  readonly injectionScale: string;
  readonly commScale: string;
  readonly rendezvousProtocol: string;
  readonly loggingConfiguration?: string;
  readonly loggingFolder?: string;
  readonly folding: string;
  readonly json?: boolean;
}

/** `astra-sim-ts run`: the reference's command line, on the reference's files. */
export function addWorkloadCommand(program: Command, io: Io): void {
  program
    .command('run')
    .description("run a workload from the reference's files, with the reference's flags and output")
    .requiredOption('--workload-configuration <prefix>', 'Chakra traces: files PREFIX.<npu>.et')
    .requiredOption('--system-configuration <file>', 'system, JSON')
    .requiredOption('--network-configuration <file>', 'network, YAML')
    .option('--remote-memory-configuration <file>', 'remote memory, JSON')
    .option('--comm-group-configuration <file>', 'communicator groups, JSON')
    .option('--network-backend <name>', 'congestion-unaware or congestion-aware', 'congestion-unaware')
    .option('--num-queues-per-dim <n>', 'queues per dimension', '1')
    .option('--injection-scale <x>', 'multiplies the end-point delay', '1')
    .option('--comm-scale <x>', 'not honoured', '1')
    .option('--rendezvous-protocol <b>', 'not honoured', 'false')
    .option('--logging-configuration <file>', 'not honoured')
    .option('--logging-folder <dir>', 'not honoured')
    .option('--folding <mode>', 'off simulates every NPU, also those that act alike (ours)', 'auto')
    .option('--json', 'print the full result (ours)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => runWorkload(flags, io));
}

async function runWorkload(flags: Flags, io: Io): Promise<void> {
  const notHonoured = unsupported(flags);
  const [{ simulateWorkload }, files, { reportLines, summaryLines }] = await Promise.all([
    import('../workload/simulate-workload.js'),
    import('./workload-files.js'),
    import('./workload-text.js'),
  ]);
  const input = loadWorkload(flags, files);
  const answer = simulateWorkload(input);
  const result = { ...answer, warnings: [...notHonoured, ...answer.warnings] };
  if (flags.json) {
    io.out(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  io.out(`${[...reportLines(result)].join('\n')}\n`);
  for (const line of summaryLines(result)) io.err(`# ${line}\n`);
}

/** Reads every file that the flags name, and nothing else. */
function loadWorkload(flags: Flags, read: typeof import('./workload-files.js')): WorkloadInput {
  const network = read.readConfigFile(flags.networkConfiguration, '--network-configuration');
  const system = read.readConfigFile(flags.systemConfiguration, '--system-configuration');
  const files = read.traceFiles(flags.workloadConfiguration, countNpus(network, flags.networkConfiguration));
  /** A file that need not be given; `empty` is the reference's word for none. */
  const optional = (file: string | undefined, flag: string) =>
    file === undefined || file === 'empty' ? undefined : read.readConfigFile(file, flag);
  const memory = optional(flags.remoteMemoryConfiguration, '--remote-memory-configuration');
  const groups = optional(flags.commGroupConfiguration, '--comm-group-configuration');
  return {
    network,
    system,
    traces: files.map(read.readBytes),
    files,
    backend: flags.networkBackend as NetworkModel,
    queuesPerDim: number(flags.numQueuesPerDim, '--num-queues-per-dim'),
    injectionScale: number(flags.injectionScale, '--injection-scale'),
    folding: flags.folding as 'auto' | 'off',
    ...read.customCollectives(system),
    ...(memory === undefined ? {} : { remoteMemory: memory }),
    ...(groups === undefined ? {} : { commGroups: groups as NonNullable<WorkloadInput['commGroups']> }),
  };
}

function countNpus(network: unknown, file: string): number {
  const counts = (network as { npus_count?: unknown } | null)?.npus_count;
  if (!Array.isArray(counts) || !counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
    throw new ConfigError([{ path: `${file}: npus_count`, expected: 'a list of whole numbers', got: show(counts) }]);
  }
  return counts.reduce((product, count) => product * count, 1);
}

function number(text: string, flag: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new ConfigError([{ path: flag, expected: 'a number', got: show(text) }]);
  return value;
}

/** Flags of the reference that change nothing here, when they ask for something. */
function unsupported(flags: Flags): { code: 'flag-not-honoured'; message: string }[] {
  const asked: Record<string, boolean> = {
    '--comm-scale': Number(flags.commScale) !== 1,
    '--rendezvous-protocol': !['false', '0', 'no', 'off'].includes(flags.rendezvousProtocol.toLowerCase()),
    '--logging-configuration': ![undefined, 'empty'].includes(flags.loggingConfiguration),
    '--logging-folder': ![undefined, 'log'].includes(flags.loggingFolder),
  };
  return Object.entries(asked)
    .filter(([, isAsked]) => isAsked)
    .map(([flag]) => ({ code: 'flag-not-honoured', message: `${flag} is not honoured: it changes nothing here` }));
}
