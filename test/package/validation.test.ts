import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('docs/validation.md is what `npm run validate` makes of the measurements', () => {
  const printed = execFileSync(process.execPath, [`${root}tools/validate.mjs`, '--print'], { encoding: 'utf8' });
  expect(printed).toBe(readFileSync(`${root}docs/validation.md`, 'utf8'));
}, 240_000);
