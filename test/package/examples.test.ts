import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = readdirSync(folder);
const scripts = files.filter((name) => name.endsWith('.mjs'));

/** Run as a user runs them: a process of its own, against the built package. */
describe('examples', () => {
  test.each(scripts)('%s prints what stands in its .txt', (script) => {
    const printed = execFileSync(process.execPath, [folder + script], { encoding: 'utf8' });
    expect(printed).toBe(readFileSync(folder + script.replace('.mjs', '.txt'), 'utf8'));
  });

  test('every .txt has its script', () => {
    const outputs = files.filter((name) => name.endsWith('.txt'));
    expect(outputs.map((name) => name.replace('.txt', '.mjs'))).toEqual(scripts);
  });
});
