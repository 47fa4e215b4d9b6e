import { calibrate } from '../../src/costs/calibrate/calibrate.js';
import type { Calibration } from '../../src/costs/calibrate/calibration.js';
import type { MeasuredCollective, MeasuredTable } from '../../src/costs/calibrate/measured-table.js';

/** Of a table that is made up: a line of `us` and the bytes at 100 GB/s. */
export interface MadeUp {
  readonly collective: MeasuredCollective;
  readonly ranks: number;
  readonly nodes?: number;
  readonly us: number;
}

/** Sizes from 1 KiB to 1 GiB. */
export function madeUpTable({ us, ...about }: MadeUp): MeasuredTable {
  const rows = Array.from({ length: 11 }, (_, i) => ({ bytes: 1024 * 4 ** i, timeUs: us + (1024 * 4 ** i) / 1e5 }));
  const { collective, ranks, nodes } = about;
  const name = `${collective}, ${ranks} ranks${nodes === undefined ? '' : `, ${nodes} nodes`}`;
  return { name, ...about, measured: 'out-of-place', info: {}, rows };
}

/** A calibration of such tables. */
export function madeUpCosts(...tables: readonly MadeUp[]): Calibration {
  return calibrate(tables.map(madeUpTable), { forms: ['line'] });
}
