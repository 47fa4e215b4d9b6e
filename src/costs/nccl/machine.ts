import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';

/** How two devices reach each other, nearest first. */
export const NCCL_PATHS = ['LOC', 'NVL', 'NVB', 'C2C', 'PIX', 'PXB', 'P2C', 'PXN', 'PHB', 'SYS'] as const;

export type NcclPath = (typeof NCCL_PATHS)[number];

/** What the graph search found for one kind of algorithm, before doubling channels. */
export interface NcclGraph {
  readonly channels: number;
  /** Per channel inside a node, in GB/s (bytes per ns). */
  readonly intraGBps: number;
  /** Per channel between nodes, in GB/s. */
  readonly interGBps: number;
}

/**
 * What NCCL knows about a machine when it tunes: the outcome of its topology search, not the
 * hardware. A node is one NVLink or PCIe domain; all nodes are alike.
 */
export interface NcclMachine {
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** That of the oldest GPU: 70 V100, 80 A100, 90 H100, 100 B200. */
  readonly computeCapability: number;
  readonly cpuVendor: 'intel' | 'amd' | 'mixed' | 'other';
  readonly cpuArch: 'x86' | 'arm' | 'power';
  readonly ring: NcclGraph;
  /** For PAT too. */
  readonly tree: NcclGraph;
  /** For NVLS-tree too. Absent if switches cannot multicast. */
  readonly nvls?: NcclGraph;
  readonly treePattern: 'balanced' | 'split' | 'tree';
  readonly intraPath: NcclPath;
  readonly interPath: NcclPath;
  /** What the network plug-in declares; 0 for InfiniBand and sockets. */
  readonly netLatencyUs: number;
  /** Channels of the communicator, after doubling. */
  readonly channels: number;
  readonly nvlsChannels: number;
}

/** Bytes on the wire per byte of data: LL sends 4 of flags with 4 of data, LL128 8 with 120. */
export const NCCL_WIRE_BYTES = { LL: 2, LL128: 128 / 120, Simple: 1 } as const;

/** NCCL's limit on the channels of a communicator. */
export const MAX_CHANNELS = 64;

const rate = v.pipe(
  v.number('GB/s, above 0'),
  v.finite('GB/s, above 0'),
  v.check((value) => value > 0, 'GB/s, above 0'),
);
const microseconds = v.pipe(v.number('us, at least 0'), v.finite('us, at least 0'), v.minValue(0, 'us, at least 0'));
const graph = keys({ channels: whole(1, MAX_CHANNELS), intraGBps: rate, interGBps: rate });

/** All of a machine but its nodes and GPUs. */
const foundEntries = {
  computeCapability: whole(35, 199),
  cpuVendor: v.picklist(['intel', 'amd', 'mixed', 'other']),
  cpuArch: v.picklist(['x86', 'arm', 'power']),
  ring: graph,
  tree: graph,
  nvls: v.optional(graph),
  treePattern: v.picklist(['balanced', 'split', 'tree']),
  intraPath: v.picklist(NCCL_PATHS),
  interPath: v.picklist(NCCL_PATHS),
  netLatencyUs: microseconds,
  channels: whole(1, MAX_CHANNELS),
  nvlsChannels: whole(0, MAX_CHANNELS),
};

export const ncclMachineSchema = keys({
  nodes: whole(1, 2 ** 20),
  gpusPerNode: whole(1, 1024),
  ...foundEntries,
});

/** Any part of a machine except nodes and GPUs. */
export const ncclFoundSchema = v.partial(v.object(foundEntries)).entries;

/** Checks a machine; throws a ConfigError that names every wrong field. */
export function checkNcclMachine(machine: unknown): NcclMachine {
  return parse(ncclMachineSchema, machine) as NcclMachine;
}
