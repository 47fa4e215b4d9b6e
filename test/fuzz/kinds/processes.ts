import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Ended, inFolder, MAIN, mustBeClean, run, start, undisturbed } from '../command.js';
import { type Kind, must } from '../kind.js';
import { law } from '../law.js';

const delays = fc.array(fc.integer({ min: 100, max: 1500 }), { minLength: 1, maxLength: 3 });
const signals = fc.constantFrom('SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT') as fc.Arbitrary<NodeJS.Signals>;

/** Ways in which a disk says no. `/dev/full` is there on every Linux. */
const FAULTS: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ['a full device', ['sweep', 'space.json', '--workers', '0', '--out', '/dev/full']],
  ['a folder', ['sweep', 'space.json', '--workers', '0', '--out', '.']],
  ['a file for a folder', ['sweep', 'space.json', '--workers', '0', '--out', 'space.json/rows.csv']],
  ['no folder of processes', ['sweep', 'space.json', '--workers', '0', '--out', '/proc/1/rows.csv']],
  ['traces in a file', ['trace', 'collective', '--size', '1', '--npus', '2', '--out', 'space.json']],
  ['traces where nothing can be made', ['trace', 'collective', '--size', '1', '--npus', '2', '--out', '/proc/x']],
];

async function onFullDisk(folder: string, kilobytes: number): Promise<Ended | undefined> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]).status === 0;
  if (!mounted) return undefined;
  try {
    const ended = await run(folder, 'sweep', 'space.json', '--workers', '0', '--out', 'disk/rows.csv');
    const names = readdirSync(disk);
    must(!names.some((name) => name.endsWith('.part')), () => `left behind: ${names}`);
    if (existsSync(join(disk, 'rows.csv'))) {
      const rows = readFileSync(join(disk, 'rows.csv'), 'utf8');
      must((await undisturbed()).startsWith(rows), () => 'rows that are torn or wrong');
      must(rows === '' || rows.endsWith('\n'), () => 'a torn row');
    }
    return ended;
  } finally {
    spawnSync('umount', [disk]);
  }
}

export const processKinds: readonly Kind[] = [
  law('kills: a sweep that is killed and goes on', 1, fc.tuple(delays, signals), async ([moments, signal]) => {
    const rows = await undisturbed();
    await inFolder(async (folder) => {
      for (const ms of moments) {
        const { child, ended } = start(
          folder,
          'sweep',
          'space.json',
          '--out',
          'rows.csv',
          '--workers',
          '0',
          '--resume',
        );
        const timer = setTimeout(() => child.kill(signal), ms);
        const { code, err } = await ended;
        clearTimeout(timer);
        must([0, 130, null].includes(code), () => `ends with ${code} after ${signal}: ${err}`);
      }
      const { code, err } = await run(folder, 'sweep', 'space.json', '--out', 'rows.csv', '--workers', '0', '--resume');
      must(code === 0, () => `cannot go on: ${code}: ${err}`);
      must(readFileSync(join(folder, 'rows.csv'), 'utf8') === rows, () => 'other rows than undisturbed');
      mustBeClean(folder);
    });
  }),
  law('kills: two sweeps to one file', 1, fc.integer({ min: 0, max: 800 }), async (ms) => {
    const rows = await undisturbed();
    await inFolder(async (folder) => {
      const argv = ['sweep', 'space.json', '--out', 'rows.csv', '--workers', '0', '--overwrite'];
      const first = run(folder, ...argv);
      await new Promise((go) => setTimeout(go, ms));
      const both = await Promise.all([first, run(folder, ...argv)]);
      const codes = both.map(({ code }) => code);
      must(
        codes.includes(0) && codes.every((code) => code === 0 || code === 74),
        () => `end with ${codes}: ${both.map(({ err }) => err)}`,
      );
      must(readFileSync(join(folder, 'rows.csv'), 'utf8') === rows, () => 'other rows than undisturbed');
      mustBeClean(folder);
    });
  }),
  law('faults: where nothing can be written', 2, fc.constantFrom(...FAULTS), async ([name, argv]) => {
    await inFolder(async (folder) => {
      const { code, err } = await run(folder, ...argv);
      must(code === 74, () => `${name}: ends with ${code}: ${err}`);
      must(err.includes(argv.at(-1) as string), () => `${name}: does not name the path: ${err}`);
      mustBeClean(folder);
    });
  }),
  law('faults: a full disk', 1, fc.constantFrom(4, 8, 12, 16, 32), async (kilobytes) => {
    await inFolder(async (folder) => {
      const ended = await onFullDisk(folder, kilobytes);
      if (ended === undefined) return;
      must(ended.code === 74, () => `ends with ${ended.code}: ${ended.err}`);
      must(ended.err.includes('disk/rows.csv'), () => `does not name the path: ${ended.err}`);
    });
  }),
  law(
    'faults: a full standard output',
    1,
    fc.constantFrom(['sweep', 'space.json', '--workers', '0'], ['--help']),
    async (argv) => {
      await inFolder(async (folder) => {
        const { status, stderr } = spawnSync('sh', ['-c', `"$0" "$@" >/dev/full`, process.execPath, MAIN, ...argv], {
          cwd: folder,
        });
        must(status === 74, () => `ends with ${status}: ${stderr}`);
      });
    },
  ),
];
