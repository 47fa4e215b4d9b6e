import { Stopwatch } from '../../base/stopwatch.js';
import { checkPoints, type Outlook } from '../../sweep/check.js';
import { compileSweep } from '../../sweep/compile.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import type { RowFormat } from '../../sweep/format.js';
import type { Points } from '../../sweep/points.js';
import { readShard, type Shard, shardRange, WHOLE } from '../../sweep/shard.js';
import { EXIT } from '../exit-codes.js';
import { OutputError } from '../files/output-error.js';
import type { Io } from '../io.js';
import { jsonFrame, jsonOutput } from '../json-output.js';
import { threadCount } from '../threads.js';
import { packageInfo } from '../version.js';
import { checkFlags, formatOf, type SweepFlags, workersOf } from './flags.js';
import { identityOf } from './identity.js';
import { interruptible } from './interrupt.js';
import { outlookLines, totalMs } from './outlook-text.js';
import { duration, watch } from './progress.js';
import { runSweep, type SweepOutcome } from './run-sweep.js';
import { readSweepFile } from './sweep-file.js';
import { openTarget, streamTarget, type Target } from './target.js';
import { WorkerLost } from './worker-lost.js';
import { withWorkers } from './workers.js';

/** Below this, threads take longer to start than they save. */
const WORTH_WORKERS_MS = 500;

/** A checked sweep. */
interface Task {
  readonly definition: SweepDefinition;
  readonly points: Points;
  readonly shard: Shard;
  readonly from: number;
  readonly end: number;
  readonly format: RowFormat;
  readonly outlook: Outlook;
  readonly workers: number;
  readonly flags: SweepFlags;
  /** The input as resolved, for `--json`. */
  readonly input: object;
}

export async function sweepCommand(file: string, given: SweepFlags, io: Io): Promise<number> {
  // The usual name of standard output.
  const { out, ...others } = given;
  const flags: SweepFlags = out === '-' ? others : given;
  checkFlags(file, flags);
  const task = await prepare(file, flags);
  const { points, outlook, shard, workers, input } = task;
  if (flags.dryRun) {
    const results = { dryRun: true, combinations: points.space.size, columns: points.columns, ...outlook };
    io.out(
      flags.json
        ? jsonOutput('sweep', input, results)
        : `${outlookLines(points, outlook, shard, Math.max(1, workers)).join('\n')}\n`,
    );
    return EXIT.complete;
  }
  return flags.out === undefined ? toStandardOutput(task, io) : toFile(task, flags.out, io);
}

async function prepare(file: string, flags: SweepFlags): Promise<Task> {
  const format = formatOf(flags);
  const shard = flags.shard === undefined ? WHOLE : readShard(flags.shard);
  const wanted = workersOf(flags);
  const definition = await readSweepFile(file, flags.costs);
  const points = compileSweep(definition);
  const { from, end } = shardRange(shard, points.space.size);
  const whole = await checkPoints(points);
  const part = shard.of === 1 ? whole : await points.space.count(from, end);
  const outlook = { ...whole, ...part, searchMs: (whole.searchMs * (end - from)) / points.space.size };
  const quick = outlook.bounded && outlook.exact && totalMs(outlook, 1) < WORTH_WORKERS_MS;
  const workers = threadCount(wanted, !quick);
  const input = { file, definition, shard, format, ...(flags.out === undefined ? {} : { out: flags.out }) };
  return { definition, points, shard, from, end, format, outlook, workers, flags, input };
}

async function toStandardOutput(task: Task, io: Io): Promise<number> {
  const { points, format, from, flags, input } = task;
  if (!flags.json) return finish(task, await run(task, streamTarget(io.out, format, points.columns, from), io), io);
  const [before, behind] = jsonFrame('sweep', input);
  io.out(`${before}{"rows":[`);
  let first = true;
  const write = (text: string) => {
    if (text === '') return;
    // Rows are lines; a list needs commas between them.
    io.out(`${first ? '\n' : ',\n'}${text.trimEnd().replaceAll('\n', ',\n')}`);
    first = false;
  };
  const outcome = await run({ ...task, format: 'jsonl' }, streamTarget(write, 'jsonl', points.columns, from), io);
  const { points: done, failed, interrupted } = outcome;
  io.out(`\n],"points":${done},"failed":${failed},"stopped":${interrupted}}${behind}`);
  return interrupted ? EXIT.interrupted : EXIT.complete;
}

async function toFile(task: Task, file: string, io: Io): Promise<number> {
  const { definition, points, shard, from, end, format, flags, input } = task;
  const { name, version } = packageInfo();
  const target = await openTarget({
    file,
    sidecar: {
      madeBy: `${name} ${version}`,
      sweep: identityOf(definition),
      format,
      shard,
      size: points.space.size,
    },
    points,
    from,
    end,
    resume: flags.resume === true,
    overwrite: flags.overwrite === true,
    notify: (text) => say(flags, io, text),
  });
  let outcome: SweepOutcome;
  const stopwatch = new Stopwatch();
  try {
    outcome = await run(task, target, io);
  } catch (error) {
    if (!(error instanceof OutputError || error instanceof WorkerLost) || !target.continues) throw error;
    throw error.with('the rows before are kept; continue with --resume');
  }
  if (flags.json) {
    const { points: done, failed, interrupted } = outcome;
    io.out(jsonOutput('sweep', input, { out: file, points: done, failed, kept: target.kept, stopped: interrupted }));
  } else if (process.stderr.isTTY && !outcome.interrupted) {
    const ms = stopwatch.ms;
    const rate = Math.round((1000 * outcome.points) / ms).toLocaleString('en-US');
    const before = target.kept > 0 ? ` after the ${target.kept} existing ones` : '';
    io.err(`${outcome.points} points${before} in ${duration(ms)} (${rate}/s)\n`);
  }
  return finish(task, outcome, io);
}

async function run(task: Task, target: Target, io: Io): Promise<SweepOutcome> {
  const { definition, points, from, end, format, outlook, flags } = task;
  const total = { points: outlook.points, exact: outlook.exact, combinations: end };
  const start = { points: target.kept, failed: 0, looked: from };
  return interruptible(async (signal) => {
    const watcher = watch(total, start, (text) => say(flags, io, text));
    try {
      return await withWorkers({ definition, points, count: task.workers }, signal, (workers) =>
        runSweep(points, workers, target, { end, format, signal, watcher }),
      );
    } finally {
      watcher.stop();
      target.close();
    }
  });
}

/** Reports how the sweep ended and returns its exit code. */
function finish({ flags }: Task, { points, failed, interrupted }: SweepOutcome, io: Io): number {
  if (interrupted && !flags.json) {
    io.err(`stopped after ${points} points${flags.out === undefined ? '' : '; continue with --resume'}\n`);
  }
  if (failed > 0) say(flags, io, `${failed} of ${points} points failed: see the column "error"`);
  return interrupted ? EXIT.interrupted : EXIT.complete;
}

/** Prints a remark, but not with `--json`, where stderr is for errors only. */
function say({ json }: SweepFlags, io: Io, text: string): void {
  if (!json) io.err(`# ${text}\n`);
}
