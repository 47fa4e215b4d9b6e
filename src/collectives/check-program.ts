import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import { columnIssues } from './check-columns.js';
import { isBuilt, type StepProgram } from './step-program.js';

type ColumnKind = typeof Int32Array | typeof Float64Array | typeof Uint8Array;

/** More ranks than any column can have. */
const MOST_RANKS = 2 ** 28;

/** Columns of a program with one entry per step. */
const PER_STEP = {
  does: Uint8Array,
  peer: Int32Array,
  meets: Int32Array,
  bytes: Float64Array,
  needs: Int32Array,
  channel: Int32Array,
} as const satisfies { readonly [K in keyof StepProgram]?: ColumnKind };

/**
 * What keeps a value from being a step program: missing columns, columns of the wrong kind or
 * length, and impossible entries. Takes only a few comparisons for a program of any length that
 * a builder has checked.
 */
export function programIssues(value: unknown): Issue[] {
  try {
    return reading(() => issuesOf(value, 'program'), 'program');
  } catch (error) {
    if (error instanceof ConfigError) return [...error.issues];
    throw error;
  }
}

/** @throws ConfigError for a value that is not a step program. */
export function checkProgram(value: unknown): asserts value is StepProgram {
  const issues = programIssues(value);
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Whether {@link programIssues} finds nothing. */
export function isStepProgram(value: unknown): value is StepProgram {
  return programIssues(value).length === 0;
}

function issuesOf(value: unknown, path: string): Issue[] {
  if (!isObject(value) || (value as Partial<StepProgram>).kind !== 'steps') {
    return [{ path, expected: 'a program, as StepBuilder and readMsccl make it', got: show(value) }];
  }
  const { ranks, does, ns, route, order, cargo, alternate, switches } = value as Partial<StepProgram>;
  const issues: Issue[] = [];
  const expect = (fits: boolean, key: string, expected: string, got: unknown) => {
    if (!fits) issues.push({ path: `${path}.${key}`, expected, got: show(got) });
  };
  const column = (owner: unknown, key: string, kind: ColumnKind, length?: number) => {
    const got = key.split('.').reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), owner);
    const fits = got instanceof kind && (length === undefined || got.length === length);
    expect(
      fits,
      key,
      `${kind === Int32Array ? 'an' : 'a'} ${kind.name}${length === undefined ? '' : ` of ${length}`}`,
      got,
    );
    return fits ? got : undefined;
  };
  /** Checks the starts of consecutive lists in a column. */
  const lists = (count: number, starts: string, entries: string) => {
    const first = column(value, starts, Int32Array, count + 1);
    const all = column(value, entries, Int32Array);
    if (first === undefined || all === undefined) return;
    const fits = first[0] === 0 && first[count] === all.length;
    expect(fits, starts, `starts from 0 to ${all.length}`, `${first[0]} to ${first[count]}`);
  };
  const isCount = Number.isInteger(ranks) && (ranks as number) >= 1 && (ranks as number) <= MOST_RANKS;
  expect(isCount, 'ranks', `a whole number from 1 to ${MOST_RANKS}`, ranks);
  if (!isCount || !(does instanceof Uint8Array)) {
    column(value, 'does', Uint8Array);
    return issues;
  }
  const steps = does.length;
  for (const [key, kind] of Object.entries(PER_STEP)) column(value, key, kind, steps);
  const times = ns instanceof Float64Array && ns.length === 0 ? 0 : steps;
  column(value, 'ns', Float64Array, times);
  const first = column(value, 'first', Int32Array, (ranks as number) + 1);
  if (first !== undefined) expect(first.at(-1) === steps, 'first', `starts of ${steps} steps`, `${first.at(-1)}`);
  lists(steps, 'waiters.first', 'waiters.steps');
  const { sendsEnd, paysEndpoint, thread, isSized } = value;
  expect(sendsEnd === 'issued' || sendsEnd === 'arrived', 'sendsEnd', 'one of issued, arrived', sendsEnd);
  expect(typeof paysEndpoint === 'boolean', 'paysEndpoint', 'true or false', paysEndpoint);
  expect(isSized === undefined || isSized === true, 'isSized', 'true or undefined', isSized);
  if (thread !== undefined) column(value, 'thread', Int32Array, steps);
  if (switches !== undefined) column(value, 'switches', Int32Array, steps);
  if (route !== undefined) lists(steps, 'route.first', 'route.links');
  if (order !== undefined) {
    expect(route !== undefined, 'order', 'none without a route', order);
    column(value, 'order', Int32Array, route?.links?.length);
  }
  if (cargo !== undefined) {
    lists(steps, 'cargo.first', 'cargo.cells');
    const { blocks, input, output } = isObject(cargo) ? cargo : ({} as Record<string, unknown>);
    expect(isWhole(blocks) && (blocks as number) >= 0, 'cargo.blocks', 'a whole number of at least 0', blocks);
    for (const [key, placement] of Object.entries({ input, output })) {
      expect(
        isPlacement(placement),
        `cargo.${key}`,
        'a placement: { at, perRank, perBlock }, whole numbers',
        placement,
      );
    }
  }
  const program = value as unknown as StepProgram;
  if (issues.length === 0 && !isBuilt(program)) issues.push(...columnIssues(program, path));
  if (alternate === undefined) return issues;
  if (!isObject(alternate) || alternate.alternate === undefined) {
    return [...issues, ...issuesOf(alternate, `${path}.alternate`)];
  }
  expect(false, 'alternate.alternate', 'none', alternate.alternate);
  return issues;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

function isPlacement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { at, perRank, perBlock, rows } = value;
  if (![at, perRank, perBlock].every(isWhole)) return false;
  if (rows === undefined) return true;
  if (!isObject(rows)) return false;
  const { apart, length } = rows;
  return isWhole(apart) && isWhole(length) && length !== 0;
}
