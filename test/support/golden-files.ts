import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const OWN = fileURLToPath(new URL('../golden/', import.meta.url));

/** The text of a file beside golden rows, in GOLDEN_DIR where it is there, packed or not; undefined when there is none. */
export function goldenText(path: string): string | undefined {
  const given = process.env['GOLDEN_DIR'] ?? '';
  for (const folder of given === '' ? [OWN] : [given, OWN]) {
    const plain = join(folder, path);
    if (existsSync(plain)) return readFileSync(plain, 'utf8');
    if (existsSync(`${plain}.gz`)) return gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  }
  return undefined;
}
