import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import { runOf, type TransferSchedule } from './schedule.js';

const WHOLE = Int32Array;

/** Columns with an entry per transfer, and how many more. */
const PER_TRANSFER = {
  chunk: [WHOLE, 0],
  from: [WHOLE, 0],
  to: [WHOLE, 0],
  bytes: [Float64Array, 0],
  reduces: [Uint8Array, 0],
  pathStart: [WHOLE, 1],
  needsStart: [WHOLE, 1],
} as const satisfies { readonly [K in keyof TransferSchedule]?: readonly [unknown, number] };

/** Issues that are told. */
const MOST_ISSUES = 20;

/**
 * Checks that a schedule has all its columns, each as long as it has to be.
 * @throws ConfigError with what is wrong.
 */
export function checkColumns(schedule: TransferSchedule): void {
  const issues = reading(() => columnIssues(schedule), 'schedule');
  if (issues.length > 0) throw new ConfigError(issues);
}

/**
 * Checks the entries of a schedule's columns too: that what they name is there.
 * @param links - how many links there are; where that is not known, any number.
 * @throws ConfigError with what is wrong.
 */
export function checkTransfers(schedule: TransferSchedule, links = 2 ** 31): void {
  checkColumns(schedule);
  const { chunk, chunkSource, bytes, path, needs, needsStart } = schedule;
  const issues: Issue[] = [];
  const expect = (fits: boolean, where: string, expected: string, got: number) => {
    if (!fits && issues.length < MOST_ISSUES) issues.push({ path: `schedule.${where}`, expected, got: show(got) });
  };
  const chunks = chunkSource.length;
  for (const [i, one] of chunk.entries()) {
    expect(one >= 0 && one < chunks, `chunk[${i}]`, `one of ${chunks} chunks`, one);
    const run = runOf(schedule, i);
    expect(run >= 1 && one + run <= chunks, `runs.length[${i}]`, `chunks from ${one} to ${chunks - 1}`, run);
    const size = bytes[i] as number;
    expect(size >= 0 && size < Number.POSITIVE_INFINITY, `bytes[${i}]`, 'bytes, at least 0', size);
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      expect(need >= 0 && need < i, `needs[${k}]`, `a transfer before ${i}`, need);
    }
  }
  for (const [k, link] of path.entries()) {
    expect(link >= 0 && link < links, `path[${k}]`, `one of ${links} links`, link);
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function columnIssues(schedule: TransferSchedule): Issue[] {
  if (typeof schedule !== 'object' || schedule === null) {
    return [{ path: 'schedule', expected: 'a schedule, such as synthesise makes', got: show(schedule) }];
  }
  const issues: Issue[] = [];
  const column = (key: string, value: unknown, kind: Kind, length?: number): void => {
    if (value instanceof kind && (length === undefined || value.length === length)) return;
    const expected = `${kind === WHOLE ? 'an' : 'a'} ${kind.name}${length === undefined ? '' : ` of ${length}`}`;
    const got = value instanceof kind ? `one of ${value.length}` : show(value);
    issues.push({ path: `schedule.${key}`, expected, got });
  };
  const { chunkSource, chunk, path, needs, plan, runs } = schedule;
  for (const [key, value] of Object.entries({ chunkSource, chunk, path, needs })) column(key, value, WHOLE);
  if (issues.length > 0) return issues;
  column('chunkTarget', schedule.chunkTarget, WHOLE, chunkSource.length);
  column('turn', schedule.turn, WHOLE, path.length);
  for (const [key, [kind, more]] of Object.entries(PER_TRANSFER)) {
    column(key, schedule[key as keyof TransferSchedule], kind, chunk.length + more);
  }
  if (plan !== undefined) {
    const { startNs, endNs } = plan ?? {};
    for (const [key, value] of Object.entries({ startNs, endNs })) {
      column(`plan.${key}`, value, Float64Array, chunk.length);
    }
  }
  if (runs !== undefined) {
    const { length, chunkBytes } = runs ?? {};
    column('runs.length', length, WHOLE, chunk.length);
    column('runs.chunkBytes', chunkBytes, Float64Array, chunkSource.length);
  }
  if (issues.length > 0) return issues;
  const { pathStart, needsStart } = schedule;
  for (const [key, starts, length] of [
    ['pathStart', pathStart, path.length],
    ['needsStart', needsStart, needs.length],
  ] as const) {
    const rises = starts.every((start, i) => i === 0 || start >= (starts[i - 1] as number));
    if (rises && starts[0] === 0 && starts.at(-1) === length) continue;
    issues.push({ path: `schedule.${key}`, expected: `starts that rise from 0 to ${length}`, got: 'others' });
  }
  return issues;
}

type Kind = typeof Int32Array | typeof Float64Array | typeof Uint8Array;
