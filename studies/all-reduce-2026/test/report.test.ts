import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Progress } from '../src/report/progress.js';
import { replaceReport } from '../src/report/report-folder.js';
import { type Ran, study } from './study.js';

const steps = { announced: 0, taken: 0 };
vi.mock('../src/report/progress.js', async (importOriginal) => {
  const { showProgress } = await importOriginal<typeof import('../src/report/progress.js')>();
  return {
    showProgress: (announced: number, err: (text: string) => void): Progress => {
      const { step, stop } = showProgress(announced, err);
      steps.announced += announced;
      return {
        stop,
        step: (stage) => {
          steps.taken++;
          step(stage);
        },
      };
    },
  };
});

let folder = '';
let ran: Ran = { code: -1, out: '', err: '' };
const read = (path: string) => readFileSync(join(folder, 'report', path), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
  ran = await study('--report', join(folder, 'report'), '--quick', '--png');
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('study --report', () => {
  test('says what it does and what it found', () => {
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('# exact thresholds\n');
    expect(steps.taken).toBe(steps.announced);
    // A line for each stage, not for each cell.
    expect(ran.err.split('\n').length).toBeLessThan(15);
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

  test('the page says what it was made with, and leads from each verdict to its section', () => {
    const page = read('index.html');
    expect(page).toMatch(/<td>commit<\/td><td>([0-9a-f]{40}\+?|not known)<\/td>/);
    expect(page).toContain(`<td>${process.version}</td>`);
    expect(page).toMatch(/<td>date<\/td><td>20\d\d-\d\d-\d\dT/);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id as string);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
    expect(targets).toEqual(expect.arrayContaining(['claim-1', 'claim-7', 'H17']));
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

describe('whose folder it is', () => {
  const refused = async (target: string) => {
    const { code, err } = await study('--report', target);
    expect(err).toMatch(/^error: --report: expected a folder that is not there yet/);
    expect(code).toBe(2);
  };

  test('one with something else in it is not touched, whatever its files are called', async () => {
    for (const name of ['mine.txt', 'report.json', 'index.html']) {
      const other = mkdtempSync(join(folder, 'other-'));
      writeFileSync(join(other, name), 'mine');
      await refused(other);
      expect(readdirSync(other)).toEqual([name]);
      expect(readFileSync(join(other, name), 'utf8')).toBe('mine');
      rmSync(other, { recursive: true });
    }
  });

  test('a file is refused, and so is a marker that names files elsewhere', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    await refused(file);
    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, '.all-reduce-2026.json'), JSON.stringify({ files: ['../file'] }));
    await refused(other);
    // A folder within may be a link to one elsewhere.
    symlinkSync(folder, join(other, 'tables'));
    writeFileSync(join(other, '.all-reduce-2026.json'), JSON.stringify({ files: ['tables/file'] }));
    await refused(other);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    for (const made of [file, other]) rmSync(made, { recursive: true });
  });

  test('a new report takes away what the old one wrote, and nothing else', () => {
    const target = join(folder, 'twice');
    replaceReport(
      target,
      new Map([
        ['a.txt', '1'],
        ['old/b.txt', '1'],
        ['both/c.txt', '1'],
      ]),
    );
    writeFileSync(join(target, 'mine.txt'), 'mine');
    writeFileSync(join(target, 'both/mine.txt'), 'mine');
    replaceReport(
      target,
      new Map([
        ['a.txt', '2'],
        ['new/d.txt', '2'],
      ]),
    );
    const left = readdirSync(target, { recursive: true }).map(String).sort();
    expect(left).toEqual([
      ...['.all-reduce-2026.json', 'a.txt', 'both', 'both/mine.txt', 'mine.txt', 'new', 'new/d.txt'],
    ]);
    expect(readFileSync(join(target, 'a.txt'), 'utf8')).toBe('2');
    // A name that somebody else took meanwhile.
    expect(() => replaceReport(target, new Map([['mine.txt', '3']]))).toThrow(/without files of these names/);
    expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine');
    rmSync(target, { recursive: true });
  });

  test('others can read it', () => {
    expect((statSync(join(folder, 'report')).mode & 0o777).toString(8)).toBe((0o777 & ~process.umask()).toString(8));
  });

  test('a report that cannot be written ends with 74', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, err } = await study('--report', join(file, 'report'), '--quick');
    rmSync(file);
    expect(err).toMatch(/^error: ENOTDIR.*file/m);
    expect(code).toBe(74);
  });
});

test('docs/findings.md says of each claim what the report says', () => {
  const text = readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8');
  const { findings } = JSON.parse(read('report.json')) as { findings: { id: string; verdict: string }[] };
  for (const { id, verdict } of findings) {
    const heading = id.startsWith('claim') ? `## Claim ${id.slice(-1)}. ` : `## ${id}. `;
    const line = text.split('\n').find((one) => one.startsWith(heading));
    expect(line, id).toBeDefined();
    if (verdict !== 'answered') expect(line).toMatch(new RegExp(`: ${verdict}$`));
  }
});
