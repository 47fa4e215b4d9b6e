/** Pairs kept before the older half is dropped. */
const KEPT = 2 ** 16;
/** More than there are phases in a run. */
const APART = 2 ** 26;

/** Remembers a yes or no for recent pairs of numbers below 2^26: a run has too many pairs to keep all. */
export class PairMemory {
  private recent = new Map<number, boolean>();
  private older = new Map<number, boolean>();

  get(a: number, b: number): boolean | undefined {
    const key = a * APART + b;
    const known = this.recent.get(key);
    if (known !== undefined) return known;
    const old = this.older.get(key);
    if (old !== undefined) this.keep(key, old);
    return old;
  }

  set(a: number, b: number, value: boolean): void {
    this.keep(a * APART + b, value);
  }

  private keep(key: number, value: boolean): void {
    if (this.recent.size === KEPT) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }
}
