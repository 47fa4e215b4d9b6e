import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const { at, text } = testFolder();

const HEAD = { schemaVersion: 1, tool: { name: 'astra-sim-ts', version } };
const SPACE = {
  base: { collective: 'all-reduce', topology: 'ring(4, 600 GB/s, 500 ns)', size: '1 MiB' },
  axes: { splits: { from: 1, to: 6 }, algorithms: ['ring', 'halving-doubling'] },
};

beforeEach(() => writeFileSync(at('space.yml'), JSON.stringify(SPACE)));
const sweep = (...argv: string[]) => cli('sweep', at('space.yml'), '--workers', '0', ...argv);

describe('--json', () => {
  test('sweep: the rows, as --format jsonl has them', async () => {
    const rows = (await sweep('--format', 'jsonl')).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { code, out, err } = await sweep('--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      ...HEAD,
      command: 'sweep',
      input: { file: at('space.yml'), definition: SPACE, shard: { index: 1, of: 1 }, format: 'csv' },
      results: { rows, points: 12, failed: 0, stopped: false },
    });
    expect(rows).toHaveLength(12);
  });

  test('sweep: of no rows at all, and of a dry run', async () => {
    writeFileSync(at('space.yml'), JSON.stringify({ ...SPACE, where: 'splits == 1' }));
    expect(JSON.parse((await sweep('--json', '--shard', '2/2')).out).results).toEqual({
      rows: [],
      points: 0,
      failed: 0,
      stopped: false,
    });
    const { results } = JSON.parse((await sweep('--json', '--dry-run')).out);
    expect(results).toMatchObject({ dryRun: true, points: 2, exact: true, combinations: 12 });
  });

  test('sweep --out, and merge: what came of it', async () => {
    for (const i of [1, 2]) {
      const { out } = await sweep('--json', '--out', at(`${i}.csv`), '--shard', `${i}/2`);
      expect(JSON.parse(out)).toMatchObject({
        ...HEAD,
        input: { shard: { index: i, of: 2 } },
        results: { out: at(`${i}.csv`), points: 6, failed: 0, kept: 0, stopped: false },
      });
    }
    const { out } = await cli('sweep', 'merge', '--json', '--out', at('all.csv'), at('1.csv'), at('2.csv'));
    const results = { out: at('all.csv'), points: 12, shards: 2 };
    expect(JSON.parse(out)).toEqual({
      ...HEAD,
      command: 'sweep merge',
      input: { files: [at('1.csv'), at('2.csv')], out: at('all.csv') },
      results,
    });
  });

  test('tune: defaults filled, and the input can be used again', async () => {
    const { out } = await cli('tune', at('space.yml'), '--json', '--unphysical');
    const { input, ...rest } = JSON.parse(out);
    expect(rest).toMatchObject({ ...HEAD, command: 'tune', results: { method: 'exhaustive', evaluated: 12 } });
    expect(input.definition.tune).toEqual({
      minimise: 'time_ns',
      price: [1],
      budget: 2000,
      exhaustiveUpTo: 20000,
      seed: 'tune',
      unphysical: true,
    });
    writeFileSync(at('again.yml'), JSON.stringify(input.definition));
    expect(JSON.parse((await cli('tune', at('again.yml'), '--json')).out).results).toEqual(rest.results);
  });

  test.each<[string, string[], number, object]>([
    [
      'a file that is not there',
      ['sweep', 'nowhere.yml'],
      2,
      { name: 'ConfigError', issues: [{ path: 'nowhere.yml' }] },
    ],
    ['an unknown option', ['tune', 'x', '--bogus'], 2, { name: 'CommanderError' }],
    ['no file', ['sweep'], 2, { name: 'CommanderError' }],
    ['a folder', ['sweep', 'SPACE', '--out', '.'], 74, { name: 'OutputError', path: '.' }],
  ])('%s: an error is one line of JSON on stderr', async (_, argv, exitCode, error) => {
    const { code, out, err } = await cli(...argv.map((word) => (word === 'SPACE' ? at('space.yml') : word)), '--json');
    expect([code, out, err.split('\n').length]).toEqual([exitCode, '', 2]);
    expect(JSON.parse(err)).toMatchObject({ ...HEAD, error: { ...error, exitCode } });
  });
});

test('- is standard input', () => {
  for (const command of ['sweep', 'tune']) {
    const { status, stdout } = spawnSync(process.execPath, [main, command, '-', '--json'], {
      input: JSON.stringify(SPACE),
      encoding: 'utf8',
    });
    expect([status, JSON.parse(stdout).input]).toMatchObject([0, { file: '-', definition: { axes: SPACE.axes } }]);
  }
});

describe('--csv-safe', () => {
  const WORDS = ['=1+1', '+x', '-y', '@z', 'plain', 'a,=b'];
  beforeEach(() => {
    const axes = { w: WORDS, n: [-1, 2] };
    writeFileSync(at('space.yml'), JSON.stringify({ base: SPACE.base, axes, let: { v: 'w', m: 'n' } }));
  });
  const cells = (out: string) =>
    out
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));

  test('texts that a spreadsheet would compute begin with an apostrophe; numbers stay', async () => {
    const safe = cells((await sweep('--csv-safe')).out);
    expect(safe.filter((_, i) => i % 2 === 0).map((row) => row[1])).toEqual([
      `"'=1+1"`,
      `"'+x"`,
      `"'-y"`,
      `"'@z"`,
      'plain',
      '"a,=b"',
    ]);
    expect(safe.map((row) => [row[2], row[4]])).toEqual(
      WORDS.flatMap(() => [
        ['-1', '-1'],
        ['2', '2'],
      ]),
    );
    expect(safe[0]?.[3]).toBe(`"'=1+1"`);
    expect((await sweep('--format', 'csv-safe')).out).toBe((await sweep('--csv-safe')).out);
    expect(cells((await sweep()).out)[0]?.[1]).toBe('=1+1');
  });

  test('is a format of its own to --resume', async () => {
    await sweep('--out', at('rows.csv'));
    const before = text('rows.csv');
    const { code, err } = await sweep('--out', at('rows.csv'), '--resume', '--csv-safe');
    expect([code, err]).toEqual([2, expect.stringContaining('the format csv-safe, got csv')]);
    expect(text('rows.csv')).toBe(before);
    expect((await sweep('--csv-safe', '--format', 'jsonl')).err).toMatch(/--csv-safe: expected rows in CSV/);
  });
});
