import type { Score } from './score.js';

/** Better first; among equals the lower number first, so that the order is unique. */
export function byObjective(a: Score, b: Score): number {
  // The difference of infinities is NaN.
  if (a.objective !== b.objective) return a.objective < b.objective ? -1 : 1;
  return a.point - b.point;
}

/** The best few of many, in constant memory. */
export class Best {
  private readonly most: number;
  private list: Score[] = [];

  constructor(most: number) {
    this.most = most;
  }

  get scores(): readonly Score[] {
    return this.list;
  }

  add(score: Score): void {
    if (score.state !== 'rated') return;
    const last = this.list.at(-1);
    if (this.list.length === this.most && last !== undefined && byObjective(score, last) >= 0) return;
    if (this.list.some(({ point }) => point === score.point)) return;
    this.list.push(score);
    this.list.sort(byObjective);
    this.list.length = Math.min(this.list.length, this.most);
  }
}

/** Points that no other beats in both time and cost, by time. Among equals, the one with the lower number. */
export class ParetoFront {
  private list: Score[] = [];

  get scores(): readonly Score[] {
    return this.list;
  }

  add(score: Score): void {
    if (score.state !== 'rated') return;
    if (this.list.some((other) => dominates(other, score))) return;
    this.list = this.list.filter((other) => !dominates(score, other));
    this.list.push(score);
    this.list.sort((a, b) => a.timeNs - b.timeNs);
  }
}

function dominates(a: Score, b: Score): boolean {
  if (a.timeNs > b.timeNs || a.cost > b.cost) return false;
  return a.timeNs < b.timeNs || a.cost < b.cost || a.point <= b.point;
}
