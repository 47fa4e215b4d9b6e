import { Stopwatch } from '../../base/stopwatch.js';
import type { AppendFile } from '../files/append-file.js';
import type { LineChecksum, Mark } from '../files/line-checksum.js';
import { OutputError } from '../files/output-error.js';

/** How often to update the sidecar: this takes at most a 20th of the time. */
const CHECKPOINT_MS = 200;
const CHECKPOINT_SHARE = 20;

/** A growing file that regularly records how much of it is on disk. */
export class CheckedWriter {
  private readonly output: AppendFile;
  private readonly checksum: LineChecksum;
  private readonly write: (state: Mark, marks: readonly Mark[], next: number, complete: boolean) => void;
  private next: number;
  private dirty = false;
  /** Time since the last checkpoint, and until the next. */
  private readonly watch = new Stopwatch();
  private waitMs = CHECKPOINT_MS;

  constructor(output: AppendFile, checksum: LineChecksum, next: number, write: CheckedWriter['write']) {
    this.output = output;
    this.checksum = checksum;
    this.next = next;
    this.write = write;
  }

  append(text: string, next: number): void {
    const bytes = Buffer.from(text);
    this.output.append(bytes);
    this.checksum.add(bytes);
    this.next = next;
    this.dirty = true;
    if (this.watch.ms >= this.waitMs) this.checkpoint(next, false);
  }

  checkpoint(next: number, complete: boolean): void {
    const took = new Stopwatch();
    this.output.flush();
    this.write(this.checksum.state(), this.checksum.marks, next, complete);
    this.dirty = false;
    this.waitMs = Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * took.ms);
    this.watch.restart();
  }

  close(): void {
    try {
      if (this.dirty) this.checkpoint(this.next, false);
    } catch (error) {
      // The disk is full: the last checkpoint remains valid, and the error that stopped the sweep is known.
      if (!(error instanceof OutputError)) throw error;
    } finally {
      this.output.close();
    }
  }
}
