import type { MeasuredTable } from '../costs/calibrate/measured-table.js';

/** Something skipped in a log, and how often. */
export interface LogNote {
  readonly what: string;
  readonly count: number;
  /** Line of the first one, counting from 1; in JSON the number of the result. */
  readonly first: number;
}

export interface MeasuredLog {
  readonly tables: readonly MeasuredTable[];
  readonly notes: readonly LogNote[];
}

/** Counts what a reader skips. */
export class LogNotes {
  private readonly seen = new Map<string, { count: number; first: number }>();

  add(what: string, line: number): void {
    const known = this.seen.get(what);
    if (known === undefined) this.seen.set(what, { count: 1, first: line });
    else known.count++;
  }

  list(): LogNote[] {
    return [...this.seen].map(([what, { count, first }]) => ({ what, count, first }));
  }
}

/** Why a size and a time are not a measurement; undefined if they are. */
export function faultOf(bytes: number, timeUs: number): string | undefined {
  if (!Number.isSafeInteger(bytes) || bytes <= 0) return 'row whose size is not a whole number of bytes above 0';
  if (!Number.isFinite(timeUs) || timeUs <= 0) return 'row whose time is not a number above 0';
  return undefined;
}
