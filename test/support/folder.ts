import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of its own for every test, removed behind it. */
export function testFolder() {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...names: string[]) => join(folder, ...names);
  return {
    at,
    text: (name: string) => readFileSync(at(name), 'utf8'),
    /** Names in it, hidden ones too. */
    names: (name = '') => readdirSync(at(name)).sort(),
  };
}
