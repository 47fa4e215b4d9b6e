/** Lists up to this length are searched; most hold one or two. */
const FEW = 16;

/** Messages that arrived before their receive was posted, by key. A key can occur more than once. */
export class Early {
  private readonly few: number[] = [];
  private readonly many = new Map<number, number>();

  get isEmpty(): boolean {
    return this.few.length === 0 && this.many.size === 0;
  }

  add(key: number): void {
    if (this.few.length < FEW) this.few.push(key);
    else this.many.set(key, (this.many.get(key) ?? 0) + 1);
  }

  /** Removes one; returns false if there is none. */
  take(key: number): boolean {
    const { few, many } = this;
    for (let i = 0; i < few.length; i++) {
      if (few[i] !== key) continue;
      few[i] = few[few.length - 1] as number;
      few.pop();
      return true;
    }
    const count = many.get(key);
    if (count === undefined) return false;
    if (count === 1) many.delete(key);
    else many.set(key, count - 1);
    return true;
  }
}
