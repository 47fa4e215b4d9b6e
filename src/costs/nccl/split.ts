import { isShared, type NcclCollective, type NcclProtocol } from './names.js';

/** The least traffic worth starting a channel for. */
const LEAST_TRAFFIC_BYTES = 32768;
const ALIGN_BYTES = 16;

/** Elements on the first channel, on each middle one, on the last (0 if absent). */
export interface NcclSplit {
  readonly usedChannels: number;
  readonly countFirst: number;
  readonly countMiddle: number;
  readonly countLast: number;
}

/** Bytes that pass a rank's links per byte of its buffer (of its share, if ranks hold shares). */
export function trafficPerByte(collective: NcclCollective, protocol: NcclProtocol, ranks: number): number {
  const traffic = isShared(collective) ? ranks : collective === 'all-reduce' ? 2 : 1;
  return protocol === 'LL' ? 4 * traffic : traffic;
}

/**
 * Splits `count` elements of a call, alone in its launch, over at most `channels` channels:
 * whole cells of at least 32 KiB of traffic each, so that no channel starts for less.
 */
export function splitOf(count: number, elementBytes: number, perByte: number, channels: number): NcclSplit {
  const bytes = count * elementBytes;
  const traffic = Math.max(LEAST_TRAFFIC_BYTES, bytes * perByte);
  const perChannel = alignUp(Math.floor(traffic / channels));
  const cellBytes = alignUp(Math.ceil(LEAST_TRAFFIC_BYTES / perByte));
  const cells = Math.ceil(bytes / cellBytes);
  let width = Math.min(cells, Math.ceil(perChannel / (cellBytes * perByte)));
  const first = channels === 1 ? cells : width;
  if (cells === 0) return { usedChannels: 0, countFirst: 0, countMiddle: 0, countLast: 0 };

  let middle = Math.floor((cells - first) / width);
  let last = (cells - first) % width;
  if (1 + middle + (last > 0 ? 1 : 0) > channels) {
    middle = channels - 2;
    width = Math.floor((cells - first) / (channels - 1));
    last = width + ((cells - first) % (channels - 1));
  }
  if (last === 0 && middle > 0) {
    last = width;
    middle--;
  }
  const perCell = Math.floor(cellBytes / elementBytes);
  // The last cell is not full.
  const missing = cells * perCell - count;
  return {
    usedChannels: 1 + middle + (last > 0 ? 1 : 0),
    countFirst: first * perCell - (last > 0 ? 0 : missing),
    countMiddle: middle > 0 ? width * perCell : 0,
    countLast: last > 0 ? last * perCell - missing : 0,
  };
}

function alignUp(bytes: number): number {
  return ALIGN_BYTES * Math.ceil(bytes / ALIGN_BYTES);
}
