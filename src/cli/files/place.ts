import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError, type Issue } from '../../base/errors.js';
import { OutputError, writing } from './output-error.js';

/** What a path leads to after following links. */
export interface Place {
  /** The path as the user wrote it. */
  readonly path: string;
  /** A stream is a device or a pipe: programs write to it, but never replace it or put files beside it. */
  readonly kind: 'nothing' | 'file' | 'stream';
  /** Absolute, without links. */
  readonly real: string;
  /** Equal for two paths exactly if they are one file. */
  readonly key: string;
}

const MOST_LINKS = 40;

/**
 * Where an output would go.
 * @throws OutputError if that is a folder or cannot be determined.
 */
export function outputPlace(path: string): Place {
  const place = writing(path, () => placeOf(path));
  if (place.kind === 'folder') throw new OutputError(path, 'EISDIR: it is a folder');
  return { ...place, kind: place.kind };
}

/** A file that a command reads or writes, and the flag or argument that names it. */
export interface NamedFile {
  readonly flag: string;
  readonly path: string;
}

/**
 * Refuses outputs that are also an input, or the same file twice, under any name.
 * @throws ConfigError naming the flags.
 */
export function checkOutputs(outputs: readonly NamedFile[], inputs: readonly NamedFile[]): void {
  const issues: Issue[] = [];
  const taken = new Map<string, string>();
  for (const { flag, path } of inputs) taken.set(keyOf(path), `${path}, which is read (${flag})`);
  for (const { flag, path } of outputs) {
    const key = keyOf(path);
    const other = taken.get(key);
    if (other !== undefined) issues.push({ path: flag, expected: 'a file of its own', got: `${path}: it is ${other}` });
    // Streams can be shared: two outputs may both go to /dev/null.
    else if (!key.startsWith('stream')) taken.set(key, `${path}, which is written too (${flag})`);
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function keyOf(path: string): string {
  if (path === '-') return 'stream -';
  try {
    const { kind, key } = placeOf(path);
    return kind === 'stream' ? `stream ${key}` : key;
  } catch {
    // Opening it will report the problem.
    return resolve(path);
  }
}

function placeOf(path: string, links = 0): Omit<Place, 'kind'> & { readonly kind: Place['kind'] | 'folder' } {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (stat === undefined) {
    if (/[/\\]$/.test(path)) return { path, kind: 'folder', real: path, key: path };
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link?.isSymbolicLink() && links < MOST_LINKS) {
      const { real, key } = placeOf(resolve(dirname(path), readlinkSync(path)), links + 1);
      return { path, kind: 'nothing', real, key };
    }
    const real = realPathOfNothing(resolve(path));
    return { path, kind: 'nothing', real, key: real };
  }
  const key = `${stat.dev}:${stat.ino}`;
  if (stat.isDirectory()) return { path, kind: 'folder', real: path, key };
  if (!stat.isFile()) return { path, kind: 'stream', real: path, key };
  return { path, kind: 'file', real: realpathSync(path), key };
}

/** The real path of the folders that exist, with the rest appended unchanged. */
function realPathOfNothing(path: string): string {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    return join(realpathSync(folder), basename(path));
  } catch {
    return join(realPathOfNothing(folder), basename(path));
  }
}
