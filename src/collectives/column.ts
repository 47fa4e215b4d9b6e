/** A growing column of integers. */
export class IntColumn {
  length = 0;
  private values: Int32Array;

  constructor(room = 64) {
    this.values = new Int32Array(room);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] as number;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** Its contents so far, not a copy. */
  view(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

/** Groups integers by key into one column; those of a key keep their order. */
export function group(keys: number, pairs: number, keyOf: (i: number) => number, entryOf: (i: number) => number) {
  const first = new Int32Array(keys + 1);
  for (let i = 0; i < pairs; i++) {
    const key = keyOf(i) + 1;
    first[key] = (first[key] as number) + 1;
  }
  for (let key = 0; key < keys; key++) first[key + 1] = (first[key + 1] as number) + (first[key] as number);
  const place = first.slice();
  const values = new Int32Array(pairs);
  for (let i = 0; i < pairs; i++) {
    const key = keyOf(i);
    const at = place[key] as number;
    values[at] = entryOf(i);
    place[key] = at + 1;
  }
  return { first, values };
}
