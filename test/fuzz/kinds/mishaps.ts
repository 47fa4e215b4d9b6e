import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { inFolder, MAIN, mustBeClean, run, startWith, undisturbed } from '../command.js';
import { type Kind, must } from '../kind.js';
import { law } from '../law.js';

const BASE = { collective: 'all-reduce', topology: 'switch(4, 100 GB/s, 1 us)', size: '1 GiB', folding: 'off' };
/** Chunks that take more memory than the workers get. */
const FAT = 150_000;

/** A module that lets both clocks jump while a process runs: `steps` are ms to add, each for a while. */
const clocks = (steps: readonly number[], everyMs: number) => `
const steps = ${JSON.stringify(steps)};
const ticks = performance.now.bind(performance);
const date = Date;
const shift = () => steps[Math.floor(ticks() / ${everyMs}) % steps.length];
performance.now = () => ticks() + shift();
globalThis.Date = class extends date {
  constructor(...args) { args.length === 0 ? super(date.now() + shift()) : super(...args); }
  static now() { return date.now() + shift(); }
};
`;

const HOUR = 3_600_000;
const jumps = fc.array(fc.constantFrom(0, 1000, HOUR, -HOUR, 24 * HOUR, -24 * HOUR, -5), {
  minLength: 2,
  maxLength: 5,
});

export const mishapKinds: readonly Kind[] = [
  law('kills: a worker that runs out of memory', 1, fc.nat(119), async (at) => {
    await inFolder(async (folder) => {
      const splits = Array.from({ length: 120 }, (_, i) => (i === at ? FAT : i + 1));
      writeFileSync(join(folder, 'space.json'), JSON.stringify({ base: BASE, axes: { splits } }));
      const argv = ['sweep', 'space.json', '--out', 'rows.csv', '--workers', '2'];
      const { code, err } = await startWith({ nodeOptions: '--max-old-space-size=100' }, folder, argv).ended;
      // The first checks may look at the point and take the whole process with them: Node aborts, with a code or a signal.
      const aborted = code === 134 || code === null;
      if (!aborted) {
        must(code === 3, () => `ends with ${code}: ${err}`);
        must(/ran out of memory.*--resume/.test(err), () => `does not say what to do: ${err}`);
      }
      const again = aborted ? '--overwrite' : '--resume';
      const more = await run(folder, ...argv, again);
      must(more.code === 0, () => `cannot go on: ${more.code}: ${more.err}`);
      const whole = await run(folder, 'sweep', 'space.json', '--out', 'whole.csv', '--workers', '0');
      must(whole.code === 0, () => `an undisturbed sweep ends with ${whole.code}: ${whole.err}`);
      const rows = readFileSync(join(folder, 'rows.csv'), 'utf8');
      must(rows === readFileSync(join(folder, 'whole.csv'), 'utf8'), () => 'other rows than undisturbed');
      mustBeClean(folder, 'whole.csv', 'whole.csv.sweep.json');
    });
  }),
  law(
    'faults: clocks that jump',
    1,
    fc.record({ steps: jumps, everyMs: fc.constantFrom(20, 100, 400), workers: fc.constantFrom('0', '2') }),
    async ({ steps, everyMs, workers }) => {
      const rows = await undisturbed();
      await inFolder(async (folder) => {
        writeFileSync(join(folder, 'clocks.mjs'), clocks(steps, everyMs));
        const nodeOptions = `--import ${join(folder, 'clocks.mjs')}`;
        const argv = ['sweep', 'space.json', '--out', 'rows.csv', '--workers', workers];
        // On a terminal, where there is one: the bar says how long it will take.
        const terminal = spawnSync('script', ['--version']).status === 0;
        const words = [process.execPath, MAIN, ...argv].map((word) => `'${word}'`).join(' ');
        const { child, ended } = startWith(
          { nodeOptions, cli: terminal ? ['script', '-qec', words, 'screen.txt'] : [process.execPath, MAIN, ...argv] },
          folder,
          [],
        );
        const hung = setTimeout(() => child.kill('SIGKILL'), 120_000);
        const { code, err } = await ended;
        clearTimeout(hung);
        must(code === 0, () => `ends with ${code}: ${err}`);
        must(readFileSync(join(folder, 'rows.csv'), 'utf8') === rows, () => 'other rows than undisturbed');
        if (terminal) {
          const screen = readFileSync(join(folder, 'screen.txt'), 'utf8');
          must(/points/.test(screen), () => 'no progress on a terminal');
          const odd = /NaN|Infinity|-\d[\d.]* ?(ms|s|min|h|days)\b|-\d[\d,]*\/s/.exec(screen);
          must(odd === null, () => `a time that cannot be: ${odd?.[0]}`);
        }
        mustBeClean(folder, 'clocks.mjs', 'screen.txt');
      });
    },
  ),
];
