import { ConfigError } from '../base/errors.js';
import type { Axis } from './axis.js';
import type { Formula } from './expression/expression.js';
import { Turns } from './turns.js';

/** A name with its value at every point. */
interface Slot {
  readonly axis: number;
  readonly at: (position: number) => unknown;
}

interface Condition {
  readonly formula: Formula;
  /** The fastest axis that it reads, -1 for none: it holds or fails for all points that agree up to there. */
  readonly level: number;
}

/** Where a scan stopped. */
export interface Found {
  /** The next point that satisfies all conditions if `found`, else where the scan paused. */
  readonly index: number;
  readonly found: boolean;
}

/** A count of points. */
export interface SweepCount {
  readonly points: number;
  /** False: counting stopped after `looked` combinations, and `points` is an estimate from these. */
  readonly exact: boolean;
  readonly looked: number;
}

/** Checks of conditions before a scan pauses: a few ms. */
const SCAN_BUDGET = 10_000;
/** Checks of conditions before counting stops: a second or two. The same on all machines, because searches depend on it. */
const COUNT_BUDGET = 2_000_000;

/**
 * The points of a sweep, numbered in the product of all axes, the last one fastest. There is no
 * list of them: we compute a point from its number, and skip combinations that fail a condition,
 * many at a time when the condition reads only slow axes.
 */
export class Space {
  readonly axes: readonly Axis[];
  /** All numbers: points, and combinations that fail a condition. */
  readonly size: number;
  /** Numbers from one value of each axis to its next. */
  private readonly strides: readonly number[];
  private readonly slots: readonly Slot[];
  private readonly conditions: readonly Condition[];

  constructor(axes: readonly Axis[], conditions: readonly Formula[]) {
    this.axes = axes;
    let stride = 1;
    this.strides = axes
      .toReversed()
      .map(({ length }) => {
        const own = stride;
        stride *= length;
        return own;
      })
      .reverse();
    this.size = stride;
    if (!Number.isSafeInteger(this.size)) {
      throw new ConfigError([{ path: 'axes', expected: 'fewer than 2^53 combinations', got: String(this.size) }]);
    }
    this.slots = axes.flatMap(({ names }, axis) => names.map(({ at }) => ({ axis, at })));
    this.conditions = conditions
      .map((formula) => ({
        formula,
        level: Math.max(-1, ...[...formula.uses].map((slot) => (this.slots[slot] as Slot).axis)),
      }))
      .sort((a, b) => a.level - b.level);
  }

  /** Position on each axis. */
  positions(index: number): number[] {
    return this.axes.map(({ length }, a) => Math.floor(index / (this.strides[a] as number)) % length);
  }

  /** The number of the combination with these positions. */
  indexOf(positions: readonly number[]): number {
    return positions.reduce((sum, position, a) => sum + position * (this.strides[a] as number), 0);
  }

  /** The value of every slot, in order: one for each name of each axis. */
  values(index: number): unknown[] {
    const { axes, strides } = this;
    return this.slots.map(({ axis, at }) =>
      at(Math.floor(index / (strides[axis] as number)) % (axes[axis] as Axis).length),
    );
  }

  /** Whether a combination is a point. */
  has(index: number): boolean {
    return this.failing(index) === undefined;
  }

  /** The first point of `from` ... `end - 1`; pauses if that takes long, so that other tasks can run. */
  next(from: number, end: number): Found {
    let index = from;
    for (let looked = 0; index < end; looked++) {
      const failed = this.failing(index);
      if (failed === undefined) return { index, found: true };
      if (looked >= SCAN_BUDGET) return { index, found: false };
      index = this.skip(index, failed.level);
    }
    return { index: Math.min(index, end), found: false };
  }

  /**
   * The points of `from` ... `end - 1`; yields to other tasks meanwhile.
   * @param report - called regularly with the position of the search.
   */
  async *points(
    from: number,
    end: number,
    turns: Turns,
    report: (index: number) => void = () => {},
  ): AsyncGenerator<number, void> {
    turns.check();
    for (let index = from; index < end; ) {
      const next = this.next(index, end);
      if (next.found) yield next.index;
      index = next.found ? next.index + 1 : next.index;
      if (!turns.due) continue;
      await turns.next();
      report(index);
    }
  }

  /** Counts the points of `from` ... `end - 1` if `budget` checks of conditions suffice; else estimates. */
  async count(from: number, end: number, turns = new Turns(), budget = COUNT_BUDGET): Promise<SweepCount> {
    const deepest = this.conditions.at(-1)?.level;
    if (deepest === undefined) return { points: end - from, exact: true, looked: end - from };
    let points = 0;
    let index = from;
    for (let looked = 0; index < end; looked++) {
      if (looked >= budget) {
        const share = points / (index - from);
        return { points: Math.round(share * (end - from)), exact: false, looked: index - from };
      }
      if (looked % SCAN_BUDGET === 0 && turns.due) await turns.next();
      const failed = this.failing(index);
      const after = Math.min(end, this.skip(index, failed?.level ?? deepest));
      if (failed === undefined) points += after - index;
      index = after;
    }
    return { points, exact: true, looked: end - from };
  }

  /** The slowest condition that a combination fails. One that cannot be computed holds; the point then has an error. */
  private failing(index: number): Condition | undefined {
    if (this.conditions.length === 0) return undefined;
    const values = this.values(index);
    for (const condition of this.conditions) {
      try {
        if (condition.formula.evaluate(values) === false) return condition;
      } catch {
        return undefined;
      }
    }
    return undefined;
  }

  /** The next number at which an axis up to `level` changes. */
  private skip(index: number, level: number): number {
    if (level < 0) return this.size;
    const stride = this.strides[level] as number;
    return (Math.floor(index / stride) + 1) * stride;
  }
}
