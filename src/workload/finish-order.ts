import { Divergence } from '../engine/divergence.js';
import type { Descent } from '../engine/message/lineage.js';
import { type PreparedGraph, type Resource, SHARED, waitsFor } from './prepared-graph.js';

/** What there is to know of an NPU before a finish. */
export interface ExecutorState {
  readonly graph: PreparedGraph;
  /** Whether nodes are ready that no pass has looked at. */
  readonly hasIncoming: boolean;
  isBusy(resource: Resource): boolean;
  /** The lowest node that waits for a resource; undefined when none does. */
  firstReady(resource: Resource): number | undefined;
}

/** Finishes of one tick that are told apart: bits of a small integer. */
const MOST = 30;

/**
 * Watches the nodes of an NPU that stands for others. Nodes that finish in one tick may do so in
 * another order on the others, and the order can decide which node gets a resource. A finish is
 * surely later than another when its node was started by it, in the same tick.
 *
 * - A resource that was free goes to the node that becomes ready first: that has to be the same
 *   node in every order.
 * - A resource that one of the finishes frees goes to the lowest node that is ready then. Ready
 *   for sure are those that waited before and those that the same finish makes ready. Another
 *   may come before it or after: it must not be lower. If none is ready for sure, a single one
 *   gets the resource either way.
 * - One that stays busy makes all of them wait.
 *
 * What a node that takes no time makes ready waits for the next finish: where finishes have no
 * order of their own that is never let pass.
 */
export class FinishOrder {
  private readonly executor: ExecutorState;
  /** Per node: when it started, and by which finish of that tick. */
  private readonly startedAt: Float64Array;
  private readonly startedBy: Int32Array;
  private tick = -1;
  /** The finishes of this tick; -1 stands for the begin of the graph. */
  private readonly nodes: number[] = [];
  /** Per finish: a bit for each that is surely before it, and its own. */
  private readonly before: number[] = [];
  /** Per finish: its cohort and origin, where they are known. */
  private readonly cohorts: number[] = [];
  private readonly origins: number[] = [];
  /** Nodes that have become ready in this tick, and a bit for each finish that they waited for. */
  private readonly ready: number[] = [];
  private readonly needs: number[] = [];
  /** Per resource: whether it was free when the tick began, who waited for it first, and who got it. */
  private readonly wasFree = [true, true, true];
  private readonly waited: (number | undefined)[] = [];
  private readonly winner: (number | undefined)[] = [];
  private someInstant = false;
  private unordered = false;

  constructor(executor: ExecutorState) {
    this.executor = executor;
    const { length } = executor.graph.nodes;
    this.startedAt = new Float64Array(length).fill(-1);
    this.startedBy = new Int32Array(length);
  }

  /** Whether an earlier finish of this tick may come after the one that is under way. */
  get isUncertain(): boolean {
    const { current } = this;
    return current > 0 && (this.before[current] as number) !== 2 * (1 << current) - 1;
  }

  /** Number of the finish that is under way. */
  get current(): number {
    return this.nodes.length - 1;
  }

  /** Which number the next finish gets. */
  numberAt(now: number): number {
    return this.tick === now ? this.nodes.length : 0;
  }

  /**
   * A node is about to finish, or the graph (-1) to begin.
   * @param descent - tells more of the order, where it is known.
   */
  finishes(node: number, now: number, descent?: Descent): void {
    if (this.tick !== now) this.turnTo(now);
    if (this.nodes.length === MOST) throw new Divergence(now);
    const bit = 1 << this.nodes.length;
    const isCaused = node >= 0 && this.startedAt[node] === now;
    let before = isCaused ? (this.before[this.startedBy[node] as number] as number) : 0;
    if (descent !== undefined) {
      const { cohort, origin } = descent;
      for (let i = 0; i < this.nodes.length; i++) {
        if (this.cohorts[i] !== cohort || this.origins[i] === origin) before |= 1 << i;
      }
      this.cohorts[this.nodes.length] = cohort;
      this.origins[this.nodes.length] = origin;
    }
    this.nodes.push(node);
    this.before.push(before | bit);
    // All that came before it, in a chain.
    if ((before | bit) !== 2 * bit - 1) this.unordered = true;
  }

  becomesReady(node: number): void {
    let needs = 1 << this.current;
    for (let i = 0; i < this.current; i++) {
      const other = this.nodes[i] as number;
      if (other >= 0 && waitsFor(this.executor.graph, node, other)) needs |= 1 << i;
    }
    this.ready.push(node);
    this.needs.push(needs);
  }

  starts(node: number, isInstant: boolean): void {
    this.startedAt[node] = this.tick;
    this.startedBy[node] = this.current;
    if (isInstant) this.someInstant = true;
    const resource = SHARED.indexOf(this.executor.graph.resources[node] as Resource);
    if (resource >= 0) this.winner[resource] ??= node;
  }

  /** @throws Divergence when another order of this tick's finishes could have started other nodes. */
  check(): void {
    if (!this.unordered) return;
    const holds = !this.someInstant && SHARED.every((resource, r) => this.isSettled(resource, r));
    if (!holds) throw new Divergence(this.tick);
  }

  /** Whether a node that has become ready in this tick waited for a finish, or for one that surely comes after it. */
  follows(node: number, finish: number): boolean {
    const at = this.ready.lastIndexOf(node);
    if (at < 0 || finish < 0) return false;
    const needs = this.needs[at] as number;
    return this.before.some((before, k) => (needs & (1 << k)) !== 0 && (before & (1 << finish)) !== 0);
  }

  private turnTo(now: number): void {
    const { executor } = this;
    this.tick = now;
    this.nodes.length = 0;
    this.before.length = 0;
    this.ready.length = 0;
    this.needs.length = 0;
    this.unordered = false;
    this.someInstant = executor.hasIncoming;
    for (const [r, resource] of SHARED.entries()) {
      this.wasFree[r] = !executor.isBusy(resource);
      this.waited[r] = executor.firstReady(resource);
      this.winner[r] = undefined;
    }
  }

  private isSettled(resource: Resource, r: number): boolean {
    const { resources } = this.executor.graph;
    const contenders = this.ready.flatMap((node, i) => (resources[node] === resource ? [i] : []));
    const freeing = this.nodes.flatMap((node, i) => (node >= 0 && resources[node] === resource ? [i] : []));
    if (freeing.length > 1 || (freeing.length === 1 && this.wasFree[r])) return false;
    if (this.wasFree[r]) {
      const winner = contenders.find((i) => this.ready[i] === this.winner[r]);
      return contenders.every((i) => i === winner || (winner !== undefined && this.precedes(winner, i)));
    }
    const [free] = freeing;
    return free === undefined || this.passesOn(free, this.waited[r], contenders);
  }

  /** Whether a ready node is there before another in every order. */
  private precedes(one: number, other: number): boolean {
    const needs = this.needs[one] as number;
    const isLower = (this.ready[one] as number) < (this.ready[other] as number);
    // The other waits for all that the one waits for: it is ready with it at the earliest.
    if (isLower && (needs & ~(this.needs[other] as number)) === 0) return true;
    return this.nodes.some((_, k) => {
      if (((this.needs[other] as number) & (1 << k)) === 0 || (needs & ~(this.before[k] as number)) !== 0) return false;
      return isLower || (needs & (1 << k)) === 0;
    });
  }

  /** Whether the resource that a finish frees goes to the same node in every order. */
  private passesOn(free: number, waited: number | undefined, contenders: readonly number[]): boolean {
    const before = this.before[free] as number;
    const sure = contenders.filter((i) => ((this.needs[i] as number) & ~before) === 0);
    const others = contenders.filter((i) => !sure.includes(i));
    const least = sure.reduce((low, i) => Math.min(low, this.ready[i] as number), waited ?? Infinity);
    if (least === Infinity) return others.every((i) => this.needs[i] === this.needs[others[0] as number]);
    return others.every((i) => (this.ready[i] as number) > least || this.comesAfter(i, free));
  }

  /** Whether a ready node waited for a finish that surely comes after another. */
  private comesAfter(i: number, free: number): boolean {
    const needs = this.needs[i] as number;
    return this.nodes.some((_, k) => k !== free && needs & (1 << k) && (this.before[k] as number) & (1 << free));
  }
}
