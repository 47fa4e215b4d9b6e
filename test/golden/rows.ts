import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AstraSimCollective } from '../../src/index.js';

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
  const text = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, import.meta.url))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}
