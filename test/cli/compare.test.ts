import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMsccl } from '../../src/formats/msccl/read-msccl.js';
import { cli } from './run.js';

const ASKED = ['compare', '--topology', 'graph: ring(4, 10 GB/s, 500 ns)', '--size', '4KiB', '--no-crossovers'];

test('prints a table, the best first, with reasons', async () => {
  const { code, out } = await cli(...ASKED);
  expect(code).toBe(0);
  expect(out).toMatch(/all-reduce of 4 KiB on 4 NPUs/);
  expect(out).toMatch(/ 1 {2}\S+ +(synthesised|built-in) +\d+\.\d\d +\d+\.\d %/);
  expect(out).toMatch(/left out, as they cannot do this here or have too many messages: .*one-hop/);
});

test('--json has the envelope of all commands, --csv a line for each algorithm', async () => {
  const { out } = await cli(...ASKED, '--json', '--algorithms', 'ring,forestcoll');
  const { command, input, results } = JSON.parse(out);
  expect(command).toBe('compare');
  expect(input).toMatchObject({ collective: 'all-reduce', sizes: [4096] });
  expect(results.rows.map(({ algorithm }: { algorithm: string }) => algorithm).sort()).toEqual(['forestcoll', 'ring']);
  expect(results.rows[0].program).toBeUndefined();
  const csv = (await cli(...ASKED, '--csv', '--algorithms', 'ring,forestcoll')).out.trim().split('\n');
  expect(csv).toHaveLength(3);
  expect(csv[0]).toMatch(/^collective,bytes,rank,algorithm,origin,time_ns/);
});

test('writes the winner as MSCCL XML and as traces', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  const files = ['--export-msccl', join(folder, 'best.xml'), '--export-chakra', join(folder, 'traces', 'best')];
  expect((await cli(...ASKED, ...files)).code).toBe(0);
  const { program, collective } = readMsccl(readFileSync(join(folder, 'best.xml'), 'utf8'), 'best.xml');
  expect([collective, program.ranks]).toEqual(['all-reduce', 4]);
  expect(readFileSync(join(folder, 'traces', 'best.3.et')).length).toBeGreaterThan(0);
});

test('names the flag that is wrong', async () => {
  expect((await cli('compare', '--size', '4KiB')).err).toMatch(/--topology: expected a topology/);
  expect((await cli(...ASKED, '--algorithms', 'ringg')).err).toMatch(/--algorithms\[0\].*ring/);
  expect((await cli(...ASKED.slice(0, 3), '--size', 'big')).code).toBe(2);
});
