import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writing } from './output-error.js';
import { outputPlace, type Place } from './place.js';

export interface WholeOptions {
  /**
   * Whether the caller holds a lock that keeps others from writing this file. Then what a killed
   * process left behind is written over. Default false.
   */
  readonly locked?: boolean;
  /** Whether to wait until the content is on the disk, which takes ms. Default true. */
  readonly toDisk?: boolean;
}

/**
 * Writes a file whole or not at all, and makes the folders that it needs. A device or a pipe is
 * written to directly.
 * @throws OutputError naming the file.
 */
export function writeWhole(path: string, content: string | Uint8Array, options: WholeOptions = {}): void {
  const file = new WholeFile(path, options);
  try {
    file.append(content);
    file.commit();
  } finally {
    file.discard();
  }
}

/** A file under another name until it is whole; then it takes the place of what was there. */
export class WholeFile {
  private readonly place: Place;
  private readonly name: string;
  private readonly descriptor: number;
  private readonly toDisk: boolean;
  private state: 'open' | 'whole' | 'over' = 'open';

  constructor(path: string, { locked = false, toDisk = true }: WholeOptions = {}) {
    this.toDisk = toDisk;
    this.place = outputPlace(path);
    const { kind, real } = this.place;
    if (kind === 'stream') {
      this.name = real;
      this.descriptor = writing(path, () => openSync(real, 'w'));
      return;
    }
    makeFolder(this.place);
    const own = locked ? basename(real) : `astra-sim-ts-${randomBytes(6).toString('hex')}`;
    this.name = join(dirname(real), `.${own}.part`);
    this.descriptor = writing(path, () => openSync(this.name, locked ? 'w' : 'wx'));
  }

  append(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    writing(this.place.path, () => writeAll(this.descriptor, bytes, null));
  }

  /** All of it is there, under its other name: nothing is added any more. */
  finish(): void {
    if (this.state !== 'open') return;
    writing(this.place.path, () => {
      if (this.place.kind !== 'stream') {
        const before = statSync(this.place.real, { throwIfNoEntry: false });
        if (before !== undefined) fchmodSync(this.descriptor, before.mode);
        if (this.toDisk) flush(this.descriptor);
      }
      this.state = 'whole';
      closeSync(this.descriptor);
    });
  }

  /** Makes it what its path leads to. */
  commit(): void {
    this.finish();
    if (this.place.kind !== 'stream') writing(this.place.path, () => renameSync(this.name, this.place.real));
    this.state = 'over';
  }

  /** Leaves everything as it was, unless it is committed. */
  discard(): void {
    if (this.state === 'over') return;
    if (this.state === 'open') closeSync(this.descriptor);
    this.state = 'over';
    if (this.place.kind !== 'stream') rmSync(this.name, { force: true });
  }
}

/** Makes the folder that a file is to be in. */
export function makeFolder({ path, real }: Place): void {
  writing(path, () => makeFolders(dirname(real)));
}

/** One level after the other: Node's own `recursive` never returns where none can be made, as in /proc. */
function makeFolders(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error;
    makeFolders(dirname(folder));
    makeFolders(folder);
  }
}

/** Writes all bytes, at a position or behind the last ones. */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const wrote = writeSync(descriptor, bytes, done, bytes.length - done, at);
    if (wrote === 0) throw new Error('nothing more can be written');
    done += wrote;
  }
}

/** Brings what is written to the disk. */
export function flush(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some file systems and devices have nothing to flush. A full or broken disk is something else.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
