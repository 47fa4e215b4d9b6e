import { bandwidthGBps } from './bandwidth.js';
import { TREE_CORRECTION } from './constants.js';
import { latencyUs } from './latency.js';
import { checkNcclMachine, type NcclMachine } from './machine.js';
import {
  ALGORITHMS_OF,
  NCCL_COLLECTIVES,
  NCCL_PROTOCOLS,
  type NcclAlgorithm,
  type NcclCollective,
  type NcclProtocol,
} from './names.js';

/** What NCCL expects from one algorithm and protocol. */
export interface NcclTuningRow {
  readonly collective: NcclCollective;
  readonly algorithm: NcclAlgorithm;
  readonly protocol: NcclProtocol;
  readonly latencyUs: number;
  /** Bytes of the call per ns; 0 if the combination cannot run. */
  readonly algbwGBps: number;
  readonly maxThreads: number;
  /** Bytes per thread below which NCCL uses fewer channels, then fewer threads. */
  readonly bytesPerThread: number;
}

/** A runnable combination, as {@link ncclChoose} reads it. */
export interface NcclCandidateRow extends NcclTuningRow {
  /** Share of the bandwidth reached in each size class; undefined for all of it. */
  readonly correction: readonly number[] | undefined;
  /** Size classes before the correction ends. */
  readonly classes: number;
  /** Factor on latency from {@link slowFromBytes} on. */
  readonly slowdown: number;
  readonly slowFromBytes: number;
}

/** NCCL's tables for a machine, made once per communicator. */
export interface NcclTuning {
  readonly machine: NcclMachine;
  readonly rows: readonly NcclTuningRow[];
  /** The runnable rows of each collective, in NCCL's order. */
  readonly candidates: Readonly<Record<NcclCollective, readonly NcclCandidateRow[]>>;
}

/** Tunes a machine as NCCL 2.30 does. Throws a ConfigError for an invalid machine. */
export function ncclTuning(machine: NcclMachine): NcclTuning {
  const checked = checkNcclMachine(machine);
  const rows = NCCL_COLLECTIVES.flatMap((collective) =>
    ALGORITHMS_OF[collective].flatMap((algorithm) =>
      NCCL_PROTOCOLS.map((protocol) => tuneRow(checked, collective, algorithm, protocol)),
    ),
  );
  const of = (wanted: NcclCollective) =>
    rows
      .filter(({ collective, algbwGBps }) => collective === wanted && algbwGBps > 0)
      .map((row) => candidateOf(checked, row));
  return {
    machine: checked,
    rows,
    candidates: {
      broadcast: of('broadcast'),
      reduce: of('reduce'),
      'all-gather': of('all-gather'),
      'reduce-scatter': of('reduce-scatter'),
      'all-reduce': of('all-reduce'),
    },
  };
}

function tuneRow(
  machine: NcclMachine,
  collective: NcclCollective,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
): NcclTuningRow {
  return {
    collective,
    algorithm,
    protocol,
    latencyUs: latencyUs(machine, collective, algorithm, protocol),
    algbwGBps: bandwidthGBps(machine, collective, algorithm, protocol),
    maxThreads: maxThreadsOf(machine, algorithm, protocol),
    bytesPerThread: bytesPerThreadOf(machine, algorithm, protocol),
  };
}

/** 0 if NCCL has no limit: PAT, and protocols that an algorithm does not have. */
function maxThreadsOf({ ring }: NcclMachine, algorithm: NcclAlgorithm, protocol: NcclProtocol): number {
  switch (algorithm) {
    case 'ring':
    case 'tree':
      if (protocol === 'LL') return 512;
      if (protocol === 'LL128') return 640;
      // One PCIe x16 needs fewer threads.
      return algorithm === 'ring' && ring.channels * ring.intraGBps <= 12 ? 256 : 512;
    case 'pat':
      return 0;
    default:
      return protocol === 'Simple' ? 640 : 0;
  }
}

function bytesPerThreadOf(
  { nodes, gpusPerNode }: NcclMachine,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
): number {
  if (protocol === 'LL') return algorithm === 'ring' ? 8 * nodes * gpusPerNode : 8;
  if (protocol === 'LL128') return 8;
  return algorithm === 'collnet-direct' || algorithm === 'collnet-chain' ? 512 : 64;
}

/** From this many bytes per channel and rank on, NCCL counts a Simple ring over several nodes as slower. */
const SLOW_RING_BYTES = 64;
/** The last size class of the correction is for NVLS-tree alone. */
const TREE_CLASSES = 23;

function candidateOf(machine: NcclMachine, row: NcclTuningRow): NcclCandidateRow {
  const { nodes, gpusPerNode, channels, computeCapability, cpuArch } = machine;
  const { collective, algorithm, protocol } = row;
  const reduces = collective === 'all-reduce';
  const isTree = reduces && algorithm === 'tree';
  const isNvlsTree = reduces && algorithm === 'nvls-tree' && computeCapability >= 100 && cpuArch === 'x86';
  const slows = reduces && algorithm === 'ring' && protocol === 'Simple' && nodes > 1;
  return {
    ...row,
    correction: isTree || isNvlsTree ? TREE_CORRECTION[protocol] : undefined,
    classes: isTree ? TREE_CLASSES : TREE_CLASSES + 1,
    slowdown: computeCapability < 80 ? 1.9 : 1.4,
    slowFromBytes: slows ? SLOW_RING_BYTES * channels * nodes * gpusPerNode : Number.POSITIVE_INFINITY,
  };
}
