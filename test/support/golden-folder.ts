import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const OWN = fileURLToPath(new URL('../golden/', import.meta.url));

/** Somebody else's rows, when GOLDEN_DIR names their folder; else the project's own. */
const GIVEN = process.env['GOLDEN_DIR'] ?? '';

/** Whether the rows are the project's own, whose number is known. */
export const ownRows = GIVEN === '';

function textIn(folder: string, path: string): string | undefined {
  const plain = join(folder, path);
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  return existsSync(`${plain}.gz`) ? gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8') : undefined;
}

function rowsOf<Row>(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

/**
 * The rows of `NAME.jsonl` or `NAME.jsonl.gz`, and says how many there are. A file that the
 * folder lacks has no rows, with a line that says so; the project's own must all be there.
 */
export function goldenRows<Row>(name: string): Row[] {
  const folder = ownRows ? OWN : GIVEN;
  const text = textIn(folder, `${name}.jsonl`);
  if (text === undefined) {
    if (ownRows) throw new Error(`no golden rows: ${join(folder, name)}.jsonl[.gz]`);
    console.log(`golden ${name}: passed over, there is no ${join(folder, name)}.jsonl[.gz]`);
    return [];
  }
  const rows = rowsOf<Row>(text);
  console.log(`golden ${name}: ${rows.length} rows from ${folder}`);
  return rows;
}

/** The text of a file that rows refer to: from the folder of the rows, else the project's own. */
export function goldenText(path: string): string | undefined {
  return (ownRows ? undefined : textIn(GIVEN, path)) ?? textIn(OWN, path);
}

/** The rows that other rows refer to by name: from the folder of those, else the project's own. */
export function goldenTable<Row>(name: string): Row[] {
  return rowsOf<Row>(goldenText(`${name}.jsonl`) ?? '');
}
