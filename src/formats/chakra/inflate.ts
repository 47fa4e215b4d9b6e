import { Inflate } from 'pako';
import { ConfigError } from '../../base/errors.js';

/** Largest inflated trace ... */
const MOST_BYTES = 2 ** 31;
/** ... and largest ratio to the file, beyond some bytes that are always allowed: traces shrink to about a tenth. */
const MOST_TIMES = 100;
const FREE_BYTES = 2 ** 24;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a gzip file of one or more members and verifies its checksums.
 *
 * @throws ConfigError if it is damaged, or too large for a real trace.
 */
export function inflate(bytes: Uint8Array, file: string): Uint8Array {
  const most = Math.min(MOST_BYTES, FREE_BYTES + MOST_TIMES * bytes.length);
  // The last four bytes give the length of the (last) member. For most files this is the whole
  // length, so they are in memory only once; otherwise it is a first guess.
  const promised = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let inflated = new Uint8Array(Math.min(most, bytes.length < 4 ? 0 : promised.getUint32(bytes.length - 4, true)));
  let length = 0;
  const inflator = new Inflate();
  inflator.onData = (chunk) => {
    if (length + chunk.length > most) throw damaged(file, `a trace of at most ${most} bytes`, 'more, inflated');
    if (length + chunk.length > inflated.length) {
      const larger = new Uint8Array(Math.min(most, 2 * length + chunk.length));
      larger.set(inflated.subarray(0, length));
      inflated = larger;
    }
    inflated.set(chunk, length);
    length += chunk.length;
  };
  const isWhole = inflator.push(bytes, true);
  if (!isWhole) throw damaged(file, 'a whole gzip file', inflator.msg);
  return inflated.subarray(0, length);
}

function damaged(path: string, expected: string, got: string): ConfigError {
  return new ConfigError([{ path, expected, got }]);
}
