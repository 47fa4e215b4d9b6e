import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from './run.js';

let folder = '';
const at = (name: string) => join(folder, name);

/** An all-reduce on eight ranks that takes 20 us and the bytes at 100 GB/s. */
const LOG = [
  '# name: made',
  '# collective: all_reduce',
  '# nodes: 1',
  '# gpusPerNode: 8',
  '# ranks: 8',
  '# columns: bytes time_us',
  ...Array.from({ length: 12 }, (_, i) => `${8 * 4 ** i} ${20 + (8 * 4 ** i) / 1e5}`),
  '',
].join('\n');

const SWEEP = ['base:', '  collective: all-reduce', '  topology: switch(8, 240 GB/s, 500 ns)', '  size: 1 MiB'];
const plain = () => at('plain.yml');
const named = () => at('named.yml');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-costs-'));
  writeFileSync(at('made.log'), LOG);
  expect((await cli('calibrate', at('made.log'), '--form', 'line', '--out', at('costs.json'))).code).toBe(0);
  writeFileSync(plain(), [...SWEEP, 'axes:', '  splits: [4]', ''].join('\n'));
  writeFileSync(named(), [...SWEEP, 'axes:', '  costs: [none, costs.json]', ''].join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('sweep --costs: every row says which table its time is fitted to', async () => {
  const { out, code } = await cli('sweep', plain(), '--workers', '0', '--costs', at('costs.json'));
  const [header = '', row = ''] = out.split('\n');
  const cell = (name: string) => row.split(',')[header.split(',').indexOf(name)];
  // 20 us, and 1,048,576 bytes at 100 bytes per ns.
  expect([code, cell('time_ns'), cell('fitted_to'), cell('error')]).toEqual([0, '30486', 'made', '']);
});

test('costs by the name of a file beside the sweep file, as an axis', async () => {
  const { out } = await cli('sweep', named(), '--workers', '0', '--format', 'jsonl');
  const rows = out.trim().split('\n');
  const [none, fitted] = rows.map((row) => JSON.parse(row));
  expect([none.costs, none.fitted_to, fitted.costs, fitted.time_ns]).toEqual(['none', undefined, 'costs.json', 30486]);
});

test('tune --costs', async () => {
  const { out } = await cli('tune', plain(), '--workers', '0', '--costs', at('costs.json'), '--json');
  expect(JSON.parse(out).results.best[0]).toMatchObject({
    timeNs: 30486,
    warnings: expect.arrayContaining(['fitted-costs']),
  });
});

test('train, jobs and run take them too', async () => {
  const step = ['--model', 'megatron-22b', '--cluster', 'dgx-a100 x 8', '--tensor', '8', '--global-batch', '8'];
  const train = await cli('train', ...step, '--changes', '0', '--costs', at('costs.json'));
  expect([train.code, train.err]).toEqual([
    0,
    expect.stringContaining('# warning: the time is that of a curve fitted to made'),
  ]);
  const tuned = await cli(
    'train',
    'tune',
    ...step,
    '--micro-batch',
    '1,2',
    '--workers',
    '0',
    '--costs',
    at('costs.json'),
  );
  expect(tuned.out).toContain('--costs');
  const jobs = [
    'machine: { topology: "switch(8, 240 GB/s, 500 ns)" }',
    'jobs:',
    '  - { name: a, npus: [0, 1], collective: all-reduce, size: 1 MiB }',
  ];
  writeFileSync(at('jobs.yml'), `${jobs.join('\n')}\n`);
  expect((await cli('jobs', at('jobs.yml'), '--costs', at('costs.json'))).err).toContain(
    'machine.costs: expected dimensions that were fitted',
  );
  writeFileSync(at('hosts.yml'), 'npus: 2\n');
  expect((await cli('place', at('hosts.yml'), '--costs', at('costs.json'))).err).toContain(
    '--costs: expected a machine in the file',
  );
});

test('what cannot be is refused in words', async () => {
  const both = await cli('sweep', named(), '--costs', at('costs.json'));
  expect(both.err).toContain(`error: --costs: expected none beside costs of ${named()}`);
  expect(both.code).toBe(2);
  writeFileSync(at('broken.json'), '{');
  expect((await cli('sweep', plain(), '--costs', at('broken.json'))).err).toMatch(/^error: --costs: expected JSON/);
  writeFileSync(at('other.yml'), [...SWEEP, '  costs: nowhere.json', 'axes:', '  splits: [4]', ''].join('\n'));
  expect((await cli('tune', at('other.yml'))).err).toContain('nowhere.json');
});
