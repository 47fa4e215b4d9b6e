import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Warning } from '../base/warnings.js';
import type { FoldingMode, NetworkModel } from '../base/words.js';
import type { AstraSimWorkload } from '../formats/astra-sim/workload-from-astra-sim.js';
import { readConfigFile } from './config-file.js';
import { numberFlag, renaming } from './flags.js';
import type { Io } from './io.js';
import { networkFromFile, pathInFile } from './network-option.js';
import { customCollectives, readTraces } from './workload-files.js';

const EXAMPLES = `
Flags that are not listed are ignored with a warning, as the reference ignores them.

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
  readonly loggingConfiguration?: string;
  readonly loggingFolder?: string;
  readonly rendezvousProtocol?: string | boolean;
  readonly folding: string;
  readonly oneTrace?: boolean;
  readonly dropMissingDependencies?: boolean;
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
    .option('--compute-scale <x>', 'changes nothing in the analytical backends', '1')
    .option('--comm-scale <x>', 'changes nothing in the analytical backends', '1')
    .option('--rendezvous-protocol [b]', 'not honoured')
    .option('--logging-configuration <file>', 'not honoured')
    .option('--logging-folder <dir>', 'not honoured')
    .option('--folding <mode>', 'off simulates every NPU, also those that act alike (ours)', 'auto')
    .option('--one-trace', 'all NPUs run PREFIX.0.et (ours)')
    .option('--drop-missing-dependencies', 'leave out dependencies on nodes that a trace does not have (ours)')
    .option('--json', 'print the full result (ours)')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags, command: Command) => runWorkload(flags, command.args, io));
}

async function runWorkload(flags: Flags, ignored: readonly string[], io: Io): Promise<void> {
  const files = loadFiles(flags);
  const [{ simulateWorkload }, { workloadFromAstraSim }, { reportLines, summaryLines }] = await Promise.all([
    import('../workload/simulate-workload.js'),
    import('../formats/astra-sim/workload-from-astra-sim.js'),
    import('./workload-text.js'),
  ]);
  const answer = renaming(
    () => simulateWorkload(workloadFromAstraSim(files.input)),
    (path) => inFiles(path, flags),
  );
  const result = { ...answer, warnings: [...unsupported(flags, ignored), ...files.warnings, ...answer.warnings] };
  if (flags.json) {
    io.out(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  io.out(`${[...reportLines(result)].join('\n')}\n`);
  for (const line of summaryLines(result)) io.err(`# ${line}\n`);
}

/** Reads every file that the flags name, and nothing else. */
function loadFiles(flags: Flags): { readonly input: AstraSimWorkload; readonly warnings: readonly Warning[] } {
  const network = readConfigFile(flags.networkConfiguration, '--network-configuration');
  // Checked at once: how many trace files there have to be depends on it.
  const { topology } = networkFromFile(flags.networkConfiguration, '--network-configuration');
  const npus = (topology as readonly { readonly npus: number }[]).reduce((product, one) => product * one.npus, 1);
  const system = readConfigFile(flags.systemConfiguration, '--system-configuration');
  const { traces, files, warnings } = readTraces(flags.workloadConfiguration, npus, flags.oneTrace === true);
  const memory = optional(flags.remoteMemoryConfiguration, '--remote-memory-configuration');
  const groups = optional(flags.commGroupConfiguration, '--comm-group-configuration');
  const input = {
    network: network.value,
    system: system.value,
    traces,
    files,
    backend: flags.networkBackend as NetworkModel,
    queuesPerDim: numberFlag(flags.numQueuesPerDim, '--num-queues-per-dim'),
    injectionScale: numberFlag(flags.injectionScale, '--injection-scale'),
    folding: flags.folding as FoldingMode,
    dropMissingDependencies: flags.dropMissingDependencies === true,
    dropIn: true,
    ...customCollectives(system.value),
    ...(memory === undefined ? {} : { remoteMemory: memory.value }),
    ...(groups === undefined ? {} : { commGroups: groups.value as NonNullable<AstraSimWorkload['commGroups']> }),
  };
  const ofFiles = [network, system, memory, groups].flatMap((file) => file?.warnings ?? []);
  return { input, warnings: [...ofFiles, ...warnings] };
}

/** A file that need not be given or, if its name says that it is empty, be there: the reference's word for none. */
function optional(file: string | undefined, flag: string) {
  if (file === undefined || (file.includes('empty') && !existsSync(file))) return undefined;
  return readConfigFile(file, flag);
}

/** Where an issue is, in the words of the files and flags that the user wrote. */
function inFiles(path: string, flags: Flags): string {
  const files: Readonly<Record<string, string | undefined>> = {
    network: flags.networkConfiguration,
    system: flags.systemConfiguration,
    remoteMemory: flags.remoteMemoryConfiguration,
    commGroups: flags.commGroupConfiguration,
    groups: flags.commGroupConfiguration,
  };
  const [, collective] = /^algorithms\.([a-z-]+)/.exec(path) ?? [];
  if (collective !== undefined) return `${flags.systemConfiguration}: ${collective}-implementation`;
  if (path === 'splits') return `${flags.systemConfiguration}: preferred-dataset-splits`;
  if (path.startsWith('topology')) return `${flags.networkConfiguration}: ${path}`;
  if (path === 'backend') return '--network-backend';
  if (path === 'queuesPerDim') return '--num-queues-per-dim';
  if (path === 'injectionScale') return '--injection-scale';
  if (path === 'folding') return '--folding';
  const name = Object.keys(files).find((key) => path === key || path.startsWith(`${key}.`));
  return name === undefined ? path : pathInFile(path, name, files[name] ?? name);
}

/** Flags of the reference that change nothing here, when they ask for something; and words that nobody knows. */
function unsupported(flags: Flags, ignored: readonly string[]): Warning[] {
  const { rendezvousProtocol: rendezvous = 'false', loggingConfiguration, loggingFolder } = flags;
  const asked: Record<string, boolean> = {
    '--rendezvous-protocol':
      rendezvous === true || !['false', '0', 'no', 'off'].includes(String(rendezvous).toLowerCase()),
    '--logging-configuration': ![undefined, 'empty'].includes(loggingConfiguration),
    '--logging-folder': ![undefined, 'log'].includes(loggingFolder),
  };
  const notHonoured = Object.entries(asked).filter(([, isAsked]) => isAsked);
  return [
    ...notHonoured.map(([flag]): Warning => {
      return { code: 'flag-not-honoured', message: `${flag} is not honoured: it changes nothing here`, data: { flag } };
    }),
    ...ignored.map((word): Warning => {
      return {
        code: 'unknown-flag',
        message: `${word} is not known, and ignored as the reference does`,
        data: { word },
      };
    }),
  ];
}
