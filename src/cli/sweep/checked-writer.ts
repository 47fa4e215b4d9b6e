import type { AppendFile } from '../files/append-file.js';
import type { LineChecksum, Mark } from '../files/line-checksum.js';
import { OutputError } from '../files/output-error.js';

/** How often the sidecar is brought up to date: at most a 20th of the time goes into it. */
const CHECKPOINT_MS = 200;
const CHECKPOINT_SHARE = 20;

/** A file that grows, and says now and then how far it is on the disk. */
export class CheckedWriter {
  private readonly output: AppendFile;
  private readonly checksum: LineChecksum;
  private readonly write: (state: Mark, marks: readonly Mark[], next: number, complete: boolean) => void;
  private next: number;
  private dirty = false;
  private due: number;

  constructor(output: AppendFile, checksum: LineChecksum, next: number, write: CheckedWriter['write']) {
    this.output = output;
    this.checksum = checksum;
    this.next = next;
    this.write = write;
    this.due = performance.now() + CHECKPOINT_MS;
  }

  append(text: string, next: number): void {
    const bytes = Buffer.from(text);
    this.output.append(bytes);
    this.checksum.add(bytes);
    this.next = next;
    this.dirty = true;
    if (performance.now() >= this.due) this.checkpoint(next, false);
  }

  checkpoint(next: number, complete: boolean): void {
    const began = performance.now();
    this.output.flush();
    this.write(this.checksum.state(), this.checksum.marks, next, complete);
    this.dirty = false;
    const ended = performance.now();
    this.due = ended + Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * (ended - began));
  }

  close(): void {
    try {
      if (this.dirty) this.checkpoint(this.next, false);
    } catch (error) {
      // The disk is full: the last checkpoint stands, and what stopped the sweep has been said.
      if (!(error instanceof OutputError)) throw error;
    } finally {
      this.output.close();
    }
  }
}
