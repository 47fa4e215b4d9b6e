import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import {
  type Cells,
  checkedBuilderOptions,
  checkedStep,
  type StepBuilderOptions,
  type StepId,
  type StepOptions,
} from './builder-options.js';
import { type Cargo, IN_ORDER } from './cargo.js';
import { group, IntColumn } from './column.js';
import { circleIssues } from './step-circles.js';
import { matchSteps } from './step-matching.js';
import {
  built,
  COMPUTE,
  COPY,
  MARK,
  RECEIVE,
  RECONFIGURE,
  REDUCE,
  SEND,
  STEP_NAMES,
  type StepProgram,
} from './step-program.js';

/** Most issues to report. */
const MOST_ISSUES = 10;

/**
 * Writes a {@link StepProgram} step by step:
 *
 * ```ts
 * const steps = new StepBuilder({ ranks: 2, blocks: 1 });
 * for (const rank of [0, 1]) {
 *   const sent = steps.send(rank, 1 - rank, 0);
 *   const received = steps.receive(rank, 1 - rank, 1);
 *   steps.reduce(rank, 1, 0, { after: [sent, received] });
 * }
 * const exchange = steps.build();
 * ```
 */
export class StepBuilder {
  private readonly options: StepBuilderOptions;
  private readonly rank = new IntColumn();
  private readonly does = new IntColumn();
  private readonly peer = new IntColumn();
  private readonly channel = new IntColumn();
  /** By step; empty if no switch is given. */
  private readonly switches = new Map<StepId, number>();
  /** Empty unless threads are given. */
  private readonly thread = new IntColumn();
  private readonly bytes: number[] = [];
  private readonly ns: number[] = [];
  private readonly cellsEnd = new IntColumn();
  private readonly cells = new IntColumn();
  /** Pairs of a step and a step it waits for. */
  private readonly waiting = new IntColumn();
  private readonly awaited = new IntColumn();
  private readonly issues: Issue[] = [];

  /** @throws ConfigError for invalid options. */
  constructor(options: StepBuilderOptions) {
    this.options = checkedBuilderOptions(options);
  }

  /** Steps added so far. */
  get length(): number {
    return this.rank.length;
  }

  /** Sends cells to another rank. */
  send(rank: number, to: number, cells: Cells, options: StepOptions = {}): StepId {
    return this.add(SEND, rank, to, [cells], options);
  }

  /** Receives a message from another rank into cells. */
  receive(rank: number, from: number, into: Cells, options: StepOptions = {}): StepId {
    return this.add(RECEIVE, rank, from, [into], options);
  }

  /** Adds cells to others: `into += from`, or `into = from + plus`. */
  reduce(rank: number, from: Cells, into: Cells, options: StepOptions & { readonly plus?: Cells } = {}): StepId {
    const plus = reading(() => options?.plus, 'plus');
    return this.add(REDUCE, rank, -1, [from, plus ?? into, into], options);
  }

  copy(rank: number, from: Cells, into: Cells, options: StepOptions = {}): StepId {
    return this.add(COPY, rank, -1, [from, into], options);
  }

  /** Takes `ns` whole ns. */
  compute(rank: number, ns: number, options: StepOptions = {}): StepId {
    const step = this.add(COMPUTE, rank, -1, [], options);
    if (!Number.isSafeInteger(ns) || ns < 0) this.wrong(step, 'whole ns, at least 0, below 2^53', show(ns));
    this.ns[step] = ns;
    return step;
  }

  /** Takes no time; see {@link MARK}. */
  mark(rank: number, options: StepOptions = {}): StepId {
    return this.add(MARK, rank, -1, [], options);
  }

  /**
   * Sets circuits from the rank to another before a send needs them: see {@link RECONFIGURE}. On a network of
   * circuits a send sets the circuits it lacks by itself.
   */
  reconfigure(rank: number, to: number, options: StepOptions = {}): StepId {
    return this.add(RECONFIGURE, rank, to, [], options);
  }

  /**
   * Makes a step wait for another step of its rank, possibly added later.
   * @throws ConfigError for a step not yet added.
   */
  require(step: StepId, other: StepId): void {
    if (!(Number.isSafeInteger(step) && step >= 0 && step < this.length)) {
      throw new ConfigError([{ path: 'step', expected: 'the number of a step', got: show(step) }]);
    }
    this.need(step, this.rank.at(step), other);
  }

  /**
   * The program, in linear time.
   * @throws ConfigError for ranks that do not exist, sends and receives without a counterpart,
   * messages whose size differs from the receive's, and steps that wait for each other.
   */
  build(): StepProgram {
    this.check();
    const { ranks, sendsEnd = 'issued', paysEndpoint = true } = this.options;
    const count = this.rank.length;
    // Steps by rank, in the order in which they were added.
    const order = group(
      ranks,
      count,
      (step) => this.rank.at(step),
      (step) => step,
    );
    const numberOf = new Int32Array(count);
    for (let i = 0; i < count; i++) numberOf[order.values[i] as number] = i;
    const pick = (column: IntColumn) => order.values.map((step) => column.at(step));
    const needs = new Int32Array(count);
    const pairs = this.waiting.length;
    for (let i = 0; i < pairs; i++) {
      const step = numberOf[this.waiting.at(i)] as number;
      needs[step] = (needs[step] as number) + 1;
    }
    const waiters = group(
      count,
      pairs,
      (i) => numberOf[this.awaited.at(i)] as number,
      (i) => numberOf[this.waiting.at(i)] as number,
    );
    for (let step = 0; step < count; step++) {
      const [from, to] = [waiters.first[step] as number, waiters.first[step + 1] as number];
      if (to - from > 1) waiters.values.subarray(from, to).sort();
    }
    const meets = this.match();
    const hasTimes = this.ns.length > 0;
    const cargo = this.cargo(order.values);
    const program: StepProgram = {
      kind: 'steps',
      ranks,
      sendsEnd,
      paysEndpoint,
      first: order.first,
      does: Uint8Array.from(order.values, (step) => this.does.at(step)),
      peer: pick(this.peer),
      meets: order.values.map((step) => {
        const met = meets[step] as number;
        return met < 0 ? met : (numberOf[met] as number);
      }),
      bytes: Float64Array.from(order.values, (step) => this.bytes[step] as number),
      ns: hasTimes ? Float64Array.from(order.values, (step) => this.ns[step] ?? 0) : new Float64Array(0),
      needs,
      waiters: { first: waiters.first, steps: waiters.values },
      channel: pick(this.channel),
      ...(this.switches.size === 0 ? {} : { switches: order.values.map((step) => this.switches.get(step) ?? -1) }),
      ...(this.thread.length < count || count === 0 ? {} : { thread: pick(this.thread) }),
      ...(cargo === undefined ? {} : { cargo }),
    };
    const circles = circleIssues(program, (step) => this.nameOf(order.values[step] as StepId));
    if (circles.length > 0) throw new ConfigError(circles);
    return built(program);
  }

  private add(does: number, rank: number, peer: number, cells: readonly Cells[], options: StepOptions): StepId {
    const { ranks, blockBytes = 1, blocks } = this.options;
    const given = checkedStep({ rank, peer }, cells, options);
    const { after = [], channel = 0, thread } = given;
    const step = this.rank.length;
    const [moved = []] = cells;
    const count = typeof moved === 'number' ? 1 : moved.length;
    const bytes = given.bytes ?? count * blockBytes;
    this.rank.push(rank);
    this.does.push(does);
    this.peer.push(peer);
    this.channel.push(channel);
    if (thread !== undefined) this.thread.push(thread);
    this.bytes.push(bytes);
    if (!isRank(rank, ranks)) this.wrong(step, `a rank from 0 to ${ranks - 1}`, String(rank));
    if (does === RECONFIGURE && peer === rank) this.wrong(step, 'another rank', String(peer));
    if (options.switch !== undefined) this.onSwitch(step, does, options.switch);
    if (does === SEND || does === RECEIVE || does === RECONFIGURE) {
      if (!isRank(peer, ranks)) this.wrong(step, `a peer from 0 to ${ranks - 1}`, String(peer));
    }
    if (channel !== (channel | 0)) this.wrong(step, 'a channel, a whole number below 2^31', String(channel));
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      this.wrong(step, 'a whole number of bytes, at least 0, below 2^53', String(bytes));
    }
    if (blocks !== undefined) {
      for (const list of cells) this.move(step, typeof list === 'number' ? [list] : list, count);
      this.cellsEnd.push(this.cells.length);
    }
    if (typeof after === 'number') this.need(step, rank, after);
    else for (const other of after) this.need(step, rank, other);
    return step;
  }

  private onSwitch(step: StepId, does: number, place: number): void {
    if (!Number.isSafeInteger(place) || place < 0 || place !== (place | 0)) {
      this.wrong(step, 'a switch, a whole number from 0', String(place));
    } else if (does !== SEND && does !== RECONFIGURE) {
      this.wrong(step, 'no switch, except on a send or a change of circuits', String(place));
    }
    this.switches.set(step, place);
  }

  private move(step: StepId, cells: readonly number[], count: number): void {
    if (cells.length !== count) this.wrong(step, `${count} cells on each side`, String(cells.length));
    for (const cell of cells) {
      if (cell !== (cell | 0)) this.wrong(step, 'cells, whole numbers below 2^31', String(cell));
      this.cells.push(cell);
    }
  }

  private need(step: StepId, rank: number, other: StepId): void {
    const isThere = Number.isSafeInteger(other) && other >= 0 && other < this.rank.length;
    if (!isThere || this.rank.at(other) !== rank) {
      this.wrong(
        step,
        `to wait for steps of rank ${rank}`,
        isThere ? `step ${other} of rank ${this.rank.at(other)}` : `step ${show(other)}`,
      );
      return;
    }
    this.waiting.push(step);
    this.awaited.push(other);
  }

  private wrong(step: StepId, expected: string, got: string): void {
    if (this.issues.length < MOST_ISSUES) this.issues.push({ path: this.nameOf(step), expected, got });
  }

  private check(): void {
    if (this.issues.length > 0) throw new ConfigError(this.issues);
  }

  private nameOf(step: StepId): string {
    const name = reading(() => this.options.nameOf?.(step), 'nameOf');
    return typeof name === 'string'
      ? name
      : `step ${step} (${STEP_NAMES[this.does.at(step)]}, rank ${this.rank.at(step)})`;
  }

  private cargo(order: Int32Array): Cargo | undefined {
    const { blocks, input = IN_ORDER, output = IN_ORDER } = this.options;
    if (blocks === undefined) return undefined;
    const start = (step: number) => (step === 0 ? 0 : this.cellsEnd.at(step - 1));
    const first = new Int32Array(order.length + 1);
    const cells = new Int32Array(this.cells.length);
    const all = this.cells.view();
    let at = 0;
    for (let i = 0; i < order.length; i++) {
      const step = order[i] as number;
      const own = all.subarray(start(step), this.cellsEnd.at(step));
      cells.set(own, at);
      at += own.length;
      first[i + 1] = at;
    }
    return { blocks, input, output, first, cells };
  }

  /** Matches sends and receives, by step in order of adding. */
  private match(): Int32Array {
    const { ranks, blocks, blockBytes = 1, matching = 'in-order' } = this.options;
    const unit = blocks !== undefined && blockBytes === 1 ? 'blocks' : 'bytes';
    const ends = {
      length: this.length,
      ranks,
      does: (step: StepId) => this.does.at(step),
      rank: (step: StepId) => this.rank.at(step),
      peer: (step: StepId) => this.peer.at(step),
      channel: (step: StepId) => this.channel.at(step),
      bytes: (step: StepId) => this.bytes[step] as number,
    };
    const meets = matchSteps(ends, matching, (step, expected, got, other) => {
      if (other === undefined) this.wrong(step, expected, got);
      else this.wrong(step, `${expected} ${unit}`, `${got}, from ${this.nameOf(other)}`);
    });
    this.check();
    return meets;
  }
}

function isRank(rank: number, ranks: number): boolean {
  return Number.isSafeInteger(rank) && rank >= 0 && rank < ranks;
}
