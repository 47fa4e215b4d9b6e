/** Messages in flat columns that grow as needed. */
export class MessageLog {
  count = 0;
  /** How often a rank adds up what it has and what came. */
  reductions = 0;
  round = new Int32Array(1024);
  library = new Uint8Array(1024);
  from = new Int32Array(1024);
  to = new Int32Array(1024);
  chunk = new Int32Array(1024);
  reduces = new Uint8Array(1024);

  add(round: number, library: number, from: number, to: number, chunk: number, reduces: boolean): void {
    const at = this.count++;
    if (at === this.round.length) this.grow();
    this.round[at] = round;
    this.library[at] = library;
    this.from[at] = from;
    this.to[at] = to;
    this.chunk[at] = chunk;
    this.reduces[at] = reduces ? 1 : 0;
  }

  private grow(): void {
    const size = 2 * this.count;
    const larger = <A extends Int32Array | Uint8Array>(old: A, fresh: A): A => {
      fresh.set(old);
      return fresh;
    };
    this.round = larger(this.round, new Int32Array(size));
    this.library = larger(this.library, new Uint8Array(size));
    this.from = larger(this.from, new Int32Array(size));
    this.to = larger(this.to, new Int32Array(size));
    this.chunk = larger(this.chunk, new Int32Array(size));
    this.reduces = larger(this.reduces, new Uint8Array(size));
  }
}
