import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
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
   * Whether the caller holds a lock that keeps others from writing this file. If so, it overwrites
   * leftovers of a killed process. Default false.
   */
  readonly locked?: boolean;
  /** Whether to wait until the content is on disk, which takes milliseconds. Default true. */
  readonly toDisk?: boolean;
  /**
   * A complete, uncommitted file with the same content: this becomes another name of it, where the file system has
   * links; else {@link WholeFile.isLink} is false, and the content has to be written.
   */
  readonly same?: WholeFile | undefined;
}

/**
 * Writes a file completely or not at all, and creates the folders it needs. Writes directly to a device
 * or a pipe.
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

/** A file under a temporary name until it is complete; then it replaces the old one. */
export class WholeFile {
  private readonly place: Place;
  private readonly name: string;
  private readonly descriptor: number;
  private readonly toDisk: boolean;
  private state: 'open' | 'whole' | 'over' = 'open';
  /** Whether it is another name of a file that is written already. */
  readonly isLink: boolean;

  constructor(path: string, { locked = false, toDisk = true, same }: WholeOptions = {}) {
    this.toDisk = toDisk;
    this.place = outputPlace(path);
    const { kind, real } = this.place;
    if (kind === 'stream') {
      this.name = real;
      this.isLink = false;
      this.descriptor = writing(path, () => openSync(real, 'w'));
      return;
    }
    makeFolder(this.place);
    const own = locked ? basename(real) : `astra-sim-ts-${randomBytes(6).toString('hex')}`;
    this.name = join(dirname(real), `.${own}.part`);
    this.isLink = same?.isLinkedTo(this.name) ?? false;
    if (this.isLink) {
      this.descriptor = -1;
      this.state = 'whole';
      return;
    }
    this.descriptor = writing(path, () => openSync(this.name, locked ? 'w' : 'wx'));
  }

  /** Gives it another name; false where that cannot be: no links there, or no more of them, or no file. */
  private isLinkedTo(name: string): boolean {
    if (this.state !== 'whole' || this.place.kind === 'stream') return false;
    try {
      linkSync(this.name, name);
      return true;
    } catch {
      return false;
    }
  }

  append(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    writing(this.place.path, () => writeAll(this.descriptor, bytes, null));
  }

  /** Completes the file under its temporary name. */
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

  /** Gives it its final name. */
  commit(): void {
    this.finish();
    if (this.place.kind !== 'stream') writing(this.place.path, () => renameSync(this.name, this.place.real));
    this.state = 'over';
  }

  /** Restores the old state, unless it is committed. */
  discard(): void {
    if (this.state === 'over') return;
    if (this.state === 'open') closeSync(this.descriptor);
    this.state = 'over';
    if (this.place.kind !== 'stream') rmSync(this.name, { force: true });
  }
}

/** Creates the folder of a file. */
export function makeFolder({ path, real }: Place): void {
  writing(path, () => makeFolders(dirname(real)));
}

/** Creates one level after the other: Node's `recursive` never returns where it can create none, as in /proc. */
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

/** Writes all bytes, at a position or at the current end. */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const wrote = writeSync(descriptor, bytes, done, bytes.length - done, at);
    if (wrote === 0) throw new Error('nothing more can be written');
    done += wrote;
  }
}

/** Flushes written data to disk. */
export function flush(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some file systems and devices have nothing to flush. A full or broken disk is an error.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
