interface Known {
  readonly bytes: Uint8Array;
  /** Found when another one comes that may be the same. */
  hash: number | undefined;
}

/** Words that are looked at to tell byte strings apart at first. */
const SAMPLE = 256;

/**
 * Finds repeated byte strings. Most that differ do so in length or in a sample of their words; the
 * others are told apart by a hash of all words, and those of one hash by comparing them.
 */
export class SharedBytes {
  readonly #known = new Map<string, Known[]>();

  /** The first byte string equal to this one. */
  first(bytes: Uint8Array): Uint8Array {
    const words = wordsOf(bytes);
    const stride = Math.max(1, Math.floor(words.length / SAMPLE));
    const key = `${bytes.length} ${hashOf(words, stride)}`;
    const alike = this.#known.get(key);
    if (alike === undefined) {
      this.#known.set(key, [{ bytes, hash: undefined }]);
      return bytes;
    }
    const hash = hashOf(words);
    const twin = alike.find((other) => {
      other.hash ??= hashOf(wordsOf(other.bytes));
      return other.hash === hash && isSame(other.bytes, bytes);
    });
    if (twin !== undefined) return twin.bytes;
    alike.push({ bytes, hash });
    return bytes;
  }
}

/** 32-bit hash after Fowler, Noll and Vo, of every so many words. */
function hashOf(words: Int32Array, stride = 1): number {
  let value = 0x811c9dc5 | 0;
  for (let i = 0; i < words.length; i += stride) {
    value = Math.imul(value ^ (words[i] as number), 0x01000193);
    // A product carries nothing from high bits to low ones.
    value ^= value >>> 15;
  }
  return value;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  for (let i = one.byteLength; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The whole words of a byte string; it is copied where it does not begin at one. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(buffer, byteOffset, length >> 2);
}
