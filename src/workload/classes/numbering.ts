/** A factor that keeps two numbers below it apart in one that is exact. */
const RANGE = 2 ** 26;

/** Numbers pairs of small numbers, and so lists of them, in the order in which they come. */
export class Numbering {
  private readonly known = new Map<number, number>();

  /** @param first, second - whole numbers, below 2^26. */
  of(first: number, second: number): number {
    const key = first * RANGE + second;
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.known.size;
      this.known.set(key, number);
    }
    return number;
  }

  ofList(list: Iterable<number>): number {
    let number = this.of(RANGE - 1, 0);
    for (const one of list) number = this.of(number, one + 1);
    return number;
  }
}
