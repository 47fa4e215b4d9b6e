import { ConfigError, show } from '../base/errors.js';
import { formatBytes } from '../base/units.js';
import { didYouMean } from '../base/validate.js';
import { type NcclCandidate, type NcclChoice, ncclChoose } from '../costs/nccl/choose.js';
import type { NcclMachine } from '../costs/nccl/machine.js';
import type { NcclCollective } from '../costs/nccl/names.js';
import { NCCL_PRESETS, type NcclPreset, type NcclPresetOptions, ncclMachine } from '../costs/nccl/presets.js';
import { ncclTuning } from '../costs/nccl/tuning.js';
import { csvLine } from './csv.js';
import { inTermsOfFlags, wholeFlag } from './flags.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { type SizeRange, sizesOf } from './sizes.js';
import { columns } from './table.js';

export interface NcclFlags extends SizeRange {
  readonly machine: string;
  readonly nodes: string;
  readonly gpusPerNode: string;
  readonly collective: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

interface Chosen {
  readonly bytes: number;
  readonly choice: NcclChoice;
}

const MOST_NODES = 2 ** 20;
const MOST_GPUS = 1024;

export function ncclCommand(flags: NcclFlags, io: Io): void {
  const sizes = sizesOf(flags);
  const machine = ncclMachineFlag(flags.machine, {
    nodes: wholeFlag(flags.nodes, '--nodes', MOST_NODES),
    gpusPerNode: wholeFlag(flags.gpusPerNode, '--gpus-per-node', MOST_GPUS),
  });
  const collective = flags.collective as NcclCollective;
  const chosen = inTermsOfFlags(() => {
    const tuning = ncclTuning(machine);
    return sizes.map((bytes): Chosen => ({ bytes, choice: ncclChoose({ collective, bytes, machine: tuning }) }));
  });
  if (flags.json) {
    const results = chosen.map(({ bytes, choice }) => ({ bytes, ...choice }));
    io.out(jsonOutput('nccl', { collective, sizes, machine }, results));
    return;
  }
  io.out(`${(flags.csv ? csvLines(chosen) : table(flags, machine, chosen)).join('\n')}\n`);
}

/** A machine by its preset's name, from `--machine`. */
export function ncclMachineFlag(name: string, options: NcclPresetOptions): NcclMachine {
  if (NCCL_PRESETS.some((preset) => preset === name)) return ncclMachine(name as NcclPreset, options);
  const expected = `one of ${NCCL_PRESETS.join(', ')}`;
  throw new ConfigError([{ path: '--machine', expected, got: show(name), ...didYouMean(name, NCCL_PRESETS) }]);
}

function table(flags: NcclFlags, { nodes, gpusPerNode }: NcclMachine, chosen: readonly Chosen[]): string[] {
  const [names = '', units = '', ...lines] = columns([
    ['size', 'algorithm', 'protocol', 'channels', 'chunk', 'time', 'latency', 'algbw', 'next best', 'takes'],
    ['(B)', '', '', '', '', '(us)', '(us)', '(GB/s)', '', ''],
    ...chosen.map(({ bytes, choice }) => {
      const { algorithm, protocol, usedChannels, channels, chunkBytes, timeUs, latencyUs } = choice;
      const next = nextBest(choice);
      return [
        ...[String(bytes), algorithm, protocol, `${usedChannels}/${channels}`, formatBytes(chunkBytes)],
        ...[timeUs.toFixed(2), latencyUs.toFixed(2), algbwGBps(bytes, timeUs).toFixed(2)],
        ...(next === undefined
          ? ['-', '-']
          : [`${next.algorithm} ${next.protocol}`, `+${(100 * (next.timeUs / timeUs - 1)).toFixed(1)} %`]),
      ];
    }),
  ]);
  const where = `${nodes} x ${flags.machine}, ${nodes * gpusPerNode} ranks`;
  return [
    `# what NCCL 2.30 would choose and predict for ${flags.collective} on ${where}`,
    '#',
    `# ${names}`,
    `# ${units}`.trimEnd(),
    ...lines.map((line) => `  ${line}`),
  ];
}

function csvLines(chosen: readonly Chosen[]): string[] {
  const header = [
    ...['size_bytes', 'algorithm', 'protocol', 'channels', 'used_channels', 'warps', 'chunk_bytes'],
    ...['time_us', 'latency_us', 'algbw_GBps'],
  ];
  const rows = chosen.map(({ bytes, choice }) => [
    ...[bytes, choice.algorithm, choice.protocol, choice.channels, choice.usedChannels, choice.warps],
    ...[choice.chunkBytes, choice.timeUs, choice.latencyUs, algbwGBps(bytes, choice.timeUs)],
  ]);
  return [header, ...rows].map(csvLine);
}

/** Bytes per us are 1000 times bytes per ns. A single rank takes no time. */
function algbwGBps(bytes: number, timeUs: number): number {
  return timeUs === 0 ? 0 : bytes / timeUs / 1000;
}

/** The fastest rejected candidate. */
function nextBest({ algorithm, protocol, candidates }: NcclChoice): NcclCandidate | undefined {
  return candidates
    .filter((one) => one.algorithm !== algorithm || one.protocol !== protocol)
    .reduce<NcclCandidate | undefined>((best, one) => (best && best.timeUs <= one.timeUs ? best : one), undefined);
}
