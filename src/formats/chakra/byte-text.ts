/** How much is decoded at a time: a short text cut out of it may keep all of it in memory. */
const WINDOW = 2 ** 14;

/**
 * Bytes as text, a character per byte, from which pieces are cut as a whole: much cheaper than a look at
 * each byte while the code that looks is still cold, as it is for most of a short run.
 */
export class ByteText {
  readonly #bytes: Uint8Array;
  /** Of all single-byte encodings that browsers know, this one gives every byte a character of its own, and ASCII itself. */
  readonly #decoder = new TextDecoder('latin1');
  #window = '';
  #start = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes from `at` to `end`, which must lie within them. */
  cut(at: number, end: number): string {
    const from = at - this.#start;
    const to = end - this.#start;
    if (from >= 0 && to <= this.#window.length) return this.#window.slice(from, to);
    this.#start = at;
    this.#window = this.#decoder.decode(this.#bytes.subarray(at, Math.max(end, at + WINDOW)));
    return this.#window.slice(0, end - at);
  }
}
