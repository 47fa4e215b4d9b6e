import { existsSync } from 'node:fs';
import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { FoldingMode, NetworkModel } from '../base/words.js';
import { type AstraSimWorkload, workloadFromAstraSim } from '../formats/astra-sim/workload-from-astra-sim.js';
import { dimensionsOf } from '../spec/schema.js';
import { isClusterShorthand } from '../topology/cluster.js';
import { simulateWorkload } from '../workload/simulate-workload.js';
import type { WorkloadSpec } from '../workload/spec.js';
import { readConfigFile } from './config-file.js';
import { flagOf, numberFlag, renaming } from './flags.js';
import { messagesOfWorkload } from './foreseen-messages.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { gridOf, networkFromFile, pathInFile } from './network-option.js';
import { customCollectives, readTraces } from './workload-files.js';
import { reportLines, summaryLines } from './workload-text.js';

/** The flags of `run` from commander. */
export interface WorkloadFlags {
  readonly workloadConfiguration: string;
  readonly systemConfiguration: string;
  readonly networkConfiguration?: string;
  /** A network in shorthand, or a file of links. */
  readonly topology?: string;
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
  readonly costs?: string;
  readonly json?: boolean;
}

/** Runs `run` with its flags. In a separate file, so that help and other commands do not load it. */
export async function runWorkload(flags: WorkloadFlags, ignored: readonly string[], io: Io): Promise<void> {
  onceStandardInput(flags);
  const files = loadFiles(flags);
  const fitted = flags.costs === undefined ? {} : await (await import('./costs-file.js')).costsOf(flags.costs);
  const [spec, answer] = renaming(
    () => {
      const workload = { ...workloadFromAstraSim(files.input), ...fitted };
      io.foresee?.(messagesOfWorkload(workload));
      return [workload, simulateWorkload(workload)];
    },
    (path) => inFiles(path, flags),
  );
  const result = { ...answer, warnings: [...unsupported(flags, ignored), ...files.warnings, ...answer.warnings] };
  if (flags.json) {
    io.out(jsonOutput('run', resolvedInput(flags, spec), result));
    return;
  }
  io.out(`${[...reportLines(result)].join('\n')}\n`);
  for (const line of summaryLines(result)) io.err(`# ${line}\n`);
}

/** Flags that take a file. */
const FILE_FLAGS = [
  'networkConfiguration',
  'systemConfiguration',
  'remoteMemoryConfiguration',
  'commGroupConfiguration',
] as const;

/** Checks that only one flag reads standard input. */
function onceStandardInput(flags: WorkloadFlags): void {
  const both = FILE_FLAGS.filter((name) => flags[name] === '-').map(flagOf);
  if (both.length < 2) return;
  const expected = 'standard input (-) for one file';
  throw new ConfigError([{ path: both[1] as string, expected, got: `for ${both.join(' and ')}` }]);
}

/** The resolved input: the files by name, and their contents except for the graphs. */
function resolvedInput(flags: WorkloadFlags, spec: WorkloadSpec): object {
  const { graphs: _, customCollectives: custom, warnings: __, ...machine } = spec;
  const files = [...FILE_FLAGS, 'topology' as const].flatMap((name) =>
    flags[name] === undefined ? [] : [[name, flags[name]]],
  );
  return {
    files: { workloadConfiguration: flags.workloadConfiguration, ...Object.fromEntries(files) },
    ...machine,
    ...(custom === undefined ? {} : { customCollectives: Object.keys(custom) }),
  };
}

/** Reads the files that the flags name. */
function loadFiles(flags: WorkloadFlags): { readonly input: AstraSimWorkload; readonly warnings: readonly Warning[] } {
  const { npus, warnings: ofNetwork, ...network } = networkOf(flags);
  const system = readConfigFile(flags.systemConfiguration, '--system-configuration');
  const { traces, files, warnings } = readTraces(flags.workloadConfiguration, npus, flags.oneTrace === true);
  const memory = optional(flags.remoteMemoryConfiguration, '--remote-memory-configuration');
  const groups = optional(flags.commGroupConfiguration, '--comm-group-configuration');
  const input = {
    ...network,
    system: system.value,
    traces,
    files,
    backend: flags.networkBackend as NetworkModel,
    queuesPerDim: numberFlag(flags.numQueuesPerDim, '--num-queues-per-dim'),
    injectionScale: numberFlag(flags.injectionScale, '--injection-scale'),
    folding: flags.folding as FoldingMode,
    dropMissingDependencies: flags.dropMissingDependencies === true,
    dropIn: true,
    // Without a value the flag means yes.
    rendezvous: !['false', '0', 'no', 'off'].includes(String(flags.rendezvousProtocol).toLowerCase()),
    ...customCollectives(system.value),
    ...(memory === undefined ? {} : { remoteMemory: memory.value }),
    ...(groups === undefined ? {} : { commGroups: groups.value as NonNullable<AstraSimWorkload['commGroups']> }),
  };
  const ofFiles = [system, memory, groups].flatMap((file) => file?.warnings ?? []);
  return { input, warnings: [...ofNetwork, ...ofFiles, ...warnings] };
}

/** The network, checked at once because the number of trace files depends on it. */
function networkOf({ networkConfiguration: file, topology: text }: WorkloadFlags): Pick<
  AstraSimWorkload,
  'network' | 'topology'
> & {
  readonly npus: number;
  readonly warnings: readonly Warning[];
} {
  if ((file === undefined) === (text === undefined)) {
    const got = file === undefined ? 'neither' : 'both';
    throw new ConfigError([{ path: '--network-configuration', expected: 'a network file, or --topology', got }]);
  }
  if (file !== undefined) {
    const { value, warnings } = readConfigFile(file, '--network-configuration');
    return { network: value, npus: npusOf(gridOf(value, file).topology), warnings };
  }
  const given = text as string;
  const { topology, warnings = [] } = isShorthand(given) ? { topology: given } : networkFromFile(given, '--topology');
  const npus = renaming(
    () => npusOf(dimensionsOf(topology)),
    (path) => inTopology(path, given),
  );
  return { topology, npus, warnings };
}

function npusOf(dimensions: readonly { readonly npus: number }[]): number {
  return dimensions.reduce((product, { npus }) => product * npus, 1);
}

/** A cluster by name, or dimensions, which have brackets; file names mostly have none. */
function isShorthand(given: string): boolean {
  return given.includes('(') || isClusterShorthand(given);
}

function inTopology(path: string, given: string): string {
  return isShorthand(given) ? path.replace(/^topology/, '--topology') : `${given}: ${path.replace(/^topology\.?/, '')}`;
}

/** An optional file. As in the reference, a missing file with `empty` in its name means none. */
function optional(file: string | undefined, flag: string) {
  if (file === undefined || (file.includes('empty') && !existsSync(file))) return undefined;
  return readConfigFile(file, flag);
}

/** The place of an issue, in terms of the user's files and flags. */
function inFiles(path: string, flags: WorkloadFlags): string {
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
  if (path.startsWith('topology')) {
    const { networkConfiguration: file, topology } = flags;
    return topology === undefined ? `${file}: ${path}` : inTopology(path, topology);
  }
  if (path === 'backend') return '--network-backend';
  if (path === 'queuesPerDim') return '--num-queues-per-dim';
  if (path === 'injectionScale') return '--injection-scale';
  if (path === 'folding') return '--folding';
  const name = Object.keys(files).find((key) => path === key || path.startsWith(`${key}.`));
  return name === undefined ? path : pathInFile(path, name, files[name] ?? name);
}

/** Warns about flags of the reference that change nothing here, and about unknown words. */
function unsupported(flags: WorkloadFlags, ignored: readonly string[]): Warning[] {
  const { loggingConfiguration, loggingFolder } = flags;
  const asked: Record<string, boolean> = {
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
        message: `${word} is unknown and ignored, as in the reference`,
        data: { word },
      };
    }),
  ];
}
