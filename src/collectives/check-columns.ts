import type { Issue } from '../base/errors.js';
import { circleIssues } from './step-circles.js';
import { COPY, nameOfStep, RECEIVE, RECONFIGURE, REDUCE, SEND, STEP_NAMES, type StepProgram } from './step-program.js';

/** Most issues to report. */
const MOST_ISSUES = 10;

/** Lists of cells per step: one for a send or receive, two for a copy, three for a sum. */
const LISTS: Readonly<Record<number, number>> = { [SEND]: 1, [RECEIVE]: 1, [COPY]: 2, [REDUCE]: 3 };

/**
 * Finds impossible entries in the columns of a program: ranks and steps that do not exist, invalid
 * times and sizes, messages that nobody receives, steps that wait for each other. Takes linear time;
 * expects columns of the right kinds and lengths.
 */
export function columnIssues(program: StepProgram, path: string): Issue[] {
  const issues = new Issues(path);
  const { ranks, first, does, waiters, cargo, route } = program;
  const count = does.length;
  checkStarts(issues, 'first', first);
  checkStarts(issues, 'waiters.first', waiters.first);
  if (cargo !== undefined) checkStarts(issues, 'cargo.first', cargo.first);
  if (route !== undefined) checkStarts(issues, 'route.first', route.first);
  if (issues.list.length > 0) return issues.list;

  const rankOf = new Int32Array(count);
  for (let rank = 0; rank < ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
  checkSteps(issues, program);
  if (issues.list.length > 0) return issues.list;
  checkMessages(issues, program, rankOf);
  checkNeeds(issues, program, rankOf);
  checkTurns(issues, program);
  if (issues.list.length > 0) return issues.list;
  return circleIssues(program, (step) => `${path}: ${nameOfStep(program, step)}`);
}

class Issues {
  readonly list: Issue[] = [];
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  add(column: string, entry: number, expected: string, got: number | string): void {
    if (this.list.length >= MOST_ISSUES) return;
    this.list.push({ path: `${this.path}.${column}[${entry}]`, expected, got: String(got) });
  }
}

function checkStarts(issues: Issues, column: string, starts: Int32Array): void {
  if (starts[0] !== 0) issues.add(column, 0, '0', starts[0] as number);
  for (let i = 1; i < starts.length; i++) {
    const [before, start] = [starts[i - 1] as number, starts[i] as number];
    if (start < before) issues.add(column, i, `at least ${before}, the start before it`, start);
  }
}

/** Checks what a step says about itself. */
function checkSteps(issues: Issues, { ranks, does, peer, bytes, ns, cargo, switches }: StepProgram): void {
  const isAmount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  for (let step = 0; step < does.length; step++) {
    const what = does[step] as number;
    const other = peer[step] as number;
    const size = bytes[step] as number;
    if (what >= STEP_NAMES.length) issues.add('does', step, `0 to ${STEP_NAMES.length - 1}`, what);
    const meetsOther = what === SEND || what === RECEIVE || what === RECONFIGURE;
    if (meetsOther && !(other >= 0 && other < ranks)) issues.add('peer', step, `a rank from 0 to ${ranks - 1}`, other);
    if (!isAmount(size)) issues.add('bytes', step, 'whole bytes, at least 0, below 2^53', size);
    const time = ns.length === 0 ? 0 : (ns[step] as number);
    if (!isAmount(time)) issues.add('ns', step, 'whole ns, at least 0, below 2^53', time);
    const place = switches?.[step] ?? -1;
    const hasSwitch = what === SEND || what === RECONFIGURE;
    if (place < -1 || (place !== -1 && !hasSwitch)) {
      issues.add(
        'switches',
        step,
        hasSwitch ? 'a switch from 0, or -1 for all' : '-1, because it sends nothing',
        place,
      );
    }
    if (cargo === undefined) continue;
    const cells = (cargo.first[step + 1] as number) - (cargo.first[step] as number);
    const lists = LISTS[what] ?? 0;
    if (lists === 0 ? cells > 0 : cells % lists !== 0) {
      issues.add('cargo.first', step + 1, `cells for ${lists} lists of one length`, `${cells} cells`);
    }
  }
}

/** Checks that sends match receives of the other rank, one for one. */
function checkMessages(issues: Issues, { does, peer, meets, bytes, cargo }: StepProgram, rankOf: Int32Array): void {
  const count = does.length;
  /** By the receive that names a line: its sends minus its receives. */
  const left = new Int32Array(count);
  /** Receives that name a line of several, whose messages may differ in size. */
  const shared = new Set<number>();
  for (let step = 0; step < count; step++) {
    if (does[step] === RECEIVE && meets[step] !== step) shared.add(meets[step] as number);
  }
  const cellsOf = (step: number) =>
    cargo === undefined ? 0 : (cargo.first[step + 1] as number) - (cargo.first[step] as number);
  for (let step = 0; step < count; step++) {
    const what = does[step];
    if (what !== SEND && what !== RECEIVE) continue;
    const met = meets[step] as number;
    // Surplus indistinguishable messages are dropped.
    if (what === SEND && met === -1) continue;
    const [at, from] = what === SEND ? [peer[step], rankOf[step]] : [rankOf[step], peer[step]];
    const fits = does[met] === RECEIVE && meets[met] === met && rankOf[met] === at && peer[met] === from;
    if (!fits) {
      issues.add('meets', step, `a receive of rank ${at} from rank ${from} that meets itself`, met);
      continue;
    }
    left[met] = (left[met] as number) + (what === SEND ? 1 : -1);
    if (shared.has(met)) continue;
    if (bytes[step] !== bytes[met]) issues.add('bytes', step, `${bytes[met]}, as step ${met}`, bytes[step] as number);
    if (cellsOf(step) !== cellsOf(met)) {
      issues.add('cargo.first', step + 1, `${cellsOf(met)} cells, as step ${met}`, `${cellsOf(step)} cells`);
    }
  }
  for (let step = 0; step < count; step++) {
    const more = left[step] as number;
    if (more !== 0)
      issues.add('meets', step, 'as many sends as receives', `${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'}`);
  }
}

/** Checks that steps wait for steps of their own rank, and for as many as `needs` says. */
function checkNeeds(issues: Issues, { does, needs, waiters }: StepProgram, rankOf: Int32Array): void {
  const counted = new Int32Array(does.length);
  for (let step = 0; step < does.length; step++) {
    const end = waiters.first[step + 1] as number;
    for (let i = waiters.first[step] as number; i < end; i++) {
      const waiter = waiters.steps[i] as number;
      if (rankOf[waiter] === rankOf[step]) counted[waiter] = (counted[waiter] as number) + 1;
      else issues.add('waiters.steps', i, `a step of rank ${rankOf[step]}`, waiter);
    }
  }
  for (let step = 0; step < does.length; step++) {
    if (needs[step] !== counted[step]) {
      issues.add('needs', step, `${counted[step]}, as often as it waits`, needs[step] as number);
    }
  }
}

/** Checks that the turns of a link are 0, 1, 2 and so on. */
function checkTurns(issues: Issues, { route, order }: StepProgram): void {
  if (route === undefined || order === undefined) return;
  const most = new Map<number, number>();
  for (const link of route.links) most.set(link, (most.get(link) ?? 0) + 1);
  const taken = new Set<string>();
  for (let i = 0; i < order.length; i++) {
    const [link, turn] = [route.links[i] as number, order[i] as number];
    const turns = most.get(link) as number;
    const key = `${link} ${turn}`;
    if (!(turn >= 0 && turn < turns) || taken.has(key)) {
      issues.add('order', i, `a turn from 0 to ${turns - 1} on link ${link}, each once`, turn);
    }
    taken.add(key);
  }
}
