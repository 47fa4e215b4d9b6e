import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { RING_16 } from './run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/cli/main.js');

/** Builds dist when a source file is newer than it. */
function build(): void {
  const newest = Math.max(
    ...readdirSync(join(root, 'src'), { recursive: true }).map(
      (file) => statSync(join(root, 'src', String(file))).mtimeMs,
    ),
  );
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built >= newest) return;
  spawnSync('npm', ['run', 'build'], { cwd: root });
}

describe('the built program', () => {
  beforeAll(build);

  const node = (...argv: string[]) => spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8' });

  test('simulates', () => {
    const { status, stdout, stderr } = node('collective', '--topology', RING_16);
    expect(stdout).toContain('  1048576      262144  float    sum    -1  66.040   15.88   29.77\n');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(node('--version').stdout).toBe(`${version}\n`);
  });

  test('ends with the exit code of the command', () => {
    const { status, stdout, stderr } = node('collective', '--topology', 'nonsense');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: --topology/);
    expect(stderr).not.toContain('    at ');
  });

  test('does not mind a reader that stops', () => {
    // Far more output than a pipe holds.
    const script = `{ "${process.execPath}" "${main}" collective --topology "$0" -b 1 -e 1G --json; echo "ended with $?" >&2; } | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', script, RING_16], { encoding: 'utf8' });
    expect(stdout).toBe('{\n');
    expect(stderr).toBe('ended with 0\n');
  });

  test('starts with the line that makes it a program', () => {
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
