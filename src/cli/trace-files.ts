import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, show } from '../base/errors.js';

export interface TraceSet {
  readonly directory: string;
  readonly prefix: string;
  readonly npus: number;
  /** The bytes of an NPU's trace, asked for one after the other. */
  readonly bytesOf: (npu: number) => Uint8Array;
  /** Communicator groups, if there are any. */
  readonly groups?: Readonly<Record<string, readonly number[]>>;
}

export interface WrittenSet {
  /** What `--workload-configuration` takes. */
  readonly prefix: string;
  /** What `--comm-group-configuration` takes. */
  readonly groups: string | undefined;
}

/**
 * Writes a set of traces. All of it is there under other names before the first file gets its
 * own: whatever fails while writing leaves what was there before.
 */
export function writeTraceSet({ directory, prefix, npus, bytesOf, groups = {} }: TraceSet): WrittenSet {
  if (prefix === '' || /[/\\]/.test(prefix)) {
    throw new ConfigError([{ path: '--prefix', expected: 'the beginning of a file name', got: show(prefix) }]);
  }
  const path = join(directory, prefix);
  const beyond = `${path}.${npus}.et`;
  if (existsSync(beyond)) {
    const expected = `no traces of a larger set where ${npus} are to be`;
    throw new ConfigError([{ path: '--out', expected, got: beyond, hint: 'remove it or choose another --prefix' }]);
  }
  const groupFile = Object.keys(groups).length === 0 ? undefined : `${path}.groups.json`;
  const temporary = new Map<string, string>();
  const write = (file: string, content: Uint8Array | string) => {
    if (existsSync(file) && !statSync(file).isFile()) throw new Error(`${file} is there and no file`);
    const other = `${file}.${process.pid}.tmp`;
    temporary.set(other, file);
    writeFileSync(other, content);
  };
  try {
    attempt(directory, () => mkdirSync(directory, { recursive: true }));
    for (let npu = 0; npu < npus; npu++) {
      const bytes = bytesOf(npu);
      attempt(directory, () => write(`${path}.${npu}.et`, bytes));
    }
    if (groupFile !== undefined) attempt(directory, () => write(groupFile, `${JSON.stringify(groups)}\n`));
    for (const [other, file] of temporary) attempt(directory, () => renameSync(other, file));
  } finally {
    for (const other of temporary.keys()) rmSync(other, { force: true });
  }
  return { prefix: path, groups: groupFile };
}

function attempt(directory: string, write: () => unknown): void {
  try {
    write();
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ path: '--out', expected: 'a directory to write to', got: show(directory), hint }]);
  }
}

/** What was written, and the command that runs it. */
export function writtenLines({ prefix, groups }: WrittenSet, npus: number): string[] {
  const flags = [
    `--workload-configuration=${prefix}`,
    '--system-configuration=system.json',
    '--network-configuration=network.yml',
    ...(groups === undefined ? [] : [`--comm-group-configuration=${groups}`]),
  ];
  return [
    `wrote ${filesText(prefix, npus)}${groups === undefined ? '' : ` and ${groups}`}`,
    `to run them, with a network of ${npus} NPUs:`,
    `  astra-sim-ts run ${flags.join(' ')}`,
  ];
}

/** `DIR/PREFIX.0.et to DIR/PREFIX.15.et`. */
export function filesText(prefix: string, npus: number): string {
  return npus === 1 ? `${prefix}.0.et` : `${prefix}.0.et to ${prefix}.${npus - 1}.et`;
}
