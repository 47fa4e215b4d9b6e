import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case, Figure, Suite } from '../suite.js';

const EMPTY = 'empty process';
/** The built package, found as a user's import finds it. */
const library = import.meta.resolve('astra-sim-ts');
const root = new URL('.', import.meta.resolve('astra-sim-ts/package.json'));
const command = fileURLToPath(new URL('dist/cli/main.js', root));

function script(program: string): string[] {
  return ['--input-type=module', '-e', program];
}

const processes = (): Readonly<Record<string, readonly string[]>> => ({
  [EMPTY]: ['-e', '0'],
  import: script(`await import('${library}');`),
  'import, simulate (numbers)': script(`const { simulateAllReduce } = await import('${library}');
    simulateAllReduce({ topology: [{ kind: 'ring', npus: 8, bandwidth: 600, latency: 500 }], size: 1e8 });`),
  'import, simulate (units)': script(`const { simulateAllReduce } = await import('${library}');
    simulateAllReduce({ topology: 'ring(8, 600 GB/s, 500 ns)', size: '100 MB' });`),
  'command: --version': [command, '--version'],
  'command: collective': [command, 'collective', '--topology', 'ring(8, 600 GB/s, 500 ns)', '-b', '1M'],
  'command: run': [command, 'run', ...smallWorkload()],
});

/** An all-reduce of 32 NPUs, in files: the flags that run it. */
function smallWorkload(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'start-up-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  node([command, 'trace', 'collective', '--npus', '32', '--size', '1MiB', '--out', folder]);
  const example = (file: string) => fileURLToPath(new URL(`examples/astra-sim/${file}`, root));
  return [
    `--workload-configuration=${join(folder, 'all-reduce')}`,
    `--system-configuration=${example('system.json')}`,
    `--network-configuration=${example('network.yml')}`,
  ];
}

function node(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** At most this much beyond an empty process, ms. */
const TARGETS: Readonly<Record<string, number>> = {
  'import, simulate (units)': 40,
  'command: --version': 25,
  'command: collective': 60,
  'command: run': 60,
};

/** What a script pays before its first line, and a user before the first letter. */
export const startUp: Suite = {
  name: 'start-up',
  about: 'wall time of a fresh node process; below, what it takes beyond an empty one',
  samples: 15,
  cases: () =>
    Object.entries(processes()).map(
      ([name, args]): Case => ({
        name,
        run: () => node(args),
        ...(name === EMPTY ? {} : { against: EMPTY }),
      }),
    ),
  figures: (timings) => {
    const empty = timings.find(({ name }) => name === EMPTY);
    if (empty === undefined) return [];
    return timings
      .filter((timing) => timing !== empty)
      .map(({ name, medianNs }): Figure => {
        const value = medianNs - empty.medianNs;
        const atMostMs = TARGETS[name];
        const target =
          atMostMs === undefined ? {} : { target: { text: `at most ${atMostMs} ms`, met: value <= atMostMs * 1e6 } };
        return { name: `${name}, alone`, value, unit: 'ns', ...target };
      });
  },
};
