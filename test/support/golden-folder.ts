import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Somebody else's rows, when GOLDEN_DIR names their folder; else the project's own. */
const OWN = fileURLToPath(new URL('../golden/', import.meta.url));

/** Whether the rows are the project's own, whose number is known. */
export const ownRows = (process.env['GOLDEN_DIR'] ?? '') === '';

/**
 * The rows of `NAME.jsonl` or `NAME.jsonl.gz`, and says how many there are. A file that the
 * folder lacks has no rows, with a line that says so; the project's own must all be there.
 */
export function goldenRows<Row>(name: string): Row[] {
  const folder = ownRows ? OWN : (process.env['GOLDEN_DIR'] as string);
  const plain = join(folder, `${name}.jsonl`);
  const packed = `${plain}.gz`;
  if (!existsSync(plain) && !existsSync(packed)) {
    if (ownRows) throw new Error(`no golden rows: ${plain}[.gz]`);
    console.log(`golden ${name}: passed over, there is no ${plain}[.gz]`);
    return [];
  }
  const text = existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(packed)).toString('utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
  console.log(`golden ${name}: ${rows.length} rows from ${folder}`);
  return rows;
}
