import type { Issue } from '../../base/errors.js';
import type { Cargo } from '../cargo.js';
import { COPY, RECEIVE, REDUCE, SEND, type StepProgram } from '../step-program.js';
import type { Claim } from './claim.js';
import { type Contributions, describe, sum } from './contributions.js';

/** Most stuck steps to report. */
const MOST_ISSUES = 10;

/** How issues name steps and cells. */
interface ReplayNames {
  readonly step: (step: number) => string;
  readonly cell: (cell: number) => string;
}

/** Plays a program on sets of contributions. */
export class Replay {
  private readonly program: StepProgram;
  private readonly cargo: Cargo;
  private readonly names: ReplayNames;
  private readonly claim: Claim;
  /** Per rank: contents of its cells. */
  private readonly memory: readonly Map<number, Contributions>[];
  /** By the receive that names a line: its unreceived messages and their sends. */
  private readonly lines = new Map<number, { readonly send: number; readonly values: Contributions[] }[]>();
  private readonly issues: Issue[] = [];

  constructor(program: StepProgram, claim: Claim, names: ReplayNames) {
    this.program = program;
    this.claim = claim;
    this.cargo = program.cargo as Cargo;
    this.names = names;
    this.memory = Array.from({ length: program.ranks }, () => new Map());
  }

  read(rank: number, cell: number): Contributions | undefined {
    return this.memory[rank]?.get(cell) ?? this.claim.initial(rank, cell);
  }

  /**
   * Runs all steps, each chain as far as it can before the next; of those ready, the
   * lowest or the highest goes first. Returns what went wrong: the first problem, or the steps
   * that never ran.
   */
  run(order: 'ascending' | 'descending'): Issue[] {
    const { does, needs, waiters, meets, ranks, first } = this.program;
    const rankOf = new Int32Array(does.length);
    for (let rank = 0; rank < ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
    const left = needs.slice();
    const ready: number[] = [];
    /** By line: receives that wait for a message. */
    const posted = new Map<number, number[]>();
    for (let step = 0; step < does.length; step++) if (left[step] === 0) ready.push(step);
    if (order === 'ascending') ready.reverse();
    const runs = new Uint8Array(does.length);
    for (let step = ready.pop(); step !== undefined; step = ready.pop()) {
      const line = meets[step] as number;
      if (does[step] === RECEIVE && (this.lines.get(line)?.length ?? 0) === 0) {
        const waiting = posted.get(line);
        if (waiting === undefined) posted.set(line, [step]);
        else waiting.push(step);
        continue;
      }
      this.perform(step, rankOf[step] as number);
      if (this.issues.length > 0) return this.issues;
      runs[step] = 1;
      const begin = waiters.first[step] as number;
      const end = waiters.first[step + 1] as number;
      const next: number[] = [];
      for (let i = begin; i < end; i++) {
        const waiter = waiters.steps[i] as number;
        const rest = (left[waiter] as number) - 1;
        left[waiter] = rest;
        if (rest === 0) next.push(waiter);
      }
      const woken = does[step] === SEND && line >= 0 ? posted.get(line)?.shift() : undefined;
      if (woken !== undefined) next.push(woken);
      if (order === 'ascending') next.reverse();
      ready.push(...next);
    }
    const stuck = runs.indexOf(0);
    for (let step = stuck; step >= 0 && this.issues.length < MOST_ISSUES; step = runs.indexOf(0, step + 1)) {
      this.wrong(step, 'a step that can run', 'one that waits forever');
    }
    return this.issues;
  }

  private perform(step: number, rank: number): void {
    const { does, meets } = this.program;
    const memory = this.memory[rank] as Map<number, Contributions>;
    const begin = this.cargo.first[step] as number;
    const count = (this.cargo.first[step + 1] as number) - begin;
    const cell = (i: number) => this.cargo.cells[begin + i] as number;
    switch (does[step]) {
      case SEND: {
        const values: Contributions[] = [];
        for (let i = 0; i < count; i++) values.push(this.get(step, rank, cell(i)));
        const line = meets[step] as number;
        const waiting = this.lines.get(line);
        if (waiting === undefined) this.lines.set(line, [{ send: step, values }]);
        else waiting.push({ send: step, values });
        return;
      }
      case RECEIVE: {
        const line = meets[step] as number;
        const message = this.lines.get(line)?.shift();
        if (message === undefined) return;
        const { send, values } = message;
        if (values.length !== count) {
          this.wrong(step, `a message of ${count} blocks`, `one of ${values.length}, from ${this.names.step(send)}`);
        }
        for (let i = 0; i < count; i++) memory.set(cell(i), values[i] as Contributions);
        return;
      }
      case COPY: {
        const half = count / 2;
        const values: Contributions[] = [];
        for (let i = 0; i < half; i++) values.push(this.get(step, rank, cell(i)));
        for (let i = 0; i < half; i++) memory.set(cell(half + i), values[i] as Contributions);
        return;
      }
      case REDUCE: {
        const third = count / 3;
        const values: Contributions[] = [];
        for (let i = 0; i < third; i++) {
          values.push(this.add(step, this.get(step, rank, cell(i)), this.get(step, rank, cell(third + i))));
        }
        for (let i = 0; i < third; i++) memory.set(cell(2 * third + i), values[i] as Contributions);
        return;
      }
    }
  }

  private get(step: number, rank: number, cell: number): Contributions {
    const value = this.read(rank, cell);
    if (value !== undefined) return value;
    this.wrong(step, 'cells that hold something', `${this.names.cell(cell)}, never written`);
    return [];
  }

  private add(step: number, a: Contributions, b: Contributions): Contributions {
    const result = sum(a, b);
    if (typeof result !== 'number') return result;
    const { ranks } = this.program;
    const twice = describe([result, result + 1], ranks);
    this.wrong(
      step,
      'to add what is not in the sum yet',
      `${describe(a, ranks)} plus ${describe(b, ranks)}: ${twice} twice`,
    );
    return a;
  }

  private wrong(step: number, expected: string, got: string): void {
    if (this.issues.length < MOST_ISSUES) this.issues.push({ path: this.names.step(step), expected, got });
  }
}
