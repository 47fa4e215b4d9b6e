import { describe, expect, test } from 'vitest';
import { ncclChoose } from '../../src/costs/nccl/choose.js';
import { ncclDoubleTree } from '../../src/costs/nccl/double-tree.js';
import type { NcclMachine } from '../../src/costs/nccl/machine.js';
import type { NcclAlgorithm, NcclCollective, NcclProtocol } from '../../src/costs/nccl/names.js';
import { type NcclPreset, ncclMachine } from '../../src/costs/nccl/presets.js';
import { type NcclTuning, ncclTuning } from '../../src/costs/nccl/tuning.js';
import { goldenRows, goldenTable } from '../support/golden-folder.js';

interface MachineRow {
  readonly machine: string;
  readonly nNodes: number;
  readonly gpusPerNode: number;
  readonly computeCapability: number;
  readonly cpuVendor: NcclMachine['cpuVendor'];
  readonly cpuArch: NcclMachine['cpuArch'];
  readonly ringChannels: number;
  readonly ringBwIntra: number;
  readonly ringBwInter: number;
  readonly treeChannels: number;
  readonly treeBwIntra: number;
  readonly treeBwInter: number;
  readonly nvlsChannelsSearch: number;
  readonly nvlsBwIntra: number;
  readonly nvlsBwInter: number;
  readonly typeIntra: NcclMachine['intraPath'];
  readonly typeInter: NcclMachine['interPath'];
  readonly latencyInterUs: number;
  readonly commChannels: number;
  readonly nvlsChannels: number;
  readonly treePattern: NcclMachine['treePattern'];
}

interface TuningRow {
  readonly machine: string;
  readonly coll: string;
  readonly algo: string;
  readonly proto: NcclProtocol;
  readonly latencyUs: number;
  readonly algbwGBps: number;
  readonly maxThreads: number;
  readonly threadThreshold: number;
}

interface ChoiceRow {
  readonly machine: string;
  readonly coll: string;
  readonly bytes: number;
  readonly algo: string;
  readonly proto: string;
  readonly timeUs: number;
  readonly channels: number;
  readonly warps: number;
  readonly usedChannels: number;
  readonly countLo: number;
  readonly countMid: number;
  readonly countHi: number;
  readonly chunkBytes: number;
  readonly loops: number;
  readonly table: Readonly<Record<string, number>>;
}

interface TreeRow {
  readonly n: number;
  readonly rank: number;
  readonly tree0: TreePlace;
  readonly tree1: TreePlace;
}
interface TreePlace {
  readonly up: number;
  readonly down: readonly [number, number];
  readonly childSlot: number;
}

const COLLECTIVES: Readonly<Record<string, NcclCollective>> = {
  Broadcast: 'broadcast',
  Reduce: 'reduce',
  AllGather: 'all-gather',
  ReduceScatter: 'reduce-scatter',
  AllReduce: 'all-reduce',
};
const ALGORITHMS: Readonly<Record<string, NcclAlgorithm>> = {
  Tree: 'tree',
  Ring: 'ring',
  CollNetDirect: 'collnet-direct',
  CollNetChain: 'collnet-chain',
  NVLS: 'nvls',
  NVLSTree: 'nvls-tree',
  PAT: 'pat',
};
const NAMES = Object.fromEntries(Object.entries(ALGORITHMS).map(([theirs, ours]) => [ours, theirs]));

/** The rows were rounded to 32-bit floats on the way. */
const TOLERANCE = 1e-6;

function isClose(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= TOLERANCE * Math.abs(expected);
}

function machineOf(row: MachineRow): NcclMachine {
  const nvls = { channels: row.nvlsChannelsSearch, intraGBps: row.nvlsBwIntra, interGBps: row.nvlsBwInter };
  return {
    nodes: row.nNodes,
    gpusPerNode: row.gpusPerNode,
    computeCapability: row.computeCapability,
    cpuVendor: row.cpuVendor,
    cpuArch: row.cpuArch,
    ring: { channels: row.ringChannels, intraGBps: row.ringBwIntra, interGBps: row.ringBwInter },
    tree: { channels: row.treeChannels, intraGBps: row.treeBwIntra, interGBps: row.treeBwInter },
    ...(nvls.channels > 0 ? { nvls } : {}),
    treePattern: row.treePattern,
    intraPath: row.typeIntra,
    interPath: row.typeInter,
    netLatencyUs: row.latencyInterUs,
    channels: row.commChannels,
    nvlsChannels: row.nvlsChannels,
  };
}

const machines = goldenTable<MachineRow>('nccl-machines');
const tunings = new Map<string, NcclTuning>(machines.map((row) => [row.machine, ncclTuning(machineOf(row))]));

function tuningOf(machine: string): NcclTuning {
  const tuning = tunings.get(machine);
  if (tuning === undefined) throw new Error(`no machine ${machine}`);
  return tuning;
}

/** The fields that differ, for a message that can be read. */
function differences(pairs: readonly (readonly [string, unknown, unknown, 'close'?])[]): string[] {
  return pairs
    .filter(([, actual, expected, how]) =>
      how === 'close' ? !isClose(actual as number, expected as number) : actual !== expected,
    )
    .map(([name, actual, expected]) => `${name} ${actual}, not ${expected}`);
}

describe('NCCL 2.30', () => {
  test('the presets are the machines of those names', () => {
    const presets: Readonly<Record<string, NcclPreset>> = { v100x8: 'dgx-v100' };
    for (const row of machines) {
      const named = /^(dgx-[ahb]\d00|v100x8)-\d+n-(?:amd|intel)$/.exec(row.machine)?.[1];
      if (named === undefined) continue;
      const preset = presets[named] ?? (named as NcclPreset);
      expect(ncclMachine(preset, { nodes: row.nNodes, cpuVendor: row.cpuVendor })).toEqual(machineOf(row));
    }
  });

  test('latency, bandwidth and threads of every combination', () => {
    const wrong = goldenRows<TuningRow>('nccl-tuning-tables').flatMap((row) => {
      const ours = tuningOf(row.machine).rows.find(
        ({ collective, algorithm, protocol }) =>
          collective === COLLECTIVES[row.coll] && algorithm === ALGORITHMS[row.algo] && protocol === row.proto,
      );
      const diff = differences([
        ['latency', ours?.latencyUs ?? Number.NaN, row.latencyUs, 'close'],
        ['bandwidth', ours?.algbwGBps ?? Number.NaN, row.algbwGBps, 'close'],
        ['threads', ours?.maxThreads, row.maxThreads],
        ['threshold', ours?.bytesPerThread, row.threadThreshold],
      ]);
      return diff.length === 0 ? [] : [`${row.machine} ${row.coll} ${row.algo} ${row.proto}: ${diff.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });

  test('what it chooses, and everything it compared', () => {
    const wrong = goldenRows<ChoiceRow>('nccl-choice').flatMap((row) => {
      const collective = COLLECTIVES[row.coll] as NcclCollective;
      const choice = ncclChoose({ collective, bytes: row.bytes, machine: tuningOf(row.machine) });
      const names = choice.candidates.map(({ algorithm, protocol }) => `${NAMES[algorithm]}/${protocol}`);
      const diff = differences([
        ['algorithm', NAMES[choice.algorithm], row.algo],
        ['protocol', choice.protocol, row.proto],
        ['time', choice.timeUs, row.timeUs, 'close'],
        ['channels', choice.channels, row.channels],
        ['warps', choice.warps, row.warps],
        ['used channels', choice.usedChannels, row.usedChannels],
        ['first count', choice.countFirst, row.countLo],
        ['middle count', choice.countMiddle, row.countMid],
        ['last count', choice.countLast, row.countHi],
        ['chunk', choice.chunkBytes, row.chunkBytes],
        ['loops', choice.loops, row.loops],
        ['candidates', [...names].sort().join(), Object.keys(row.table).sort().join()],
        ...choice.candidates.map(
          ({ timeUs }, i) => [`time of ${names[i]}`, timeUs, row.table[names[i] as string], 'close'] as const,
        ),
      ]);
      return diff.length === 0 ? [] : [`${row.machine} ${row.coll} ${row.bytes} B: ${diff.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });
});

test('the double binary tree of NCCL', () => {
  const theirs = ({ up, down, childSlot }: TreePlace) => ({ parent: up, children: down, slot: childSlot });
  const wrong = goldenRows<TreeRow>('nccl-double-tree').flatMap(({ n, rank, tree0, tree1 }) => {
    const actual = JSON.stringify(ncclDoubleTree(n, rank));
    const expected = JSON.stringify([theirs(tree0), theirs(tree1)]);
    return actual === expected ? [] : [`${rank} of ${n}: ${actual}, not ${expected}`];
  });
  expect(wrong).toEqual([]);
});
