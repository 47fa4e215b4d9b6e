import { ConfigError, SimulationError, show } from '../../base/errors.js';
import { checkPoints } from '../../sweep/check.js';
import { compileSweep } from '../../sweep/compile.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { tunePoints } from '../../sweep/tune/tune.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { SWEEP_EXIT } from './exit.js';
import { workersOf } from './flags.js';
import { interruptible } from './interrupt.js';
import { duration, watch } from './progress.js';
import { readSweepFile } from './sweep-file.js';
import { tuneLines } from './tune-text.js';
import { coreCount, noWorkers, startWorkers } from './workers.js';

/** The options of `tune` as commander hands them over. */
export interface TuneFlags {
  readonly minimise?: string;
  readonly budget?: string;
  readonly seed?: string;
  readonly exhaustive?: boolean;
  readonly best: string;
  readonly workers?: string;
  readonly json?: boolean;
}

const WORTH_WORKERS_MS = 500;

export async function tuneCommand(file: string, flags: TuneFlags, io: Io): Promise<number> {
  const wanted = workersOf(flags);
  const best = positive('--best', flags.best);
  const definition = withFlags(readSweepFile(file), flags);
  const points = compileSweep(definition);
  const { points: total, msPerPoint, bounded } = checkPoints(points);
  const { budget, exhaustiveUpTo } = points.tune;
  const exhaustive = flags.exhaustive === true || total <= exhaustiveUpTo;
  const evaluations = exhaustive ? total : Math.min(total, budget);
  const worth = evaluations * msPerPoint >= WORTH_WORKERS_MS || !bounded;
  const count = wanted ?? (worth ? coreCount() : 0);
  const workers = count === 0 ? noWorkers(points) : startWorkers(definition, count);
  const watcher = watch(evaluations, 0);
  const started = performance.now();
  let stopped = false;
  try {
    const result = await interruptible((signal) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        void workers.close();
      });
      return tunePoints(points, {
        method: exhaustive ? 'exhaustive' : 'search',
        best,
        signal,
        evaluator: { limit: workers.limit, score: (indexes) => workers.ask<'scores'>({ kind: 'scores', indexes }) },
        onProgress: ({ evaluated }) => watcher.at(evaluated, 0),
      });
    });
    watcher.stop();
    const took = duration(performance.now() - started);
    io.out(flags.json ? `${JSON.stringify(result, null, 2)}\n` : `${tuneLines(result).join('\n')}\n`);
    if (process.stderr.isTTY) io.err(`# in ${took}\n`);
    return EXIT.complete;
  } catch (error) {
    if (!stopped && !(error instanceof SimulationError)) throw error;
    io.err('stopped\n');
    return SWEEP_EXIT.interrupted;
  } finally {
    watcher.stop();
    await workers.close();
  }
}

/** The file's `tune` section with what flags say instead. */
function withFlags(definition: SweepDefinition, { minimise, budget, seed }: TuneFlags): SweepDefinition {
  const given = {
    ...(minimise === undefined ? {} : { minimise }),
    ...(budget === undefined ? {} : { budget: positive('--budget', budget) }),
    ...(seed === undefined ? {} : { seed }),
  };
  // Anything but a mapping is for the compiler to refuse.
  if (Object.keys(given).length === 0 || typeof definition !== 'object' || definition === null) return definition;
  return { ...definition, tune: { ...definition.tune, ...given } };
}

function positive(path: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new ConfigError([{ path, expected: 'a whole number, at least 1', got: show(text) }]);
}
