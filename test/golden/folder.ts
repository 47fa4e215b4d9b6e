import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Where golden files are: the folder in GOLDEN_DIR, or this one. */
const FOLDER = process.env['GOLDEN_DIR'] ?? fileURLToPath(new URL('.', import.meta.url));

/** The rows of `name.jsonl` or `name.jsonl.gz`; undefined, and a line that says so, when there is none. */
export function readGolden<T>(name: string): T[] | undefined {
  const plain = join(FOLDER, `${name}.jsonl`);
  const packed = `${plain}.gz`;
  const file = [plain, packed].find((path) => existsSync(path));
  if (file === undefined) {
    console.log(`${name}: no such golden file in ${FOLDER}, passed over`);
    return undefined;
  }
  const bytes = readFileSync(file);
  const text = (file === packed ? gunzipSync(bytes) : bytes).toString('utf8').trim();
  const rows = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as T);
  console.log(`${name}: ${rows.length} rows`);
  return rows;
}
