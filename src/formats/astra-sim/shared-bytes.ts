/** Finds repeated byte strings. Hashes each once and compares it only with those of the same hash. */
export class SharedBytes {
  readonly #known = new Map<string, Uint8Array[]>();

  /** The first byte string equal to this one. */
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

/** 32-bit hash of Fowler, Noll and Vo. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value >>> 0;
}
