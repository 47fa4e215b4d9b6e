import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cli } from './run.js';

test.each([
  [['astra-sim-ts', 'tr'], 'trace'],
  [['astra-sim-ts', 'trace', ''], 'collective transformer msccl'],
  [['astra-sim-ts', 'sweep', 'mer'], 'merge'],
  [['astra-sim-ts', 'collective', '--star'], '--start-times'],
  [['astra-sim-ts', 'trace', 'msccl', '--siz'], '--size'],
  // The value of a flag is not taken for a command.
  [['astra-sim-ts', 'tune', '--seed', 'x', '--exh'], '--exhaustive'],
])('bash completes %j to %s', async (words, expected) => {
  const { code, out } = await cli('--completion', 'bash');
  expect(code).toBe(0);
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${out}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _astra_sim_ts; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual([expected, '']);
});

test('zsh runs the same through bashcompinit; fish has a line for each word', async () => {
  expect((await cli('--completion', 'zsh')).out).toMatch(/^#compdef astra-sim-ts\n.*bashcompinit/);
  const { out } = await cli('--completion', 'fish');
  expect(out).toContain(
    "complete -c astra-sim-ts -n '__fish_seen_subcommand_from sweep; and not __fish_seen_subcommand_from merge' -l resume",
  );
  expect(out).toMatch(/^(complete -c astra-sim-ts -n '[^\n]*' -[al] \S+ -d '[^\n]*'\n)+$/);
});
