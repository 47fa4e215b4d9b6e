import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulationError } from '../../src/base/errors.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { sweep } from '../../src/sweep/sweep.js';
import { tune } from '../../src/sweep/tune/tune.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const { at, text } = testFolder();

/** A needle among 9e15 combinations: nobody will find it. */
const HAYSTACK: SweepDefinition = {
  base: { collective: 'all-reduce', topology: 'ring(4, 100 GB/s, 1 us)', size: '1 MiB' },
  axes: { a: { from: 1, to: 9e15 } },
  where: 'a == 8999999999999999',
};

/** Points that take many seconds: 64 NPUs, message by message, for 1,024 chunks. */
const SLOW: SweepDefinition = {
  base: {
    collective: 'all-reduce',
    topology: 'ring(64, 100 GB/s, 1 us)',
    size: '64 MiB',
    algorithms: 'direct',
    network: 'congestion-aware',
    folding: 'off',
  },
  axes: { splits: [1024, 1025, 1026, 1027] },
};

beforeEach(() => writeFileSync(at('space.yml'), JSON.stringify(HAYSTACK)));

describe('the first signal ends a search for points', () => {
  test.each([
    ['SIGINT', ['sweep', '--out', 'rows.csv']],
    ['SIGTERM', ['sweep', '--workers', '0']],
    ['SIGINT', ['tune', '--exhaustive']],
    ['SIGTERM', ['tune', '--exhaustive', '--workers', '0', '--json']],
  ] as const)('%s: %j', async (signal, [command, ...flags]) => {
    const child = spawn(process.execPath, [main, command, at('space.yml'), ...flags], { cwd: at() });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const ended = once(child, 'exit');
    // Checks, and the count that is given up, take a second or two of a free machine.
    await new Promise((go) => setTimeout(go, 4000));
    const sent = performance.now();
    child.kill(signal);
    const [code, by] = await ended;
    // A process that is still in its checks has nothing to put in order.
    expect([130, null]).toContain(code);
    if (code === 130) expect(err).toMatch(/stopped/);
    else expect(by).toBe(signal);
    expect(performance.now() - sent).toBeLessThan(300_000);
    if (existsSync(at('rows.csv.sweep.json'))) {
      // The way so far is not gone again.
      const { rows } = JSON.parse(text('rows.csv.sweep.json'));
      expect([rows.points, rows.next > 0]).toEqual([0, true]);
    }
  });

  test('a search that is not exhaustive gives up by itself', async () => {
    const { code, err } = await cli('tune', at('space.yml'), '--workers', '0');
    expect([code, err]).toEqual([2, expect.stringMatching(/none in reach among 9000000000000000 combinations/)]);
  });

  test('a dry run says that it is an estimate, and includes the search', async () => {
    const { out } = await cli('sweep', at('space.yml'), '--dry-run');
    expect(out).toMatch(
      /^no point found yet of 9,000,000,000,000,000 combinations\nan estimate: .* first 2,000,000 only\n/,
    );
    expect(out).toMatch(/more than [\d,]+ days with/);
  });
});

describe('the library', () => {
  /** Aborts after the first progress, and counts how often a timer had its turn. */
  const watched = async (run: (options: { signal: AbortSignal; onProgress: () => void }) => Promise<unknown>) => {
    const controller = new AbortController();
    let progress = 0;
    const onProgress = () => {
      progress++;
    };
    setTimeout(() => controller.abort(), 300);
    const began = performance.now();
    await expect(run({ signal: controller.signal, onProgress })).rejects.toThrow(SimulationError);
    return { progress, ms: performance.now() - began };
  };

  test.each<[string, SweepDefinition]>([
    ['looks for points', HAYSTACK],
    ['runs a long one', SLOW],
  ])('sweep stops while it %s', async (_, definition) => {
    const { progress, ms } = await watched((options) => sweep(definition, options).collect());
    if (definition === HAYSTACK) expect(progress).toBeGreaterThan(1);
    expect(ms).toBeLessThan(600_000);
  });

  test.each<[string, SweepDefinition]>([
    ['looks for points', HAYSTACK],
    ['runs a long one', SLOW],
  ])('tune stops while it %s', async (_, definition) => {
    const { ms } = await watched((options) => tune(definition, { method: 'exhaustive', ...options }));
    expect(ms).toBeLessThan(600_000);
  });

  test('counting is bounded, and can be stopped', async () => {
    expect(await sweep(HAYSTACK).count()).toEqual({ points: 0, exact: false, looked: 2e6 });
    await expect(sweep(HAYSTACK, { signal: AbortSignal.abort() }).count()).rejects.toThrow(SimulationError);
  });
});
