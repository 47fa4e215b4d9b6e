// Replaces `node:crypto`: the browser's random bytes, and the one digest in use.
import { sha256 } from '@noble/hashes/sha2.js';

export function randomBytes(count: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(count)));
}

class Digest {
  readonly #hash: ReturnType<typeof sha256.create>;

  constructor(hash: ReturnType<typeof sha256.create>) {
    this.#hash = hash;
  }

  update(data: string | Uint8Array): this {
    this.#hash.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
    return this;
  }

  copy(): Digest {
    return new Digest(this.#hash.clone());
  }

  digest(encoding: BufferEncoding): string {
    return Buffer.from(this.#hash.digest()).toString(encoding);
  }
}

export function createHash(name: string): Digest {
  if (name !== 'sha256') throw new Error(`there is no digest ${name} in this page`);
  return new Digest(sha256.create());
}
