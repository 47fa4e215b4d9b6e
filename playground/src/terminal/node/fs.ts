// Replaces `node:fs`: files in memory.
import files from '@jspm/core/nodelibs/fs';
import { standardInput } from './standard-input.js';

/** Standard input has the number 0, as in a process. */
const readFileSync = ((path: number | string, options?: BufferEncoding | { encoding?: BufferEncoding }) => {
  if (path !== 0) return files.readFileSync(path, options);
  const bytes = Buffer.from(standardInput.text);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return encoding === undefined ? bytes : bytes.toString(encoding);
}) as typeof files.readFileSync;

/** The library lacks it. */
function rmSync(path: string, { force = false, recursive = false } = {}): void {
  try {
    if (recursive && files.statSync(path).isDirectory()) files.rmdirSync(path, { recursive });
    else files.unlinkSync(path);
  } catch (error) {
    if (!force || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export default { ...files, readFileSync, rmSync };
export { readFileSync, rmSync };
export const {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  promises,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} = files;
