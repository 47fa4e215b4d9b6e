import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

test('the pictures of clusters show what the library computes', () => {
  const tool = fileURLToPath(new URL('../../tools/pictures.mjs', import.meta.url));
  execFileSync(process.execPath, [tool, '--check'], { stdio: ['ignore', 'inherit', 'inherit'] });
}, 120_000);
