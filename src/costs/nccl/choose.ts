import { ConfigError, type Issue, show } from '../../base/errors.js';
import { didYouMean, reading } from '../../base/validate.js';
import { chunkBytesOf } from './chunk.js';
import { FIRST_CLASS_BYTES } from './constants.js';
import { launchOf } from './launch.js';
import type { NcclMachine } from './machine.js';
import { isShared, NCCL_COLLECTIVES, type NcclAlgorithm, type NcclCollective, type NcclProtocol } from './names.js';
import { type NcclSplit, splitOf, trafficPerByte } from './split.js';
import { type NcclCandidateRow, type NcclTuning, ncclTuning } from './tuning.js';

export interface NcclCall {
  readonly collective: NcclCollective;
  /** The buffer of one rank; for all-gather and reduce-scatter, the buffers of all ranks together. */
  readonly bytes: number;
  /** A machine that {@link ncclTuning} has prepared costs much less per call. */
  readonly machine: NcclMachine | NcclTuning;
  /** Default 4, as for float32. */
  readonly elementBytes?: number;
  /** Calls grouped in one launch, `bytes` in total. Default 1. */
  readonly calls?: number;
}

/** A way to run a call, with NCCL's predicted time. */
export interface NcclCandidate {
  readonly algorithm: NcclAlgorithm;
  readonly protocol: NcclProtocol;
  readonly timeUs: number;
  /** The part of `timeUs` that zero bytes would take; the rest is bytes over bandwidth. */
  readonly latencyUs: number;
}

/** What NCCL would run, and why. */
export interface NcclChoice extends NcclCandidate, NcclSplit {
  /** Channels assigned to the call; `usedChannels` of them get data. */
  readonly channels: number;
  readonly warps: number;
  readonly chunkBytes: number;
  /** Rounds of chunks on the fullest channel. */
  readonly loops: number;
  /** Everything NCCL compared, in its order. */
  readonly candidates: readonly NcclCandidate[];
}

/**
 * What NCCL 2.30 would choose for a call, by its smallest predicted time. Predictions
 * select; they do not measure. Throws a ConfigError for an invalid call.
 */
export function ncclChoose(call: NcclCall): NcclChoice {
  // A tuning is too large to check at every call, so only nonsense results reveal a bad one.
  return reading(() => choose(call));
}

function choose(call: NcclCall): NcclChoice {
  if (typeof call !== 'object' || call === null) {
    throw new ConfigError([{ path: '', expected: `an object with ${KEYS.join(', ')}`, got: show(call) }]);
  }
  for (const key in call) if (!KEYS.includes(key)) throw badCall(call);
  const { collective, bytes, machine: given, elementBytes = 4, calls = 1 } = call;
  const tuning = isTuning(given) ? given : ncclTuning(given);
  const { machine } = tuning;
  const isCall = NCCL_COLLECTIVES.includes(collective) && isCount(bytes, 0);
  if (!isCall || !isCount(elementBytes, 1) || !isCount(calls, 1)) throw badCall(call);
  const rows = tuning.candidates[collective];

  const ranks = machine.nodes * machine.gpusPerNode;
  if (ranks === 1) return ALONE;
  const pipelined = Math.ceil(calls / machine.channels);
  const candidates: NcclCandidate[] = [];
  let row = rows[0] as NcclCandidateRow;
  let timeUs = Number.POSITIVE_INFINITY;
  let latencyUs = 0;
  for (const candidate of rows) {
    const { algorithm, protocol } = candidate;
    const latency = latencyOf(candidate, bytes, pipelined);
    const time = latency + bytes / (1000 * bandwidthOf(candidate, bytes));
    if (!(time >= 0 && time < Number.POSITIVE_INFINITY)) throw badTuning();
    candidates.push({ algorithm, protocol, timeUs: time, latencyUs: latency });
    if (time < timeUs) {
      timeUs = time;
      latencyUs = latency;
      row = candidate;
    }
  }

  const { algorithm, protocol } = row;
  const { channels, warps } = launchOf(row, bytes, machine);
  const shared = isShared(collective);
  const count = Math.floor(bytes / (shared ? ranks * elementBytes : elementBytes));
  const split = splitOf(count, elementBytes, trafficPerByte(collective, protocol, ranks), channels);
  const onChannel = split.countFirst * elementBytes;
  const ofAll = shared ? onChannel * ranks : onChannel;
  const chunkBytes = count === 0 ? 0 : chunkBytesOf(machine, collective, algorithm, protocol, ofAll);
  // PAT passes on the data of all ranks, not a share of it.
  const moved = algorithm === 'pat' ? ofAll : onChannel;
  const perLoop = chunkBytes * chunksPerLoop(machine, collective, algorithm);
  const loops = count === 0 ? 0 : Math.ceil(moved / perLoop);
  if (!(loops >= 0 && channels >= 1 && split.usedChannels >= 0)) throw badTuning();
  return {
    algorithm,
    protocol,
    timeUs,
    latencyUs,
    channels,
    warps,
    usedChannels: split.usedChannels,
    countFirst: split.countFirst,
    countMiddle: split.countMiddle,
    countLast: split.countLast,
    chunkBytes,
    loops,
    candidates,
  };
}

const KEYS: readonly string[] = ['collective', 'bytes', 'machine', 'elementBytes', 'calls'];

/** One rank has nothing to do. */
const ALONE: NcclChoice = {
  algorithm: 'ring',
  protocol: 'Simple',
  timeUs: 0,
  latencyUs: 0,
  channels: 1,
  warps: 1,
  usedChannels: 0,
  countFirst: 0,
  countMiddle: 0,
  countLast: 0,
  chunkBytes: 0,
  loops: 0,
  candidates: [],
};

/** Grouped calls pay latency in sequence; only rings do so fully. */
const OVERLAPPED_CALLS = 8;

function latencyOf(row: NcclCandidateRow, bytes: number, pipelined: number): number {
  const latency = bytes >= row.slowFromBytes ? row.latencyUs * row.slowdown : row.latencyUs;
  return latency * (row.algorithm === 'ring' ? pipelined : Math.ceil(pipelined / OVERLAPPED_CALLS));
}

function bandwidthOf({ algbwGBps, correction, classes }: NcclCandidateRow, bytes: number): number {
  if (correction === undefined) return algbwGBps;
  const units = Math.floor(bytes / FIRST_CLASS_BYTES);
  const sizeClass = units < 2 ** 31 ? 31 - Math.clz32(units) : classes;
  return sizeClass >= 0 && sizeClass < classes ? algbwGBps * (correction[sizeClass] as number) : algbwGBps;
}

function chunksPerLoop(machine: NcclMachine, collective: NcclCollective, algorithm: NcclAlgorithm): number {
  if (algorithm === 'nvls' || algorithm === 'nvls-tree') return machine.nvls?.channels ?? 1;
  if (algorithm === 'ring' && collective === 'all-reduce') return machine.nodes * machine.gpusPerNode;
  return 1;
}

function isTuning(machine: NcclMachine | NcclTuning): machine is NcclTuning {
  return typeof machine === 'object' && machine !== null && 'candidates' in machine;
}

function isCount(value: number, atLeast: number): boolean {
  return Number.isSafeInteger(value) && value >= atLeast;
}

function badTuning(): ConfigError {
  return new ConfigError([
    { path: 'machine', expected: 'a machine, or a tuning from ncclTuning', got: 'another tuning' },
  ]);
}

function badCall(call: NcclCall): ConfigError {
  const { collective, bytes, elementBytes = 4, calls = 1 } = call;
  const unknown = Object.keys(call).filter((key) => !KEYS.includes(key));
  const issues: Issue[] = unknown.map((path) => ({
    path,
    expected: `one of the keys ${KEYS.join(', ')}`,
    got: 'an unknown key',
    ...didYouMean(path, KEYS),
  }));
  if (!NCCL_COLLECTIVES.includes(collective)) {
    const expected = `one of ${NCCL_COLLECTIVES.join(', ')}`;
    issues.push({ path: 'collective', expected, got: show(collective), ...didYouMean(collective, NCCL_COLLECTIVES) });
  }
  const counts = { bytes: [bytes, 0], elementBytes: [elementBytes, 1], calls: [calls, 1] } as const;
  for (const [path, [value, atLeast]] of Object.entries(counts)) {
    if (isCount(value, atLeast)) continue;
    issues.push({ path, expected: `a whole number, at least ${atLeast}`, got: show(value) });
  }
  return new ConfigError(issues);
}
