import * as v from 'valibot';
import { ConfigError, readAll, show } from '../../base/errors.js';
import { checkRecords, type FieldRule } from '../../base/records.js';
import { keys, parse, reading, whole } from '../../base/validate.js';
import { NCCL_COLLECTIVES } from '../nccl/names.js';

export const MEASURED_COLLECTIVES = [...NCCL_COLLECTIVES, 'all-to-all', 'gather', 'scatter', 'send-receive'] as const;

/** A measured collective. NCCL predicts only some of them. */
export type MeasuredCollective = (typeof MEASURED_COLLECTIVES)[number];

/** One size of a table. */
export interface Measurement {
  /** As the benchmark counts: nccl-tests gives the larger of the two buffers. */
  readonly bytes: number;
  readonly timeUs: number;
  readonly inPlaceUs?: number;
}

/** A table of measured times, with what its log says about the machine. Plain data. */
export interface MeasuredTable {
  readonly name: string;
  readonly collective?: MeasuredCollective;
  readonly ranks?: number;
  readonly nodes?: number;
  readonly gpusPerNode?: number;
  /** Which column holds the intended measurement. */
  readonly measured: 'out-of-place' | 'in-place';
  /** The rest of the log's description: gpu, software, dtype, ... */
  readonly info: Readonly<Record<string, string>>;
  readonly rows: readonly Measurement[];
}

/** Sizes with the median of their measured times, ascending, without times of 0 or less. */
export interface Samples {
  readonly bytes: readonly number[];
  readonly timesUs: readonly number[];
}

const measured = v.picklist(['out-of-place', 'in-place']);
const count = v.optional(whole(1, 2 ** 30));
const text = v.string('text');
/** All of a table but its rows, of which there may be a million. */
const head = keys({
  name: text,
  collective: v.optional(v.picklist(MEASURED_COLLECTIVES)),
  ranks: count,
  nodes: v.optional(whole(1, 2 ** 20)),
  gpusPerNode: count,
  measured,
  info: v.record(text, text),
});

/** NaN stands for an unmeasured time. */
const NUMBER: FieldRule = { expected: 'a number', fits: (value) => typeof value === 'number' };
const ROW: Readonly<Record<string, FieldRule>> = {
  bytes: NUMBER,
  timeUs: NUMBER,
  inPlaceUs: { expected: 'a number, or nothing', fits: (value) => value === undefined || typeof value === 'number' },
};

/** @throws ConfigError for anything but a table; {@link checkTables} checks its rows. */
export function checkTableHead(table: unknown, path = ''): void {
  const described = reading(() => {
    if (typeof table !== 'object' || table === null) return table;
    const { rows: _, ...rest } = table as { readonly rows?: unknown };
    return rest;
  }, path);
  try {
    parse(head, described);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: join(path, issue.path) })));
  }
}

/** @throws ConfigError that lists all problems of all tables. */
export function checkTables(tables: unknown): void {
  if (!Array.isArray(tables)) throw new ConfigError([{ path: 'tables', expected: 'a list', got: show(tables) }]);
  if (tables.length === 0) throw new ConfigError([{ path: 'tables', expected: 'at least one table', got: 'none' }]);
  const checks = Array.from(tables, (table: unknown, i) => () => {
    const path = `tables[${i}]`;
    checkTableHead(table, path);
    checkRecords(
      reading(() => (table as MeasuredTable).rows, path),
      `${path}.rows`,
      ROW,
    );
  });
  readAll(...checks);
}

function join(path: string, field: string): string {
  return path === '' || field === '' ? path + field : `${path}.${field}`;
}

/**
 * Sizes and times of a table.
 * @throws ConfigError for invalid rows.
 */
export function samplesOf(table: Pick<MeasuredTable, 'rows' | 'measured'>): Samples {
  const { rows, measured: column } = reading(() => ({ rows: table?.rows, measured: table?.measured }));
  readAll(
    () => checkRecords(rows, 'rows', ROW),
    () => parse(keys({ measured }), { measured: column }),
  );
  return samplesIn(table);
}

/** The same for a checked table. */
export function samplesIn({ rows, measured }: Pick<MeasuredTable, 'rows' | 'measured'>): Samples {
  const times = new Map<number, number[]>();
  for (const { bytes, timeUs, inPlaceUs } of rows) {
    const time = measured === 'in-place' ? inPlaceUs : timeUs;
    if (time === undefined || !(time > 0 && Number.isFinite(time)) || !(bytes > 0 && Number.isFinite(bytes))) continue;
    const known = times.get(bytes);
    if (known === undefined) times.set(bytes, [time]);
    else known.push(time);
  }
  const bytes = [...times.keys()].sort((a, b) => a - b);
  return { bytes, timesUs: bytes.map((size) => quantile(times.get(size) as number[], 0.5)) };
}

/** Linear between the two nearest values; NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}
