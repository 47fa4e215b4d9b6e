import { ConfigError, show } from '../../base/errors.js';
import { Stopwatch } from '../../base/stopwatch.js';
import { checkPoints } from '../../sweep/check.js';
import { compileSweep } from '../../sweep/compile.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { tunePoints } from '../../sweep/tune/tune.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { threadCount } from '../threads.js';
import { workersOf } from './flags.js';
import { Interrupted, interruptible } from './interrupt.js';
import { duration, watch } from './progress.js';
import { readSweepFile } from './sweep-file.js';
import { tuneLines } from './tune-text.js';
import { withWorkers } from './workers.js';

/** The options of `tune` from commander. */
export interface TuneFlags {
  readonly minimise?: string;
  readonly budget?: string;
  readonly seed?: string;
  readonly exhaustive?: boolean;
  readonly unphysical?: boolean;
  readonly costs?: string;
  readonly best: string;
  readonly workers?: string;
  readonly json?: boolean;
}

const WORTH_WORKERS_MS = 500;

export async function tuneCommand(file: string, flags: TuneFlags, io: Io): Promise<number> {
  const wanted = workersOf(flags);
  const best = positive('--best', flags.best);
  const definition = withFlags(await readSweepFile(file, flags.costs), flags);
  const points = compileSweep(definition);
  const { points: found, exact, msPerPoint, bounded } = await checkPoints(points);
  const { budget, exhaustiveUpTo } = points.tune;
  const exhaustive = flags.exhaustive === true || (exact && found <= exhaustiveUpTo);
  const evaluations = exhaustive ? found : exact ? Math.min(found, budget) : budget;
  const worth = evaluations * msPerPoint >= WORTH_WORKERS_MS || !bounded || !exact;
  const count = threadCount(wanted, worth);
  const total = { points: evaluations, exact: exact || !exhaustive, combinations: points.space.size };
  const say = (text: string) => {
    if (!flags.json) io.err(`# ${text}\n`);
  };
  const watcher = watch(total, { points: 0, failed: 0, looked: 0 }, say);
  const stopwatch = new Stopwatch();
  try {
    const result = await interruptible((signal) =>
      withWorkers({ definition, points, count }, signal, async ({ limit, ask }) => {
        try {
          return await tunePoints(points, {
            method: exhaustive ? 'exhaustive' : 'search',
            best,
            signal,
            evaluator: { limit, score: (indexes) => ask<'scores'>({ kind: 'scores', indexes }) },
            onProgress: ({ evaluated, looked }) => watcher.at({ points: evaluated, failed: 0, looked }),
          });
        } catch (error) {
          throw signal.aborted ? new Interrupted() : error;
        }
      }),
    );
    watcher.stop();
    const { objective: _, prices: price, ...settings } = points.tune;
    const input = { file, definition: { ...definition, tune: { ...settings, price } }, best, exhaustive };
    io.out(flags.json ? jsonOutput('tune', input, result) : `${tuneLines(result).join('\n')}\n`);
    if (process.stderr.isTTY) say(`in ${duration(stopwatch.ms)}`);
    return EXIT.complete;
  } finally {
    watcher.stop();
  }
}

/** The file's `tune` section, overridden by flags. */
function withFlags(definition: SweepDefinition, { minimise, budget, seed, unphysical }: TuneFlags): SweepDefinition {
  const given = {
    ...(minimise === undefined ? {} : { minimise }),
    ...(budget === undefined ? {} : { budget: positive('--budget', budget) }),
    ...(seed === undefined ? {} : { seed }),
    ...(unphysical === undefined ? {} : { unphysical }),
  };
  // The compiler refuses anything but a mapping.
  if (Object.keys(given).length === 0 || typeof definition !== 'object' || definition === null) return definition;
  return { ...definition, tune: { ...definition.tune, ...given } };
}

function positive(path: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new ConfigError([{ path, expected: 'a whole number, at least 1', got: show(text) }]);
}
