import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrated } from '../../src/costs/calibrate/calibrated.js';
import { readCalibration } from '../../src/costs/calibrate/read-calibration.js';
import { cli } from './run.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-calibrate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A plain table of `count` sizes from 8 B on, each four times the one before. */
function plain(name: string, timeUs: (bytes: number) => number | string, { nodes = 1, count = 12 } = {}): string {
  const sizes = Array.from({ length: count }, (_, i) => 8 * 4 ** i);
  return [
    `# name: ${name}`,
    '# collective: all_reduce',
    `# nodes: ${nodes}`,
    '# gpusPerNode: 8',
    `# ranks: ${8 * nodes}`,
    '# columns: bytes time_us',
    ...sizes.map((bytes) => `${bytes} ${timeUs(bytes)}`),
    '',
  ].join('\n');
}

/** 20 us and 100 GB/s, which are 10^5 bytes per us. */
const straight = (bytes: number) => 20 + bytes / 1e5;

/** As nccl-tests prints it: time out of place in column 6 of 13. */
const NCCL_TESTS = [
  '# nThread 1 nGpus 8 minBytes 1024 maxBytes 4194304 step: 4(factor) warmup iters: 5 iters: 20 agg iters: 1',
  '#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong',
  '#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)',
  ...[0, 1, 2, 3, 4, 5, 6].map((i) => {
    const bytes = 1024 * 4 ** i;
    return `${bytes} ${bytes / 4} float sum -1 ${10 + i} 0.1 0.1 0 ${11 + i} 0.1 0.1 0`;
  }),
  '# Out of bounds values : 0 OK',
  '',
].join('\n');

describe('calibrate', () => {
  test('finds the line that the times were made of', async () => {
    const log = file('line.log', plain('made', straight));
    const { code, out, err } = await cli('calibrate', log, '--form', 'line');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('# made: all-reduce, 1 node, 8 ranks, 12 sizes from 8 B to 32 MiB, out-of-place');
    expect(out).toMatch(/^ {2}\* line +0\.0 \/ 0\.0 +0\.0 \/ 0\.0 +0\.0 \/ 0\.0/m);
    expect(out).toContain('* line: 20 us + S / 100 GB/s');
    expect(out).toContain('not properties of the hardware');
  });

  test('tries every form, in the order of their errors, by band', async () => {
    // The bend of a change of protocol at 8 KiB.
    const log = file(
      'bend.log',
      plain('bend', (bytes) => Math.min(10 + bytes / 1e3, 20 + bytes / 1e5)),
    );
    const { out } = await cli('calibrate', log, '--json');
    const { command, input, results } = JSON.parse(out);
    expect([command, input.logs]).toEqual(['calibrate', [log]]);
    const { tried, heldOut, curve } = results.calibration.tables[0];
    expect(tried.map(({ form }: { form: string }) => form).toSorted()).toEqual(
      ['line', 'lines', 'power', 'root', 'table'].toSorted(),
    );
    const medians = tried.map((one: { heldOut: { medianPercent: number } }) => one.heldOut.medianPercent);
    expect(medians).toEqual(medians.toSorted((a: number, b: number) => a - b));
    expect([curve.form, heldOut]).toEqual([tried[0].form, tried[0].heldOut]);
    // 8 B to 8 KiB are six of the twelve sizes, the seventh is 32 KiB; 32 MiB is the last.
    expect(heldOut.bands.map(({ count }: { count: number }) => count)).toEqual([6, 5, 1]);
  });

  test('writes a calibration with its provenance, which predicts', async () => {
    const log = file('stored.log', NCCL_TESTS);
    const costs = join(folder, 'deep', 'costs.json');
    const { code, err } = await cli('calibrate', log, '--out', costs);
    expect([code, err]).toEqual([0, `# written to ${costs}\n`]);
    const calibration = readCalibration(JSON.parse(readFileSync(costs, 'utf8')));
    expect(calibration.tables[0]?.source).toMatchObject({ sizes: 7, smallestBytes: 1024, largestBytes: 2 ** 22 });
    expect(calibration.tables[0]?.source.info['file']).toBe(log);
    expect(calibrated(calibration)({ bytes: 4096 })).toMatchObject({ from: 'measured', outside: false });
  });

  test('several numbers of nodes give a law; the machine that of NCCL', async () => {
    const logs = [2, 4, 8].map((nodes) =>
      file(
        `${nodes}.log`,
        plain(`on ${nodes}`, (bytes) => straight(bytes) + 10 * Math.log2(nodes), { nodes }),
      ),
    );
    const { out } = await cli('calibrate', ...logs, '--machine', 'dgx-a100');
    expect(out).toContain('# all-reduce on other numbers of nodes, from on 2, on 4, on 8');
    // The depth of a tree over nodes, 10 us a level, is what these times are made of.
    expect(out).toMatch(/^ {2}\* depth(, shaped)? +0\.0 \/ 0\.0 +0\.0 \/ 0\.0 +0\.0 \/ 0\.0$/m);
    expect(out).toMatch(/nccl, shaped/);
    const without = await cli('calibrate', ...logs);
    expect(without.out).not.toMatch(/nccl/);
    expect(without.out).toContain('20 us + 10 us x log2 m + S / 100 GB/s');
  });

  test('tables of one name are told apart by their files', async () => {
    const logs = ['a.log', 'b.log'].map((name) => file(name, NCCL_TESTS));
    const { results } = JSON.parse((await cli('calibrate', ...logs, '--json')).out);
    const names = results.calibration.tables.map(({ source }: { source: { name: string } }) => source.name);
    expect(new Set(names).size).toBe(2);
    for (const [i, log] of logs.entries()) expect(names[i]).toContain(log);
  });

  test('a model that errs by more than 20 % is warned of', async () => {
    // Every other size takes three times as long: no form sees it coming.
    const log = file(
      'wild.log',
      plain('wild', (bytes) => straight(bytes) * (Math.log2(bytes / 8) % 4 === 0 ? 1 : 3)),
    );
    const { code, err } = await cli('calibrate', log);
    expect(code).toBe(0);
    expect(err).toMatch(/^# warning: wild: form "\w+" errs by \d+ % at the median of unseen sizes$/m);
  });
});

describe('hostile logs end in a line that names the file', () => {
  const good = plain('good', straight);
  test.each<[string, string, RegExp]>([
    ['nothing', '', /expected a table with sizes and times.* got no header of one/],
    ['other text', 'Traceback (most recent call last):\n  File "x"\n'.repeat(50), /got no header of one/],
    ['bytes of a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR', /got no header of one/],
    ['a header alone', good.split('8 20')[0] as string, /got one without a row/],
    ['three sizes', plain('short', straight, { count: 3 }), /\(short\): expected at least 4 sizes.* got 3/],
    ['two decades', plain('narrow', straight, { count: 5 }), /\(narrow\): .*three decades.* got 8 to 2048 bytes/],
    ['NaN for every time', plain('nan', () => 'NaN'), /got one without a row \(12 x row whose time is not a number/],
    ['negative times', plain('negative', () => -3), /got one without a row \(12 x row whose time is not a number/],
    ['JSON cut short', '{"results": [', /expected JSON, because it starts with a brace/],
    ['other JSON', '{"points": []}', /expected a list, as nccl-tests writes it/],
  ])('%s', async (name, text, message) => {
    const log = file(`${name}.log`, text);
    const { code, out, err } = await cli('calibrate', log);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(log);
    expect(err).toMatch(message);
  });

  test('no file, a folder, one twice, an output over an input', async () => {
    const log = file('in.log', good);
    for (const [argv, message] of [
      [['none.log'], /none\.log: expected a file that can be read/],
      [[folder], /expected a file that can be read/],
      [[log, log], /expected each log once/],
      [[log, '--out', log], /^error: --out: expected a file of its own/],
      [[log, '--form', 'rot'], /^error: --form: expected one of line, root.*got "rot".*root/],
      [[log, '--machine', 'dgx-a10'], /^error: --machine: expected one of dgx-v100.*dgx-a100/],
      [[], /missing required argument/],
    ] as const) {
      const { code, out, err } = await cli('calibrate', ...argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(message);
    }
    expect(readFileSync(log, 'utf8')).toBe(good);
    const failed = join(folder, 'not-written.json');
    await cli('calibrate', file('bad.log', ''), '--out', failed);
    expect(existsSync(failed)).toBe(false);
  });

  test('what cannot be written ends with 74', async () => {
    const { code, err } = await cli('calibrate', file('in.log', good), '--out', folder);
    expect([code, err]).toEqual([74, `error: ${folder}: cannot be written: EISDIR: it is a folder\n`]);
  });

  test('rows that hold no measurement are passed over and counted', async () => {
    const lines = good.trimEnd().split('\n');
    const log = file('holes.log', [...lines, '33554432 NaN', '33554432 -1', '99 0'].join('\n'));
    const { code, err } = await cli('calibrate', log);
    expect(code).toBe(0);
    // Six lines of header and twelve rows stand before.
    expect(err).toBe(`# note: ${log}: skipped 3 x row whose time is not a number above 0, the first at 19\n`);
    const { results } = JSON.parse((await cli('calibrate', log, '--json')).out);
    expect(results.notes).toEqual([{ file: log, what: 'row whose time is not a number above 0', count: 3, first: 19 }]);
  });

  test('200,000 rows take a moment', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${8 * (i + 1)} ${straight(8 * (i + 1))}`);
    const log = file('long.log', `# collective: all_reduce\n# columns: bytes time_us\n${rows.join('\n')}\n`);
    const { code, out } = await cli('calibrate', log, '--form', 'line');
    expect(code).toBe(0);
    expect(out).toContain('* line: 20 us + S / 100 GB/s');
  }, 20_000);
});

describe('collective --measured', () => {
  const at = (log: string, ...argv: string[]) =>
    cli(
      'collective',
      '--topology',
      'switch(8, 100 GB/s, 500 ns)',
      '-b',
      '512',
      '-e',
      '8K',
      '-f',
      '4',
      '--measured',
      log,
      ...argv,
    );

  test('puts measured times and errors beside the simulated ones', async () => {
    const log = file(
      'measured.log',
      plain('made', () => 20),
    );
    const { code, out, err } = await at(log);
    expect([code, err]).toEqual([0, '']);
    const [, , , names, units, ...rows] = out
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(names?.slice(-2)).toEqual(['measured', 'error']);
    expect(units?.slice(-2)).toEqual(['(us)', '(%)']);
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row.at(-2)).toBe('20.000');
      expect(row.at(-1)).toBe((100 * (Number(row[5]) / 20 - 1)).toFixed(1));
    }
    const csv = (await at(log, '--csv')).out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(csv[0]?.slice(-2)).toEqual(['measured_us', 'error_percent']);
    expect(csv[1]?.at(-2)).toBe('20');
    const { results } = JSON.parse((await at(log, '--json')).out);
    for (const { timeNs, measured, bounds } of results) {
      expect(bounds).toBeDefined();
      expect(measured.timeUs).toBe(20);
      expect(measured.errorPercent).toBeCloseTo(100 * (timeNs / 20_000 - 1), 9);
    }
  });

  test('sizes that were not measured stay empty; other ranks are warned of', async () => {
    const log = file(
      'two.log',
      plain('two nodes', () => 20, { nodes: 2 }),
    );
    const { out, err } = await at(log, '-f', '2');
    expect(out.match(/ - +-$/gm)).toHaveLength(2);
    expect(err).toBe('# warning: two nodes was measured on 16 ranks, but the simulation has 8\n');
  });

  test.each<[string, string, string[], RegExp]>([
    [
      'no size in common',
      plain('made', straight),
      ['-b', '9', '-e', '9'],
      /with at least one measured size.*12 from 8 to/,
    ],
    ['another collective', plain('made', straight), ['--collective', 'all-gather'], /one table of all-gather on 8/],
    ['two tables', plain('made', straight) + plain('again', straight), [], /made \(all-reduce, 8 ranks\), again/],
    ['no table', 'hello', [], /got no header of one/],
  ])('%s', async (name, text, argv, message) => {
    const { code, out, err } = await at(file(`${name}.log`, text), ...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
