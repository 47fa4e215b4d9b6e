import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './run.js';

test('collective --perfetto: a file for Perfetto', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
  const file = join(folder, 'trace.json');
  const { code } = await cli(
    'collective',
    '--topology',
    'ring(4, 1 GB/s, 1 us)',
    '-b',
    '1K',
    '-e',
    '4K',
    '--perfetto',
    file,
  );
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'));
  // Four chunks of one phase.
  expect(traceEvents.filter(({ ph }: { ph: string }) => ph === 'X')).toHaveLength(4);
  expect(code).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('collective --explain', () => {
  const ARGV = ['collective', '--topology', 'ring(16, 600 GiB/s, 500 ns)', '-b', '1M', '--explain'];

  test('takes a number apart', async () => {
    const { code, out } = await cli(...ARGV);
    // 30 steps of 500 ns and trunc(16384 / 644.2) = 25 ns, 31 end points, 15 x 3 x trunc(16384 / 1600).
    expect(out).toMatch(/all-reduce, ring, dimension 0 +256 KiB +30 +30 +15000 +750 +310 +450 +0 +16510/);
    expect(out).toContain('dominated by latency');
    expect(out).toContain('What helps most within the physical limit: ');
    expect(code).toBe(0);
  });

  test('as data', async () => {
    const [explanation] = JSON.parse((await cli(...ARGV, '--json')).out).results;
    expect(explanation.spent).toMatchObject({
      latencyNs: 60_000,
      bandwidthNs: 3000,
      endpointNs: 1240,
      reductionNs: 1800,
    });
    expect(explanation.result.timeNs).toBe(66_040);
  });
});
