import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { OutputError, writing } from './output-error.js';

/** A file of results that always ends with a whole row. */
export class ResultFile {
  readonly name: string;
  private readonly descriptor: number;
  private length: number;

  /** Opens a file to go on behind its first `length` bytes; what follows them is cut off. */
  constructor(name: string, length: number) {
    this.name = name;
    this.length = length;
    this.descriptor = writing(name, () => openSync(name, length === 0 ? 'w' : 'r+'));
    if (length > 0) writing(name, () => ftruncateSync(this.descriptor, length));
  }

  get bytes(): number {
    return this.length;
  }

  /** Adds whole rows, all or none of them. */
  append(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    let done = 0;
    try {
      while (done < bytes.length) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, this.length + done);
      }
    } catch (error) {
      this.cutOff();
      const kept = `the ${this.length} bytes before are kept; go on with --resume`;
      throw new OutputError(`${this.name}: cannot be written: ${(error as Error).message}; ${kept}`);
    }
    this.length += bytes.length;
  }

  close(): void {
    try {
      fsyncSync(this.descriptor);
    } catch {
      // Pipes and devices have nothing to be flushed.
    }
    closeSync(this.descriptor);
  }

  private cutOff(): void {
    try {
      ftruncateSync(this.descriptor, this.length);
    } catch {
      // A device. On a file, what is torn is cut off by --resume.
    }
  }
}
