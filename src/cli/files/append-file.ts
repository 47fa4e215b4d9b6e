import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { OutputError, writing } from './output-error.js';
import type { Place } from './place.js';
import { flush, writeAll } from './write-whole.js';

/** A file that grows by whole pieces: each is there completely or not at all. */
export class AppendFile {
  private readonly place: Place;
  private readonly descriptor: number;
  private length: number;

  /** Opens it to continue after its first `length` bytes; cuts off the rest. */
  constructor(place: Place, length: number) {
    this.place = place;
    this.length = length;
    this.descriptor = writing(place.path, () => openSync(place.real, length === 0 ? 'w' : 'r+'));
    if (length > 0) writing(place.path, () => ftruncateSync(this.descriptor, length));
  }

  append(bytes: Uint8Array): void {
    try {
      writeAll(this.descriptor, bytes, this.place.kind === 'stream' ? null : this.length);
    } catch (error) {
      this.cutOff();
      throw new OutputError(this.place.path, (error as Error).message);
    }
    this.length += bytes.length;
  }

  /** Flushes it to disk. */
  flush(): void {
    writing(this.place.path, () => flush(this.descriptor));
  }

  close(): void {
    writing(this.place.path, () => closeSync(this.descriptor));
  }

  private cutOff(): void {
    try {
      ftruncateSync(this.descriptor, this.length);
    } catch {
      // A stream has no end to cut off.
    }
  }
}
