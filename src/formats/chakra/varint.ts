import type { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Integer } from './graph.js';

/** An unsigned 64-bit varint. */
export function unsigned(reader: BinaryReader, bytes: Uint8Array): Integer {
  return isShort(bytes, reader.pos) ? reader.uint32() : integerOf(reader.uint64());
}

/** A signed 64-bit varint (`int64` in two's complement, so negative ones are long). */
export function signed(reader: BinaryReader, bytes: Uint8Array): Integer {
  return isShort(bytes, reader.pos) ? reader.uint32() : integerOf(reader.int64());
}

/** As a number if that is exact. */
export function integerOf(value: bigint | string): Integer {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

/** Whether a varint ends within four bytes. Nearly all do, and need no bigint. */
function isShort(bytes: Uint8Array, at: number): boolean {
  // Beyond the end of the bytes `undefined & 0x80` is 0, and the reader finds the end.
  return (
    ((bytes[at] as number) &
      (bytes[at + 1] as number) &
      (bytes[at + 2] as number) &
      (bytes[at + 3] as number) &
      0x80) ===
    0
  );
}
