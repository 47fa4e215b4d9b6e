import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const { at, text, names } = testFolder();

/** 12 x 50 points: 600 rows. */
const SPACE = {
  base: { collective: 'all-reduce', topology: 'ring(4, 600 GB/s, 500 ns)', size: '1 MiB' },
  axes: { 'topology[0].npus': { from: 2, to: 13 }, splits: { from: 1, to: 50 } },
};

beforeEach(() => writeFileSync(at('space.yml'), JSON.stringify(SPACE)));
const sweep = (...argv: string[]) => cli('sweep', at('space.yml'), '--workers', '0', ...argv);
const edit = (name: string, change: (lines: string[]) => string[]) =>
  writeFileSync(at(name), change(text(name).split('\n')).join('\n'));

/** What can happen to line 301, which is row 300. */
const DAMAGES: readonly (readonly [string, (lines: string[]) => string[]])[] = [
  ['a changed number', (lines) => lines.with(300, (lines[300] as string).replace(/^\d+/, '999'))],
  [
    'a changed digit',
    (lines) =>
      lines.with(
        300,
        (lines[300] as string).replace(/\d(?=,phase)/, (d) => `${9 - Number(d)}`),
      ),
  ],
  ['a hole', (lines) => lines.toSpliced(300, 1)],
  ['a doubled row', (lines) => lines.toSpliced(300, 0, lines[299] as string)],
  ['a flipped byte', (lines) => lines.with(300, (lines[300] as string).replace(',', ';'))],
  ['two rows that changed places', (lines) => lines.with(300, lines[301] as string).with(301, lines[300] as string)],
  ['bytes that are all 0', (lines) => lines.with(300, '\0'.repeat((lines[300] as string).length))],
];

describe('damage is found, and the row is said', () => {
  test.each(DAMAGES)('%s: --resume', async (_, change) => {
    await sweep('--out', at('rows.csv'));
    edit('rows.csv', change);
    const damaged = text('rows.csv');
    const { code, err } = await sweep('--out', at('rows.csv'), '--resume');
    expect(err).toMatch(
      /rows\.csv: expected the rows .* row 300 \(line 301\) changed since \(--overwrite starts over\)/,
    );
    expect([code, text('rows.csv')]).toEqual([2, damaged]);
  });

  test.each(DAMAGES)('%s: merge', async (_, change) => {
    await sweep('--out', at('1.csv'), '--shard', '1/2');
    await sweep('--out', at('2.csv'), '--shard', '2/2');
    // Line 301 is beyond a half: the same in the middle of it.
    edit('2.csv', (lines) => change([...Array(200).fill(''), ...lines]).slice(200));
    const { code, err } = await cli('sweep', 'merge', '--out', at('all.csv'), at('1.csv'), at('2.csv'));
    // A mark stands at every second line.
    const [, first = '0', last = first] = /rows? (\d+)(?: to (\d+))?/.exec(err.slice(err.indexOf('others: '))) ?? [];
    expect(err).toMatch(/2\.csv: expected /);
    expect([Number(first) <= 101, Number(last) >= 99, Number(last) - Number(first) <= 2]).toEqual([true, true, true]);
    expect([code, names()]).toEqual([2, ['1.csv', '1.csv.sweep.json', '2.csv', '2.csv.sweep.json', 'space.yml']]);
  });

  test('of the last row, and of a sidecar', async () => {
    await sweep('--out', at('rows.csv'));
    const { rows } = JSON.parse(text('rows.csv.sweep.json'));
    edit('rows.csv', (lines) => lines.with(-2, (lines.at(-2) as string).replace(/^\d+/, '320')));
    expect((await sweep('--out', at('rows.csv'), '--resume')).err).toMatch(/row 600 \(line 601\)/);
    const sidecar = JSON.parse(text('rows.csv.sweep.json'));
    writeFileSync(at('rows.csv.sweep.json'), JSON.stringify({ ...sidecar, rows: { ...rows, points: 599 } }));
    expect((await sweep('--out', at('rows.csv'), '--resume')).err).toMatch(/expected rows of points 0 to 599/);
  });
});

describe('what is not ours stays', () => {
  test('an output that is an input, under any name', async () => {
    symlinkSync('space.yml', at('alias.csv'));
    const before = text('space.yml');
    for (const out of ['space.yml', 'alias.csv', '../'.concat(at().split('/').at(-1) as string, '/space.yml')]) {
      const { code, err } = await sweep('--out', at(out), '--overwrite');
      expect([code, err]).toEqual([2, expect.stringContaining('which is read (the sweep file)')]);
    }
    expect(text('space.yml')).toBe(before);
  });

  test('a sidecar, as an output or in its place', async () => {
    await sweep('--out', at('rows.csv'));
    expect((await sweep('--out', at('rows.csv.sweep.json'), '--overwrite')).err).toMatch(
      /a name that is not a sidecar/,
    );
    copyFileSync(at('space.yml'), at('x.csv.sweep.json'));
    const { code, err } = await cli('sweep', at('x.csv.sweep.json'), '--out', at('x.csv'));
    expect([code, err]).toEqual([2, expect.stringContaining('which is read')]);
    expect((await sweep('--out', at('x.csv'))).err).toMatch(/what a sweep writes beside its results/);
    expect(text('x.csv.sweep.json')).toBe(text('space.yml'));
  });

  test('merge: a shard under any name', async () => {
    for (const i of [1, 2]) await sweep('--out', at(`${i}.csv`), '--shard', `${i}/2`);
    symlinkSync('1.csv', at('one.csv'));
    mkdirSync(at('sub'));
    const before = text('1.csv');
    for (const out of ['1.csv', 'one.csv', 'sub/../1.csv', './2.csv']) {
      const merge = ['sweep', 'merge', '--overwrite', '--out', `${at()}/${out}`];
      const { code, err } = await cli(...merge, at('1.csv'), at('2.csv'));
      expect([code, err]).toEqual([2, expect.stringContaining('which is read (a shard)')]);
    }
    expect(text('1.csv')).toBe(before);
  });

  test('folders and devices get no sidecar and no lock', async () => {
    mkdirSync(at('folder'));
    expect(await sweep('--out', at('folder'))).toMatchObject({ code: 74, err: expect.stringContaining('EISDIR') });
    symlinkSync('/dev/null', at('null.csv'));
    expect(await sweep('--out', at('null.csv'))).toMatchObject({ code: 0 });
    expect([names(), names('folder')]).toEqual([['folder', 'null.csv', 'space.yml'], []]);
    expect(existsSync('/dev/null.sweep.json')).toBe(false);
  });
});

describe('disks that are full', () => {
  /** Runs something in a folder of 16 kB. */
  const onSmallDisk = async (kilobytes: number, run: () => Promise<void>): Promise<boolean> => {
    mkdirSync(at('small'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', at('small')]);
    if (mount.status !== 0) return false;
    try {
      await run();
    } finally {
      spawnSync('umount', [at('small')]);
    }
    return true;
  };

  test('a sweep keeps whole rows and goes on', async (context) => {
    await sweep('--out', at('whole.csv'));
    const ran = await onSmallDisk(28, async () => {
      const { code, err } = await sweep('--out', at('small/rows.csv'));
      expect([code, err]).toEqual([74, expect.stringMatching(/small\/rows\.csv.*ENOSPC.*continue with --resume\n$/)]);
      expect(text('whole.csv').startsWith(text('small/rows.csv'))).toBe(true);
      expect(names('small')).toEqual(['rows.csv', 'rows.csv.sweep.json']);
      for (const name of names('small')) copyFileSync(at('small', name), at(name));
    });
    if (!ran) context.skip('only root can mount');
    expect((await sweep('--out', at('rows.csv'), '--resume')).code).toBe(0);
    expect(text('rows.csv')).toBe(text('whole.csv'));
  });

  test('merge leaves nothing and does not speak of --resume', async (context) => {
    for (const i of [1, 2]) await sweep('--out', at(`${i}.csv`), '--shard', `${i}/2`);
    const ran = await onSmallDisk(16, async () => {
      const { code, err } = await cli('sweep', 'merge', '--out', at('small/all.csv'), at('1.csv'), at('2.csv'));
      expect([code, err]).toEqual([
        74,
        expect.stringMatching(/^error: .*small\/all\.csv: cannot be written: ENOSPC.*\n$/),
      ]);
      expect(err).not.toContain('resume');
      expect(names('small')).toEqual([]);
    });
    if (!ran) context.skip('only root can mount');
  });

  test.runIf(existsSync('/dev/full'))('standard output that is full: 74, and no stack', () => {
    const command = `"${process.execPath}" "${main}" sweep "${at('space.yml')}" > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([74, expect.stringMatching(/^error: standard output: cannot be written: ENOSPC/)]);
    expect(stderr).not.toContain('    at ');
  });
});

describe('processes', () => {
  /** Takes some seconds. */
  const LONG = JSON.stringify({ ...SPACE, axes: { ...SPACE.axes, splits: { from: 1, to: 2000 } } });
  const start = (...argv: string[]) =>
    spawn(process.execPath, [main, 'sweep', at('space.yml'), '--workers', '1', ...argv], { stdio: 'ignore' });
  const until = async (true_: () => boolean) => {
    while (!true_()) await new Promise((go) => setTimeout(go, 20));
  };

  test('of two on one file, one writes and the other says who does', async () => {
    writeFileSync(at('space.yml'), LONG);
    const first = start('--out', at('rows.csv'));
    const ended = once(first, 'exit');
    await until(() => existsSync(at('rows.csv.sweep.json')));
    symlinkSync('rows.csv', at('other-name.csv'));
    for (const flags of [['--resume'], ['--overwrite'], []]) {
      const { code, err } = await sweep('--out', at('other-name.csv'), ...flags);
      expect([code, err]).toEqual([74, expect.stringContaining(`process ${first.pid} on `)]);
    }
    first.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(names()).toEqual(['other-name.csv', 'rows.csv', 'rows.csv.sweep.json', 'space.yml']);
  });

  test('started at the same moment, one of them makes the file, the same as ever', async () => {
    await sweep('--out', at('whole.csv'));
    const codes = await Promise.all([1, 2, 3].map(async () => (await once(start('--out', at('rows.csv')), 'exit'))[0]));
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(text('rows.csv')).toBe(text('whole.csv'));
  });

  test('killed, it leaves a lock that the next one takes over', async () => {
    writeFileSync(at('space.yml'), LONG);
    const first = start('--out', at('rows.csv'));
    const ended = once(first, 'exit');
    // Until something is known to be on the disk.
    await until(() => existsSync(at('rows.csv.sweep.json')) && text('rows.csv.sweep.json').includes('"points"'));
    first.kill('SIGKILL');
    await ended;
    expect(names()).toContain('rows.csv.lock');
    const { rows } = JSON.parse(text('rows.csv.sweep.json'));
    const second = start('--out', at('rows.csv'), '--resume');
    const stopped = once(second, 'exit');
    await until(() => JSON.parse(text('rows.csv.sweep.json')).rows.points > rows.points);
    second.kill('SIGTERM');
    expect(await stopped).toEqual([130, null]);
    const after = JSON.parse(text('rows.csv.sweep.json')).rows;
    expect(readFileSync(at('rows.csv')).length).toBe(after.bytes);
    expect(names()).toEqual(['rows.csv', 'rows.csv.sweep.json', 'space.yml']);
    const numbers = text('rows.csv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[0]));
    expect(numbers).toEqual(Array.from({ length: after.points }, (_, i) => i));
  });
});
