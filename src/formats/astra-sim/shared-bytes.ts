/** Finds byte strings that have been seen before. Each is hashed once and compared with those of its hash alone. */
export class SharedBytes {
  readonly #known = new Map<string, Uint8Array[]>();

  /** The first byte string that is equal to this one. */
  first(bytes: Uint8Array): Uint8Array {
    const key = `${bytes.length} ${hash(bytes)}`;
    const alike = this.#known.get(key);
    if (alike === undefined) {
      this.#known.set(key, [bytes]);
      return bytes;
    }
    const twin = alike.find((other) => other.every((byte, i) => byte === bytes[i]));
    if (twin !== undefined) return twin;
    alike.push(bytes);
    return bytes;
  }
}

/** 32 bits, by the function of Fowler, Noll and Vo. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value >>> 0;
}
