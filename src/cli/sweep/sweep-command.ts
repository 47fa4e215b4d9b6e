import { checkPoints, type Outlook } from '../../sweep/check.js';
import { compileSweep } from '../../sweep/compile.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import type { Points } from '../../sweep/points.js';
import { readShard, shardRange, WHOLE } from '../../sweep/shard.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { SWEEP_EXIT } from './exit.js';
import { checkFlags, formatOf, type SweepFlags, workersOf } from './flags.js';
import { identityOf } from './identity.js';
import { interruptible } from './interrupt.js';
import { outlookLines } from './outlook-text.js';
import { OutputError } from './output-error.js';
import { duration, watch } from './progress.js';
import { runSweep, type SweepOutcome } from './run-sweep.js';
import { readSweepFile } from './sweep-file.js';
import { openTarget, streamTarget, type Target } from './target.js';
import { madeBy } from './version.js';
import { coreCount, noWorkers, startWorkers, type Workers } from './workers.js';

/** Below this, threads take longer to start than they save. */
const WORTH_WORKERS_MS = 500;

export async function sweepCommand(file: string, flags: SweepFlags, io: Io): Promise<number> {
  checkFlags(flags);
  const format = formatOf(flags);
  const shard = flags.shard === undefined ? WHOLE : readShard(flags.shard);
  const wanted = workersOf(flags);
  const definition = readSweepFile(file);
  const points = compileSweep(definition);
  const { from, end } = shardRange(shard, points.space.size);
  const outlook = { ...checkPoints(points), ...points.space.count(from, end) };
  const workerCount = wanted ?? (totalMs(outlook) < WORTH_WORKERS_MS && outlook.bounded ? 0 : coreCount());
  if (flags.dryRun) {
    io.out(`${outlookLines(points, outlook, shard, Math.max(1, workerCount)).join('\n')}\n`);
    return EXIT.complete;
  }
  const { columns } = points;
  const { out } = flags;
  try {
    const target =
      out === undefined
        ? streamTarget(io.out, format, columns, from)
        : openTarget({
            file: out,
            sidecar: {
              madeBy: madeBy(),
              sweep: identityOf(definition),
              format,
              shard,
              size: points.space.size,
            },
            columns,
            from,
            end,
            resume: flags.resume === true,
            overwrite: flags.overwrite === true,
          });
    const started = performance.now();
    const outcome = await run({ definition, points, target, workerCount, outlook, end, format });
    report(outcome, target, performance.now() - started, out, io);
    return outcome.interrupted ? SWEEP_EXIT.interrupted : EXIT.complete;
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    io.err(`error: ${error.message}\n`);
    return SWEEP_EXIT.output;
  }
}

interface Run {
  readonly definition: SweepDefinition;
  readonly points: Points;
  readonly target: Target;
  readonly workerCount: number;
  readonly outlook: Outlook;
  readonly end: number;
  readonly format: ReturnType<typeof formatOf>;
}

async function run({ definition, points, target, workerCount, outlook, end, format }: Run): Promise<SweepOutcome> {
  const workers: Workers = workerCount === 0 ? noWorkers(points) : startWorkers(definition, workerCount);
  const watcher = watch(outlook.points, target.kept);
  try {
    return await interruptible((signal) => runSweep(points, workers, target, { end, format, signal, watcher }));
  } finally {
    watcher.stop();
    target.close();
    await workers.close();
  }
}

function report(
  { points, failed, interrupted }: SweepOutcome,
  target: Target,
  ms: number,
  out: string | undefined,
  io: Io,
): void {
  if (interrupted) {
    const next = out === undefined ? '' : `; go on with --resume`;
    io.err(`stopped after ${points} points${next}\n`);
  } else if (process.stderr.isTTY) {
    const rate = Math.round((1000 * points) / ms).toLocaleString('en-US');
    const before = target.kept > 0 ? ` behind the ${target.kept} that were there` : '';
    io.err(`${points} points${before} in ${duration(ms)} (${rate}/s)\n`);
  }
  if (failed > 0) io.err(`# ${failed} of ${points} points failed: see the column "error"\n`);
}

function totalMs({ points, msPerPoint }: Outlook): number {
  return points * msPerPoint;
}
