import { ConfigError } from '../base/errors.js';
import { type Collective, entersWithShare } from '../collectives/collective.js';
import type { TransferSchedule } from './schedule.js';

/** How the chunks of a schedule lie in the blocks of a buffer. */
export interface Blocks {
  readonly count: number;
  /** Whether every block has as many bytes as the others, up to rounding to whole bytes. */
  readonly even: boolean;
  /** Per chunk its first block, and how many it has in a row. */
  readonly first: Int32Array;
  readonly size: Int32Array;
}

/** Blocks that a rank's share is divided into at most. */
const MOST_BLOCKS = 4096;

/**
 * The blocks of a buffer in which every chunk is a whole number of blocks: as few of one size as there can be;
 * where there are none, one block for each chunk. Of a gather and a scatter of any kind the blocks of rank
 * r come after those of rank r - 1.
 *
 * @throws ConfigError when the ranks have unequal numbers of blocks.
 */
export function blocksOf(schedule: TransferSchedule, npus: number, collective: Collective): Blocks {
  const { chunkSource, chunkTarget } = schedule;
  const chunks = chunkSource.length;
  const gathers = entersWithShare(collective);
  const scatters = collective === 'reduce-scatter' || collective === 'scatter';
  const owners = gathers ? chunkSource : scatters ? chunkTarget : undefined;
  const bytes = bytesOfChunks(schedule);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  const parts = owners === undefined ? 1 : npus;
  const perPart = leastDivision(bytes, total / parts);
  const weights =
    perPart === undefined ? bytes.map(() => 1) : bytes.map((size) => Math.round((size * perPart * parts) / total));
  const order = Array.from({ length: chunks }, (_, chunk) => chunk);
  if (owners !== undefined) order.sort((a, b) => (owners[a] as number) - (owners[b] as number) || a - b);
  const start = new Int32Array(chunks);
  const ofOwner = new Array<number>(parts).fill(0);
  let count = 0;
  for (const chunk of order) {
    start[chunk] = count;
    const weight = weights[chunk] as number;
    count += weight;
    const owner = owners?.[chunk] ?? 0;
    ofOwner[owner] = (ofOwner[owner] as number) + weight;
  }
  const uneven = ofOwner.findIndex((blocks) => blocks !== count / parts);
  if (uneven >= 0) {
    const expected = `as many blocks of rank ${uneven} as of the others`;
    throw new ConfigError([{ path: 'schedule', expected, got: `${ofOwner[uneven]} of ${count}` }]);
  }
  return { count, even: perPart !== undefined, first: start, size: Int32Array.from(weights) };
}

/** Of chunks that never move, 0. */
function bytesOfChunks({ chunk, bytes, chunkSource, runs }: TransferSchedule): number[] {
  if (runs !== undefined) return Array.from(runs.chunkBytes);
  const sizes = new Array<number>(chunkSource.length).fill(0);
  for (let i = 0; i < chunk.length; i++) sizes[chunk[i] as number] = bytes[i] as number;
  return sizes;
}

/** The least number of blocks of a share of which all chunks are whole multiples to within a byte or two; undefined when there is none. */
function leastDivision(bytes: readonly number[], share: number): number | undefined {
  const sizes = [...new Set(bytes)];
  for (let blocks = 1; blocks <= MOST_BLOCKS && blocks <= share; blocks++) {
    const block = share / blocks;
    const fits = (size: number) => {
      const whole = Math.round(size / block);
      return whole >= 1 && Math.abs(size - whole * block) < Math.min(2, block / 4);
    };
    if (sizes.every(fits)) return blocks;
  }
  return undefined;
}
