import type { NcclMachine } from './machine.js';
import type { NcclTuningRow } from './tuning.js';

const WARP = 32;
/** Threads of the fewest warps that a kernel can work with. */
const LEAST_THREADS = 96;
const MOST_THREADS = 640;

/** The channels that a call gets, and the warps on each. */
export interface NcclLaunch {
  readonly channels: number;
  readonly warps: number;
}

/** Small calls get fewer channels, then fewer threads. */
export function launchOf(row: NcclTuningRow, bytes: number, machine: NcclMachine): NcclLaunch {
  const { algorithm, protocol, maxThreads, bytesPerThread } = row;
  if (algorithm === 'nvls' || algorithm === 'nvls-tree') {
    return { channels: machine.nvlsChannels, warps: maxThreads / WARP };
  }
  let channels = machine.channels;
  let threads = maxThreads;
  if (threads > 0) {
    channels = Math.max(1, Math.min(channels, Math.floor(bytes / (threads * bytesPerThread))));
    while (bytes < channels * threads * bytesPerThread && threads % 128 === 0) threads /= 2;
  }
  if (algorithm === 'tree' || algorithm === 'pat') return { channels, warps: MOST_THREADS / WARP };
  // One more warp signals when a slot is ready.
  if (protocol === 'Simple') threads += WARP;
  return { channels, warps: Math.max(LEAST_THREADS, threads) / WARP };
}
