import { SimulationError } from '../base/errors.js';
import { pause } from './batches.js';
import { compileSweep } from './compile.js';
import type { SweepDefinition } from './definition.js';
import type { Point, Points } from './points.js';
import { type SweepRow, toRow } from './row.js';
import { type Shard, shardRange, WHOLE } from './shard.js';
import { runBatch } from './task.js';

export interface SweepOptions {
  /** Part of the space: `{ index: 3, of: 10 }`. Default: all of it. */
  readonly shard?: Shard;
  /** Ends the sweep with a SimulationError. */
  readonly signal?: AbortSignal;
  /** Told now and then how many points are done. */
  readonly onProgress?: (progress: SweepProgress) => void;
}

export interface SweepProgress {
  readonly points: number;
  readonly failed: number;
}

/** How many points a sweep has. */
export interface SweepCount {
  readonly points: number;
  /** False: conditions are too many to be looked at one by one; an estimate. */
  readonly exact: boolean;
}

/** A sweep, checked and not yet run. Iterating runs it, in order, in constant memory. */
export interface Sweep extends AsyncIterable<SweepRow> {
  /** Names of the independent variables, with units. */
  readonly columns: readonly string[];
  readonly count: () => SweepCount;
  /** The point with a number, without running the others. */
  readonly point: (index: number) => Point;
  /** Runs it and keeps all rows. */
  readonly collect: () => Promise<SweepRow[]>;
}

/** How long to run before others have their turn, ms. */
const TURN_MS = 20;

/**
 * A design space: a base spec and axes. Rows come in the order of their numbers, the last
 * axis fastest; a point that fails is a row with its error.
 *
 * @example
 * const rows = await sweep({
 *   base: { collective: 'all-reduce', topology: 'ring(8, ${rate} GB/s, 500 ns)', size: '100 MiB' },
 *   axes: { rate: [100, 200, 400], splits: { from: 1, to: 64, factor: 2 } },
 * }).collect();
 * @throws ConfigError with everything that is wrong with the definition.
 */
export function sweep(definition: SweepDefinition, options: SweepOptions = {}): Sweep {
  const points = compileSweep(definition);
  const { from, end } = shardRange(options.shard ?? WHOLE, points.space.size);
  const iterate = () => rows(points, from, end, options);
  return {
    columns: points.columns,
    count: () => points.space.count(from, end),
    point: (index) => points.at(index),
    [Symbol.asyncIterator]: iterate,
    collect: async () => {
      const all: SweepRow[] = [];
      for await (const row of iterate()) all.push(row);
      return all;
    },
  };
}

async function* rows(
  points: Points,
  from: number,
  end: number,
  { signal, onProgress }: SweepOptions,
): AsyncGenerator<SweepRow> {
  let done = 0;
  let failed = 0;
  let turn = performance.now();
  for (const ran of runBatch(points, { from, end })) {
    done++;
    if (typeof ran.outcome === 'string') failed++;
    yield toRow(points, ran);
    if (performance.now() - turn < TURN_MS) continue;
    onProgress?.({ points: done, failed });
    await pause();
    turn = performance.now();
    if (signal?.aborted) throw new SimulationError(`aborted after ${done} points`, 0);
  }
  onProgress?.({ points: done, failed });
}
