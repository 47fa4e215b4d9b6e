/**
 * Sets of NPUs with no more capacity into them than the trees outside need to get in. They stay like that for
 * good: a tree that has been in one can never enter it by another channel, and no flow has to be
 * computed to know it.
 */
export class TightSets {
  private readonly sets: Uint8Array[] = [];
  /** Per set whether the tree being grown has been in it. */
  private readonly isTouched: boolean[] = [];

  constructor(private readonly npus: number) {}

  /** A set found with the tree being grown. */
  add(isInside: (npu: number) => boolean, isReached: Uint8Array): void {
    const set = new Uint8Array(this.npus);
    let isTouched = false;
    for (let npu = 0; npu < this.npus; npu++) {
      if (!isInside(npu)) continue;
      set[npu] = 1;
      if (isReached[npu] === 1) isTouched = true;
    }
    this.sets.push(set);
    this.isTouched.push(isTouched);
  }

  /** Another tree is being grown. */
  start(): void {
    this.isTouched.fill(false);
  }

  /** It has reached an NPU. */
  touch(npu: number): void {
    for (let i = 0; i < this.sets.length; i++) {
      if (this.sets[i]?.[npu] === 1) this.isTouched[i] = true;
    }
  }

  forbids(from: number, to: number): boolean {
    const { sets, isTouched } = this;
    for (let i = sets.length - 1; i >= 0; i--) {
      const set = sets[i] as Uint8Array;
      if (isTouched[i] === true && set[to] === 1 && set[from] === 0) return true;
    }
    return false;
  }
}
