import { ConfigError, SimulationError, show } from '../base/errors.js';
import { compileSweep } from './compile.js';
import type { SweepDefinition } from './definition.js';
import type { Point, Points } from './points.js';
import { runPoint, type SweepRow, toRow } from './row.js';
import { type Shard, shardRange, WHOLE } from './shard.js';
import type { SweepCount } from './space.js';
import { Turns } from './turns.js';

export type { SweepCount } from './space.js';

export interface SweepOptions {
  /** Part of the space: `{ index: 3, of: 10 }`. Default: all of it. */
  readonly shard?: Shard;
  /** Aborts the sweep with a SimulationError, also while it looks for points or runs a long one. */
  readonly signal?: AbortSignal;
  /** Called regularly with the progress, also while the sweep looks for points. */
  readonly onProgress?: (progress: SweepProgress) => void;
}

export interface SweepProgress {
  /** Finished points, and those of them that failed. */
  readonly points: number;
  readonly failed: number;
  /** Combinations that are done or fail a condition, and all. */
  readonly looked: number;
  readonly combinations: number;
}

/** A checked sweep. Iterating runs it, in order, in constant memory. */
export interface Sweep extends AsyncIterable<SweepRow> {
  /** Names of the independent variables, with units. */
  readonly columns: readonly string[];
  /** Counts the points; estimates if that would take more than a second or two. */
  readonly count: () => Promise<SweepCount>;
  /** Runs the point with a number, without the others. */
  readonly point: (index: number) => Point;
  /** Runs it and keeps all rows. */
  readonly collect: () => Promise<SweepRow[]>;
}

/**
 * A design space: a base spec and axes. Rows come in the order of their numbers, the last
 * axis fastest; a point that fails is a row with its error.
 *
 * @example
 * const rows = await sweep({
 *   base: { collective: 'all-reduce', topology: 'ring(8, ${rate} GB/s, 500 ns)', size: '100 MiB' },
 *   axes: { rate: [100, 200, 400], splits: { from: 1, to: 64, factor: 2 } },
 * }).collect();
 * @throws ConfigError that lists all problems of the definition.
 */
export function sweep(definition: SweepDefinition, options: SweepOptions = {}): Sweep {
  const points = compileSweep(definition);
  const { from, end } = shardRange(options.shard ?? WHOLE, points.space.size);
  const iterate = () => rows(points, from, end, options);
  return {
    columns: points.columns,
    count: () => points.space.count(from, end, new Turns(options.signal)),
    point: (index) => points.at(checkedIndex(index, points.space.size)),
    [Symbol.asyncIterator]: iterate,
    collect: async () => {
      const all: SweepRow[] = [];
      for await (const row of iterate()) all.push(row);
      return all;
    },
  };
}

function checkedIndex(index: number, size: number): number {
  if (Number.isSafeInteger(index) && index >= 0 && index < size) return index;
  throw new ConfigError([{ path: 'index', expected: `a whole number from 0 to ${size - 1}`, got: show(index) }]);
}

async function* rows(
  points: Points,
  from: number,
  end: number,
  { signal, onProgress }: SweepOptions,
): AsyncGenerator<SweepRow> {
  let done = 0;
  let failed = 0;
  const report = (index: number) => {
    onProgress?.({ points: done, failed, looked: index - from, combinations: end - from });
  };
  try {
    for await (const index of points.space.points(from, end, new Turns(signal), report)) {
      const row = toRow(points, await runPoint(points, index, signal));
      done++;
      if (!row.ok) failed++;
      yield row;
    }
  } catch (error) {
    if (signal?.aborted) throw new SimulationError(`aborted after ${done} points`, 0);
    throw error;
  }
  report(end);
}
