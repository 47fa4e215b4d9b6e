// biome-ignore-all lint/suspicious/noTemplateCurlyInString: holes are the grammar under test
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cli } from './run.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const SWEEP = `
base:
  collective: all-reduce
  topology: ring(\${npus}, 600 GiB/s, 500 ns) x ring(4, \${600 / ratio} GiB/s, 2 us)
  size: 10 MiB
axes:
  ratio: { from: 1, to: 8 }
  npus: [2, 3, 8]
  algorithms: [ring, [ring, halving-doubling], halving-doubling]
  splits: { from: 1, to: 16, factor: 2 }
where: ratio != 5
`;
const POINTS = 7 * 3 * 3 * 5;

let folder = '';
const at = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(at(name), 'utf8');
const lines = (name: string) => text(name).trimEnd().split('\n');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  writeFileSync(at('space.yml'), SWEEP);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** In this process, without threads. */
const sweep = (...argv: string[]) => cli('sweep', at('space.yml'), '--workers', '0', ...argv);

describe('sweep', () => {
  test('a header and a row for every point, in order', async () => {
    const { code, out, err } = await sweep();
    const rows = out.trimEnd().split('\n');
    expect(rows).toHaveLength(POINTS + 1);
    expect(rows[0]).toMatch(/^point,ratio,npus,algorithms,splits,total_npus,.*,time_ns,.*,error$/);
    const numbers = rows.slice(1).map((row) => Number(row.split(',')[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    // Three rings do not halve; that is a row, and said in the end.
    expect(err).toBe(`# ${7 * 5} of ${POINTS} points failed: see the column "error"\n`);
    expect(code).toBe(0);
  });

  test('a file, and what it belongs to beside it', async () => {
    const { out } = await sweep();
    expect(await sweep('--out', at('rows.csv'))).toMatchObject({ code: 0, out: '' });
    expect(text('rows.csv')).toBe(out);
    const { sweep: identity, rows, shard } = JSON.parse(text('rows.csv.sweep.json'));
    expect([identity.length, rows.points, shard]).toEqual([64, POINTS, { index: 1, of: 1 }]);
    expect(rows).toMatchObject({ complete: true, lines: POINTS + 1, bytes: out.length, next: 360 });
  });

  test('json lines', async () => {
    await sweep('--out', at('rows.jsonl'));
    const rows = lines('rows.jsonl').map((line) => JSON.parse(line));
    expect(rows).toHaveLength(POINTS);
    expect(rows[0]).toMatchObject({ point: 0, ratio: 1, npus: 2, algorithms: 'ring', splits: 1, total_npus: 8 });
  });

  test('a dry run counts and estimates', async () => {
    const { out } = await sweep('--dry-run');
    expect(out).toMatch(
      /^315 points of 360 combinations\nabout .* with 1 worker\nvaried: ratio, npus, algorithms, splits\n$/,
    );
  });

  test('shards merge to the file of one run', async () => {
    for (const format of ['csv', 'jsonl']) {
      await sweep('--out', at(`whole.${format}`));
      const files = [3, 1, 4, 2].map((i) => at(`part-${i}.${format}`));
      for (const [k, i] of [3, 1, 4, 2].entries()) await sweep('--out', files[k] as string, '--shard', `${i}/4`);
      expect(await cli('sweep', 'merge', '--out', at(`merged.${format}`), ...files)).toMatchObject({
        code: 0,
        out: '',
      });
      expect(text(`merged.${format}`)).toBe(text(`whole.${format}`));
      expect(text(`merged.${format}.sweep.json`)).toBe(text(`whole.${format}.sweep.json`));
    }
  });

  test('merge refuses what is not the whole', async () => {
    const part = (i: number) => at(`${i}.csv`);
    for (const i of [1, 2, 3]) await sweep('--out', part(i), '--shard', `${i}/3`);
    const merge = async (...files: string[]) => {
      const { code, err } = await cli('sweep', 'merge', '--out', at('all.csv'), ...files);
      expect([code, existsSync(at('all.csv'))]).toEqual([2, false]);
      return err;
    };
    expect(await merge(part(1), part(3))).toMatch(/expected all 3 shards, got none of 2\/3/);
    expect(await merge(part(1), part(2), part(2))).toMatch(/every shard once/);
    expect(await merge(part(1), part(2), at('space.yml'))).toMatch(/space\.yml: expected .*\.sweep\.json beside it/);
    truncateSync(part(3), 1000);
    expect(await merge(part(1), part(2), part(3))).toMatch(
      /3\.csv: expected 120 rows in \d+ bytes, as when it was complete, got 1000 bytes/,
    );
    writeFileSync(at('space.yml'), SWEEP.replace('10 MiB', '11 MiB'));
    await sweep('--out', part(3), '--shard', '3/3', '--overwrite');
    expect(await merge(part(1), part(2), part(3))).toMatch(/3\.csv: expected the sweep of /);
  });
});

describe('--resume', () => {
  test.each(['csv', 'jsonl'])('%s: from wherever it was cut, to the same file', async (format) => {
    const name = at(`rows.${format}`);
    await sweep('--out', name);
    const whole = text(`rows.${format}`);
    const beside = text(`rows.${format}.sweep.json`);
    const { rows: _, marks, ...unknown } = JSON.parse(beside);
    const random = seedrandom('cut');
    const drawn = Array.from({ length: 6 }, () => Math.floor(random() * whole.length));
    for (const cut of [0, 1, 50, 200, whole.length - 1, whole.length, ...drawn]) {
      // Killed before it had said anything, and cut afterwards, whatever it had said.
      for (const sidecar of [JSON.stringify({ ...unknown, marks: [] }), beside]) {
        writeFileSync(name, whole.slice(0, cut));
        writeFileSync(`${name}.sweep.json`, sidecar);
        const { code, err } = await sweep('--out', name, '--resume');
        expect([code, text(`rows.${format}`), text(`rows.${format}.sweep.json`)]).toEqual([0, whole, beside]);
        const shorter = sidecar === beside && cut > 0 && cut < whole.length;
        expect(err.includes('is shorter than it was: continuing after row')).toBe(shorter);
      }
    }
    expect(marks.length).toBeGreaterThan(100);
  });

  test('begins when there is nothing yet, and ends at once when there is nothing left', async () => {
    await sweep('--out', at('rows.csv'), '--resume');
    expect(lines('rows.csv')).toHaveLength(POINTS + 1);
    const { err } = await sweep('--out', at('rows.csv'), '--resume');
    expect(err).toBe('');
  });

  test('refuses the file of another sweep, and leaves it alone', async () => {
    await sweep('--out', at('rows.csv'));
    const before = text('rows.csv');
    const refused = async (...argv: string[]) => {
      const { code, err } = await sweep('--out', at('rows.csv'), ...argv);
      expect([code, text('rows.csv')]).toEqual([2, before]);
      return err;
    };
    expect(await refused()).toMatch(/--out: expected a new file; --resume continues/);
    expect(await refused('--resume', '--shard', '1/2')).toMatch(/--resume: expected .* the shard 1\/2, got 1\/1/);
    expect(await refused('--resume', '--format', 'jsonl')).toMatch(/the format jsonl, got csv/);
    writeFileSync(at('space.yml'), SWEEP.replace('ratio != 5', 'ratio != 6'));
    expect(await refused('--resume')).toMatch(/--resume: expected .* made from sweep [0-9a-f]{12}, got [0-9a-f]{12}/);
    rmSync(at('rows.csv.sweep.json'));
    expect(await refused('--resume')).toMatch(/rows\.csv\.sweep\.json, which says what sweep/);
    // Comments and layout make no other sweep.
    writeFileSync(
      at('space.yml'),
      `# said differently\nname: x${SWEEP.replace('npus: [2, 3, 8]', 'npus:\n    - 2\n    - 3\n    - 8')}`,
    );
    await sweep('--out', at('rows.csv'), '--overwrite');
    writeFileSync(at('space.yml'), SWEEP);
    expect((await sweep('--out', at('rows.csv'), '--resume')).code).toBe(0);
  });
});

describe('wrong input', () => {
  test.each<[string, string, string[], RegExp]>([
    ['no file', '', ['--out', 'x', '--workers', 'many'], /--workers: expected a whole number/],
    ['broken yaml', 'axes: [', [], /space\.yml:\d+:\d+: expected JSON or YAML/],
    ['an empty file', '', [], /expected a mapping with the keys/],
    ['a mistyped axis', SWEEP.replace('splits', 'split'), [], /axes\.split: .*did you mean "splits"/],
    ['a shard of nothing', SWEEP, ['--shard', '0/3'], /--shard: expected i\/n/],
    ['an unknown format', SWEEP, ['--format', 'cvs'], /did you mean "csv"/],
    ['resume without a file', SWEEP, ['--resume'], /--resume: expected --out/],
  ])('%s', async (_, content, argv, message) => {
    writeFileSync(at('space.yml'), content);
    const { code, out, err } = await cli('sweep', at('space.yml'), ...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  test('a sweep file that is not there', async () => {
    expect((await cli('sweep', at('nothing.yml'))).err).toMatch(/nothing\.yml: expected a file that can be read/);
  });

  test('a folder that is not there is made', async () => {
    const { code } = await sweep('--out', at('parts/deep/rows.csv'));
    expect([code, lines('parts/deep/rows.csv').length]).toEqual([0, POINTS + 1]);
  });

  test.runIf(existsSync('/dev/full'))('a full disk', async () => {
    symlinkSync('/dev/full', at('rows.csv'));
    const { code, err } = await sweep('--out', at('rows.csv'), '--overwrite');
    expect([code, err]).toEqual([74, expect.stringContaining('ENOSPC')]);
  });
});

describe('tune', () => {
  test('prints the best, the front and what depends on each axis', async () => {
    const { code, out } = await cli('tune', at('space.yml'), '--workers', '0', '-n', '3');
    expect(out).toMatch(
      /^315 points; all 315 evaluated: the optimum; 35 cannot be simulated\n\d+ points beat their own wires: left out; --unphysical keeps them\n/,
    );
    expect(out).toMatch(/\nBest points by time_ns\ntime \(us\)\s+cost\s+point\s+ratio\s+npus\s+algorithms\s+splits\n/);
    expect(out).toMatch(/\nPareto front: .*\n/);
    expect(out).toMatch(/\n {2}splits = \d+: \d+ \+[\d.]+ %; /);
    expect(code).toBe(0);
  });

  test('a search states its budget', async () => {
    writeFileSync(at('space.yml'), `${SWEEP}tune: { exhaustiveUpTo: 10, seed: mine }\n`);
    const flags = ['--workers', '0', '--budget', '60', '--minimise', 'cost * time_ns'];
    const { out } = await cli('tune', at('space.yml'), ...flags);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /315 points; a search evaluated 60 \(budget 60, seed mine\) and \d+ around the best/,
    );
    const result = JSON.parse((await cli('tune', at('space.yml'), ...flags, '--json')).out);
    expect(result.results).toMatchObject({ method: 'search', budget: 60, evaluated: 60, minimise: 'cost * time_ns' });
  });
});

/** The program as users run it, with threads. */
describe('the built program', () => {
  /** Long enough to be killed at. */
  const LONG = `${SWEEP.replace('to: 16,', 'to: 512,')}`;

  const start = (...argv: string[]): ChildProcess =>
    spawn(process.execPath, [main, 'sweep', at('space.yml'), ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [main, 'sweep', at('space.yml'), ...argv], { encoding: 'utf8' });

  test('the same bytes for any number of workers', () => {
    for (const workers of ['0', '1', '2', '8']) {
      expect(run('--out', at(`${workers}.csv`), '--workers', workers).status).toBe(0);
      expect(text(`${workers}.csv`)).toBe(text('0.csv'));
    }
  });

  test('killed again and again at random places, then the same file', async () => {
    writeFileSync(at('space.yml'), LONG);
    run('--out', at('whole.csv'));
    const random = seedrandom('kill');
    for (let round = 0; round < 6; round++) {
      const child = start('--out', at('rows.csv'), '--resume', '--workers', '2');
      const ended = once(child, 'exit');
      setTimeout(() => child.kill('SIGKILL'), 400 + random() * 1200);
      await ended;
    }
    expect(run('--out', at('rows.csv'), '--resume').status).toBe(0);
    expect(text('rows.csv')).toBe(text('whole.csv'));
  });

  test('Ctrl-C leaves whole rows and says how to go on', async () => {
    writeFileSync(at('space.yml'), SWEEP.replace('ratio: { from: 1, to: 8 }', 'ratio: { from: 1, to: 1000000 }'));
    const child = start('--out', at('rows.csv'), '--workers', '2');
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    const ended = once(child, 'exit');
    // Once rows are there.
    while (!existsSync(at('rows.csv')) || lines('rows.csv').length < 100) await new Promise((go) => setTimeout(go, 50));
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(err).toMatch(/^stopped after \d+ points; continue with --resume\n/);
    expect(text('rows.csv').endsWith('\n')).toBe(true);
    const cells = lines('rows.csv').map((line) => line.replaceAll(/"[^"]*"/g, '').split(',').length);
    expect(new Set(cells).size).toBe(1);
  });

  test('a disk that fills up: an error, and what is there stays', () => {
    writeFileSync(at('space.yml'), LONG);
    run('--out', at('whole.csv'));
    const command = `ulimit -f 20; exec "${process.execPath}" "${main}" sweep "${at('space.yml')}" --out "${at('rows.csv')}"`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toMatch(
      /^error: .*rows\.csv: cannot be written: EFBIG.*; the rows before are kept; continue with --resume\n$/,
    );
    expect(status).toBe(74);
    expect(text('rows.csv').endsWith('\n')).toBe(true);
    expect(run('--out', at('rows.csv'), '--resume').status).toBe(0);
    expect(text('rows.csv')).toBe(text('whole.csv'));
  });
});
