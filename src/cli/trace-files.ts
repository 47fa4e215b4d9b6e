import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, show } from '../base/errors.js';
import { checkOutputs, type NamedFile } from './files/place.js';
import { WholeFile } from './files/write-whole.js';

type GroupMembers = Readonly<Record<string, readonly number[]>>;

export interface TraceSet {
  readonly directory: string;
  readonly prefix: string;
  readonly npus: number;
  /** The bytes of an NPU's trace, called for one NPU after the other. */
  readonly bytesOf: (npu: number) => Uint8Array;
  /** Communicator groups, if there are any; a function is asked when all traces are made. */
  readonly groups?: GroupMembers | (() => GroupMembers);
  /** NPUs whose traces are written; default: all. */
  readonly ranks?: readonly number[] | undefined;
  /** Source files, which the set must not replace. */
  readonly inputs?: readonly NamedFile[];
}

export interface WrittenSet {
  /** Value for `--workload-configuration`. */
  readonly prefix: string;
  readonly npus: number;
  /** NPUs whose traces were written, if not all. */
  readonly ranks?: readonly number[];
  /** Value for `--comm-group-configuration`. */
  readonly groups?: string;
}

/**
 * Writes a set of traces. All files exist under temporary names before the first gets its
 * final name, so a failure leaves the old state. Equal traces are links to one file.
 * @throws ConfigError, OutputError
 */
export function writeTraceSet({ directory, prefix, npus, bytesOf, groups, ranks, inputs = [] }: TraceSet): WrittenSet {
  if (prefix === '' || /[/\\]/.test(prefix)) {
    throw new ConfigError([{ path: '--prefix', expected: 'the beginning of a file name', got: show(prefix) }]);
  }
  const path = join(directory, prefix);
  const beyond = `${path}.${npus}.et`;
  if (existsSync(beyond)) {
    const expected = `no traces of a set larger than ${npus}`;
    throw new ConfigError([{ path: '--out', expected, got: beyond, hint: 'remove it or choose another --prefix' }]);
  }
  const nameOf = (npu: number) => `${path}.${npu}.et`;
  const written = ranks ?? Array.from({ length: npus }, (_, npu) => npu);
  if (inputs.length > 0) {
    const outputs = written.map((npu) => ({ flag: '--out', path: nameOf(npu) }));
    checkOutputs(outputs, inputs);
  }
  const files: WholeFile[] = [];
  const write = (name: string, content: Uint8Array | string, same?: WholeFile) => {
    // Traces can be made again, so do not wait for the disk after every file.
    const file = new WholeFile(name, { toDisk: false, same });
    files.push(file);
    if (!file.isLink) file.append(content);
    file.finish();
    return file;
  };
  const distinct = new Map<string, WholeFile>();
  let groupFile: string | undefined;
  try {
    for (const npu of written) {
      const bytes = bytesOf(npu);
      const digest = createHash('sha256').update(bytes).digest('base64');
      const file = write(nameOf(npu), bytes, distinct.get(digest));
      if (!file.isLink) distinct.set(digest, file);
    }
    // Groups may be known only when all traces are.
    const all = typeof groups === 'function' ? groups() : (groups ?? {});
    if (Object.keys(all).length > 0) {
      groupFile = `${path}.groups.json`;
      write(groupFile, `${JSON.stringify(all)}\n`);
    }
    for (const file of files) file.commit();
  } finally {
    for (const file of files) file.discard();
  }
  const some = ranks === undefined ? {} : { ranks };
  return { prefix: path, npus, ...some, ...(groupFile === undefined ? {} : { groups: groupFile }) };
}

const RANGE = /^\s*(\d+)(?:-(\d+))?\s*$/;

/**
 * NPUs by number, in order, each once: `0,8-15`. Undefined without a text.
 * @throws ConfigError for NPUs that there are not.
 */
export function ranksOf(text: string | undefined, npus: number): number[] | undefined {
  if (text === undefined) return undefined;
  const ranks = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = RANGE.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (!(first <= last && last < npus)) {
      const expected = `NPUs from 0 to ${npus - 1}, such as 0,8-15`;
      throw new ConfigError([{ path: '--ranks', expected, got: show(text) }]);
    }
    for (let npu = first; npu <= last; npu++) ranks.add(npu);
  }
  return [...ranks].sort((a, b) => a - b);
}

/** The written files and the command that runs them. */
export function writtenLines(written: WrittenSet): string[] {
  const { prefix, groups, npus } = written;
  if (written.ranks !== undefined) return [wroteText(written)];
  const flags = [
    `--workload-configuration=${prefix}`,
    '--system-configuration=system.json',
    '--network-configuration=network.yml',
    ...(groups === undefined ? [] : [`--comm-group-configuration=${groups}`]),
  ];
  return [wroteText(written), `to run them, with a network of ${npus} NPUs:`, `  astra-sim-ts run ${flags.join(' ')}`];
}

/** What was written, in a sentence. */
export function wroteText({ prefix, npus, ranks, groups }: WrittenSet): string {
  const and = groups === undefined ? '' : ` and ${groups}`;
  if (ranks === undefined) return `wrote ${filesText(prefix, npus)}${and}`;
  const number = ranks.length === 1 ? 'the trace' : 'the traces';
  return `wrote ${prefix}.<npu>.et: ${number} of ${ranks.length} of ${npus} NPUs${and}`;
}

/** `DIR/PREFIX.0.et to DIR/PREFIX.15.et`. */
export function filesText(prefix: string, npus: number): string {
  return npus === 1 ? `${prefix}.0.et` : `${prefix}.0.et to ${prefix}.${npus - 1}.et`;
}
