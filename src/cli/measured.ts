import { ConfigError, show } from '../base/errors.js';
import { type MeasuredTable, samplesOf } from '../costs/calibrate/measured-table.js';
import type { CollectiveResult } from '../report/result.js';
import { noteLines, readLog } from './calibrate/read-log.js';

/** A measured time beside a simulated one. */
export interface MeasuredTime {
  readonly timeUs: number;
  /** Error of the simulated time, in percent of the measured one; negative if the simulation is faster. */
  readonly errorPercent: number;
}

export interface MeasuredColumn {
  /** One per result; undefined for sizes without a measurement. */
  readonly times: readonly (MeasuredTime | undefined)[];
  /** Their table and all of its times. */
  readonly name: string;
  readonly all: readonly { readonly bytes: number; readonly timeUs: number }[];
  /** Notes about them, each a line for stderr. */
  readonly notes: readonly string[];
}

/**
 * Measured times for results of one collective over a range of sizes, from the log's one table
 * of this collective. Throws a ConfigError if there is none, or several, or if they
 * have no size in common.
 */
export async function measuredColumn(file: string, results: readonly CollectiveResult[]): Promise<MeasuredColumn> {
  const log = await readLog(file);
  const [{ collective, ranks } = { collective: undefined, ranks: 0 }] = results;
  const about = log.tables.filter((table) => table.collective === undefined || table.collective === collective);
  // Among several tables, take those on as many ranks.
  const alike = about.filter((table) => table.ranks === ranks);
  const tables = alike.length === 0 ? about : alike;
  const [table] = tables;
  if (table === undefined || tables.length > 1) {
    const found = table === undefined ? log.tables : tables;
    const got = found.map((one) => `${one.name} (${one.collective ?? 'a collective'}, ${one.ranks ?? '?'} ranks)`);
    throw new ConfigError([
      { path: '--measured', expected: `a log with one table of ${collective} on ${ranks} ranks`, got: got.join(', ') },
    ]);
  }

  const { bytes, timesUs } = samplesOf(table);
  const known = new Map(bytes.map((size, i) => [size, timesUs[i] as number]));
  const times = results.map(({ totalBytes, timeNs }): MeasuredTime | undefined => {
    const timeUs = known.get(totalBytes);
    return timeUs === undefined ? undefined : { timeUs, errorPercent: 100 * (timeNs / 1000 / timeUs - 1) };
  });
  if (times.every((time) => time === undefined)) {
    const got = bytes.length === 0 ? 'no time above 0' : `${bytes.length} from ${bytes[0]} to ${bytes.at(-1)} bytes`;
    const expected = 'sizes (-b, -e, -f) with at least one measured size';
    throw new ConfigError([{ path: '--measured', expected, got: `${show(table.name)}: ${got}` }]);
  }
  const all = bytes.map((size, i) => ({ bytes: size, timeUs: timesUs[i] as number }));
  return { times, name: table.name, all, notes: [...noteLines(log), ...ranksNote(table, ranks)] };
}

function ranksNote({ name, ranks }: MeasuredTable, simulated: number): string[] {
  if (ranks === undefined || ranks === simulated) return [];
  return [`# warning: ${name} was measured on ${ranks} ranks, but the simulation has ${simulated}`];
}
