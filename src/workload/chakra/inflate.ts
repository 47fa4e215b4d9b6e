import { Inflate, type ZStream } from 'pako';
import { ConfigError } from '../../errors.js';

/** More than this, inflated, is refused. */
const MOST_BYTES = 2 ** 31;

/** Deflate cannot do better: 258 bytes for two bits. */
const BEST_RATIO = 1032;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a gzip file of one or more members; its checksums are verified.
 *
 * @throws ConfigError when it is damaged, or larger than 2 GiB.
 */
export function inflate(bytes: Uint8Array, file: string): Uint8Array {
  // The last four bytes say how long the (last) member is: right for nearly all files, so
  // that they are in memory once. Untrue, it costs no more than the best ratio allows.
  const promised = new DataView(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - 4));
  const hint = bytes.length < 4 ? 0 : promised.getUint32(0, true);
  let inflated = new Uint8Array(Math.min(hint, bytes.length * BEST_RATIO, MOST_BYTES));
  let length = 0;
  const add = (chunk: Uint8Array) => {
    if (length + chunk.length > MOST_BYTES) {
      throw damaged(file, `a trace of at most ${MOST_BYTES} bytes`, 'more, inflated');
    }
    if (length + chunk.length > inflated.length) {
      const larger = new Uint8Array(Math.max(length + chunk.length, Math.min(2 * length, MOST_BYTES)));
      larger.set(inflated.subarray(0, length));
      inflated = larger;
    }
    inflated.set(chunk, length);
    length += chunk.length;
  };
  for (let at = 0; at < bytes.length; ) at += inflateMember(bytes.subarray(at), add, file, at);
  return inflated.subarray(0, length);
}

/** Inflates the member that the bytes begin with; returns how long it was, deflated. */
function inflateMember(bytes: Uint8Array, add: (chunk: Uint8Array) => void, file: string, at: number): number {
  const where = `${file}: byte ${at}`.replace(/^: /, '');
  if (!isGzip(bytes)) throw damaged(where, 'a gzip header or the end of the file', 'something else');
  const inflator = new Inflate();
  let stream: ZStream | undefined;
  inflator.onStart = (started) => {
    stream = started;
  };
  inflator.onData = add;
  inflator.push(bytes, true);
  if (!inflator.ended || inflator.err !== 0) throw damaged(where, 'a whole gzip file', inflator.msg || 'a part of one');
  return stream?.next_in ?? bytes.length;
}

function damaged(path: string, expected: string, got: string): ConfigError {
  return new ConfigError([{ path, expected, got }]);
}
