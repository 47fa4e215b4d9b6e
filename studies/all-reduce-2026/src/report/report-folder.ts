import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { ConfigError } from 'astra-sim-ts';

/** Says that a folder holds a report of ours, and which of its files are. */
const MARKER = '.all-reduce-2026.json';

/** The name of a file within the report, `/` between its parts. */
export type ReportFiles = ReadonlyMap<string, string | Uint8Array>;

/**
 * Checks, before minutes are spent, that a report may be written into `folder`: it is not there
 * yet, is empty, or has our marker. Returns the files in it that are ours.
 */
export function ownedFiles(folder: string): readonly string[] {
  const expected = 'a folder that is not there yet, is empty, or holds an earlier report';
  const refuse = (got: string): never => {
    throw new ConfigError([{ path: '--report', expected, got }]);
  };
  if (!existsSync(folder)) {
    // Made now: a folder that cannot be made is no surprise after minutes.
    makeFolder(folder);
    return [];
  }
  if (!statSync(folder).isDirectory()) return refuse(`the file ${JSON.stringify(folder)}`);
  if (readdirSync(folder).length === 0) return [];
  const marker = join(folder, MARKER);
  if (!existsSync(marker)) return refuse(`${JSON.stringify(folder)}, which holds other files`);
  let listed: unknown;
  try {
    ({ files: listed } = JSON.parse(readFileSync(marker, 'utf8')));
  } catch {
    return refuse(`a marker ${JSON.stringify(marker)} that cannot be read`);
  }
  if (!Array.isArray(listed) || !listed.every((name) => isOurs(folder, name))) {
    return refuse(`a marker ${JSON.stringify(marker)} that names files elsewhere`);
  }
  return listed;
}

/**
 * Replaces the report in `folder`. Removes nothing but files that the marker lists, replaces no
 * other; the marker comes first, so that a report cut short stays ours.
 * @throws ConfigError when a file of ours would replace one that is not.
 */
export function replaceReport(folder: string, files: ReportFiles): void {
  const before = ownedFiles(folder);
  const foreign = [...files.keys()].filter((name) => existsSync(join(folder, name)) && !before.includes(name));
  if (foreign.length > 0) {
    const got = foreign.map((name) => JSON.stringify(join(folder, name))).join(', ');
    throw new ConfigError([{ path: '--report', expected: 'a folder without files of these names', got }]);
  }
  makeFolder(folder);
  const mark = (names: Iterable<string>) => put(folder, MARKER, `${JSON.stringify({ files: [...names] }, null, 1)}\n`);
  mark(new Set([...before, ...files.keys()]));
  for (const name of before.filter((one) => !files.has(one))) rmSync(join(folder, name), { force: true });
  for (const [name, content] of files) put(folder, name, content);
  for (const name of new Set(before.map(dirname))) removeIfEmpty(join(folder, name));
  mark(files.keys());
}

/** One level after the other: Node's own `recursive` never returns where none can be made, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Writes beside and renames: no reader sees half a file. */
function put(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  makeFolder(dirname(path));
  const part = `${path}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Whether a name from a marker lies within the folder, links followed. */
function isOurs(folder: string, name: unknown): name is string {
  if (typeof name !== 'string' || !resolve(folder, name).startsWith(resolve(folder) + sep)) return false;
  const parent = dirname(join(folder, name));
  return !existsSync(parent) || `${realpathSync(parent)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
}
