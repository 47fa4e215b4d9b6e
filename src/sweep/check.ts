import { ConfigError, type Issue, SimulationError } from '../base/errors.js';
import { Stopwatch } from '../base/stopwatch.js';
import { prepare, simulateCollective } from '../simulate.js';
import type { Axis } from './axis.js';
import type { Points } from './points.js';
import { pick, type Random, randomFrom } from './random.js';
import type { SweepCount } from './space.js';
import { Turns } from './turns.js';

/** What a check knows before the first point runs. */
export interface Outlook extends SweepCount {
  /** Time of one point on one core, ms, measured on a few; a lower bound if not `bounded`. */
  readonly msPerPoint: number;
  readonly bounded: boolean;
  /** Time to look for points in all combinations, ms, estimated from those counted. */
  readonly searchMs: number;
}

/** Most values of an axis to try, spread over longer ones. */
const MOST_VALUES = 256;
/** Most points to try for each value, until one can be simulated. */
const TRIES = 4;
/** Most combinations to probe for each value. */
const PROBES = 64;
const BUDGET_MS = 2000;
const TIMED_POINTS = 1000;
const TIMED_MS = 300;
/** An estimate stops a point that takes longer. */
const TIMED_EVENTS = 100_000;

/**
 * Tries every value of every axis, in a few points that have it, before anything runs. If none
 * of them can be simulated, the value is a mistake in the file; a single bad combination
 * later becomes a row with its error.
 * @throws ConfigError that names those values, or says that no point is left.
 */
export async function checkPoints(points: Points, turns = new Turns()): Promise<Outlook> {
  const { space } = points;
  const random = randomFrom('check');
  const watch = new Stopwatch();
  const count = await space.count(0, space.size, turns);
  const searchMs = (watch.ms * space.size) / count.looked;
  if (count.points === 0 && count.exact) {
    throw new ConfigError([
      { path: 'where', expected: 'conditions that at least one point satisfies', got: `none of ${space.size}` },
    ]);
  }
  watch.restart();
  const issues: Issue[] = [];
  for (const [a, axis] of space.axes.entries()) {
    for (const position of spread(axis.length, MOST_VALUES)) {
      if (watch.ms > BUDGET_MS) break;
      if (turns.due) await turns.next();
      issues.push(...tryValue(points, a, position, random));
    }
  }
  if (issues.length > 0) throw new ConfigError(distinct(issues));
  return { ...count, searchMs, ...(await time(points, random, turns)) };
}

/** The problem with a value of an axis: none, if some point with it can be simulated, or no point has it. */
function tryValue(points: Points, a: number, position: number, random: Random): Issue[] {
  const { space } = points;
  let first: ConfigError | undefined;
  let tries = 0;
  for (let probe = 0; probe < PROBES && tries < TRIES; probe++) {
    const positions = space.axes.map(({ length }) => (probe === 0 ? 0 : pick(random, length)));
    positions[a] = position;
    const index = space.indexOf(positions);
    if (!space.has(index)) continue;
    tries++;
    const error = errorOf(points, index);
    if (error === undefined) return [];
    first ??= error;
  }
  if (first === undefined) return [];
  const axis = space.axes[a] as Axis;
  const names = axis.names.map(({ name }) => name).join(', ');
  const where = axis.names.some(({ path }) => first?.issues.some((issue) => issue.path.startsWith(path?.text ?? '\n')));
  const hint = where ? {} : { hint: `with ${names} = ${axis.names.map(({ at }) => String(at(position))).join(', ')}` };
  return first.issues.map((issue) => ({ ...hint, ...issue }));
}

function errorOf(points: Points, index: number): ConfigError | undefined {
  const { spec } = points.at(index);
  if (spec instanceof ConfigError) return spec;
  try {
    prepare(spec);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** Measures random points; the first half only warms up. */
async function time(points: Points, random: Random, turns: Turns): Promise<Pick<Outlook, 'msPerPoint' | 'bounded'>> {
  const { space } = points;
  const watch = new Stopwatch();
  const took: number[] = [];
  let bounded = true;
  for (let i = 0; i < TIMED_POINTS && watch.ms < TIMED_MS; i++) {
    if (turns.due) await turns.next();
    const { index, found } = space.next(pick(random, space.size), space.size);
    if (!found) continue;
    const point = new Stopwatch();
    const { spec } = points.at(index);
    if (!(spec instanceof ConfigError)) bounded = runs({ ...spec, maxEvents: TIMED_EVENTS }) && bounded;
    took.push(point.ms);
  }
  const warm = took.slice(Math.floor(took.length / 2));
  return { msPerPoint: warm.reduce((sum, ms) => sum + ms, 0) / Math.max(1, warm.length), bounded };
}

/** Whether a point ran to completion. */
function runs(spec: Parameters<typeof simulateCollective>[0]): boolean {
  try {
    simulateCollective(spec);
    return true;
  } catch (error) {
    return !(error instanceof SimulationError);
  }
}

/** At most `most` positions of `length`, ends included. */
function spread(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.floor((i * (length - 1)) / (most - 1)));
}

function distinct(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.expected} ${issue.got}`, issue])).values()];
}
