import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli, type Ran } from './run.js';

let folder = '';
let ran: Ran = { code: -1, out: '', err: '' };
const read = (path: string) => readFileSync(join(folder, 'report', path), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
  ran = await cli('study', '--report', join(folder, 'report'), '--quick', '--png');
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('study --report', () => {
  test('says what it does and what it found', () => {
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('# exact thresholds\n');
    const verdicts = [...ran.out.matchAll(/^(\S+)\. .*: ([A-Z]+)$/gm)].map(([, id, verdict]) => `${id} ${verdict}`);
    expect(verdicts).toEqual([
      ...['claim-1 REFUTED', 'claim-2 CORRECTED', 'claim-3 CORRECTED', 'claim-4 REFUTED', 'claim-5 CONFIRMED'],
      ...['claim-6 REFUTED', 'claim-7 CONFIRMED', 'H7 ANSWERED', 'H16 ANSWERED', 'H17 ANSWERED'],
    ]);
  });

  test('the numbers of the log stand beside ours', () => {
    const { findings } = JSON.parse(read('report.json')) as { findings: { id: string; found: string }[] };
    const found = Object.fromEntries(findings.map((finding) => [finding.id, finding.found]));
    expect(found['claim-1']).toContain('19 of 60, worst 15.2x at 48:1, N=64, 1000 MiB');
    expect(found['claim-4']).toContain('7.4-8.0x, 4.3, 34.0, 155.9, 1155.7 GB/s');
    expect(found['claim-4']).toContain('busbw 49.5, 53.7, 53.7, 53.7, 53.7 for');
    expect(found['claim-6']).toContain('gives 94.1 S^-0.571');
    expect(found['claim-7']).toContain('2-D 7.1 % faster at every ratio up to 8:1, 3-D 25.0, 25.0, 19.3 and -65.1 %');
    expect(found['H16']).toContain('672 of 672 points');
  });

  test('the page opens from disk: pictures inside, every link leads somewhere', () => {
    const page = read('index.html');
    expect(page).not.toMatch(/<script|src="|<link|@import|url\(http/);
    expect(page.match(/<svg /g)?.length).toBe(readdirSync(join(folder, 'report/pictures')).length / 3);
    const links = [...page.matchAll(/href="([^"#:]+)"/g)].map(([, path]) => path as string);
    expect(links.length).toBeGreaterThan(20);
    for (const path of links) expect(read(path).length, path).toBeGreaterThan(10);
  });

  test('every picture has its specification, every table its JSON', () => {
    for (const part of ['pictures', 'tables']) {
      const names = readdirSync(join(folder, 'report', part));
      const other = part === 'pictures' ? '.vl.json' : '.json';
      const first = part === 'pictures' ? '.svg' : '.csv';
      for (const name of names.filter((one) => one.endsWith(first)))
        expect(names).toContain(name.replace(first, other));
    }
    const sweep = read('tables/sweep-360.csv').split('\n');
    expect(sweep[0]).toBe('id,ratio,npus,sizeMiB,algorithm,decomposition,time_ns,busbw_GBps,published_ns');
    expect(sweep).toHaveLength(362);
    // The shapes that failed in the original have no published number.
    expect(read('tables/asymmetric-topology.csv')).toMatch(/^7x9.*,$/m);
  });

  test('the trace is one that viewers read', () => {
    const { traceEvents } = JSON.parse(read('trace.json'));
    expect(new Set(traceEvents.map(({ ph }: { ph: string }) => ph))).toEqual(new Set(['M', 'X', 'C']));
  });

  test('nothing but the report is left behind', () => {
    expect(readdirSync(folder)).toEqual(['report']);
  });
});

test('a folder with something else in it is not touched', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'mine.txt'), 'mine');
  const { code, err } = await cli('study', '--report', other);
  expect(code).toBe(2);
  expect(err).toMatch(/^error: --report: expected a folder that is not there yet/);
  expect(readdirSync(other)).toEqual(['mine.txt']);
  rmSync(other, { recursive: true });
});

test('collective --trace: a file for Perfetto', async () => {
  const file = join(folder, 'trace.json');
  const { code } = await cli(
    'collective',
    '--topology',
    'ring(4, 1 GB/s, 1 us)',
    '-b',
    '1K',
    '-e',
    '4K',
    '--trace',
    file,
  );
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'));
  // Four chunks of one phase.
  expect(traceEvents.filter(({ ph }: { ph: string }) => ph === 'X')).toHaveLength(4);
  expect(code).toBe(0);
});

test('docs/findings.md says of each claim what the report says', () => {
  const text = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
  const { findings } = JSON.parse(read('report.json')) as { findings: { id: string; verdict: string }[] };
  for (const { id, verdict } of findings) {
    const heading = id.startsWith('claim') ? `## Claim ${id.slice(-1)}. ` : `## ${id}. `;
    const line = text.split('\n').find((one) => one.startsWith(heading));
    expect(line, id).toBeDefined();
    if (verdict !== 'answered') expect(line).toMatch(new RegExp(`: ${verdict}$`));
  }
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
    const [explanation] = JSON.parse((await cli(...ARGV, '--json')).out);
    expect(explanation.spent).toMatchObject({
      latencyNs: 60_000,
      bandwidthNs: 3000,
      endpointNs: 1240,
      reductionNs: 1800,
    });
    expect(explanation.result.timeNs).toBe(66_040);
  });
});
