import type { AstraSimCollective } from '../../src/formats/index.js';
import { goldenRows } from './golden-folder.js';

/** One golden row: what the reference was given, and what it answered. */
export interface Row extends AstraSimCollective {
  readonly id: string;
  readonly outcome: 'ok' | 'crash' | 'hang';
  readonly finish?: number | readonly number[];
  readonly study?: string;
  readonly published?: number;
}

/** All rows of a golden file. */
export function readRows(name: string): Row[] {
  return goldenRows<Row>(name);
}
