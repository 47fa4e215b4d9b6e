import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, show } from '../base/errors.js';
import { checkOutputs, type NamedFile } from './files/place.js';
import { WholeFile } from './files/write-whole.js';

export interface TraceSet {
  readonly directory: string;
  readonly prefix: string;
  readonly npus: number;
  /** The bytes of an NPU's trace, called for one NPU after the other. */
  readonly bytesOf: (npu: number) => Uint8Array;
  /** Communicator groups, if there are any. */
  readonly groups?: Readonly<Record<string, readonly number[]>>;
  /** Source files, which the set must not replace. */
  readonly inputs?: readonly NamedFile[];
}

export interface WrittenSet {
  /** Value for `--workload-configuration`. */
  readonly prefix: string;
  readonly npus: number;
  /** Value for `--comm-group-configuration`. */
  readonly groups?: string;
}

/**
 * Writes a set of traces. All files exist under temporary names before the first gets its
 * final name, so a failure leaves the old state.
 * @throws ConfigError, OutputError
 */
export function writeTraceSet({ directory, prefix, npus, bytesOf, groups = {}, inputs = [] }: TraceSet): WrittenSet {
  if (prefix === '' || /[/\\]/.test(prefix)) {
    throw new ConfigError([{ path: '--prefix', expected: 'the beginning of a file name', got: show(prefix) }]);
  }
  const path = join(directory, prefix);
  const beyond = `${path}.${npus}.et`;
  if (existsSync(beyond)) {
    const expected = `no traces of a set larger than ${npus}`;
    throw new ConfigError([{ path: '--out', expected, got: beyond, hint: 'remove it or choose another --prefix' }]);
  }
  const names = Array.from({ length: npus }, (_, npu) => `${path}.${npu}.et`);
  const groupFile = Object.keys(groups).length === 0 ? undefined : `${path}.groups.json`;
  if (inputs.length > 0) {
    const outputs = names.map((name) => ({ flag: '--out', path: name }));
    checkOutputs(outputs, inputs);
  }
  const files: WholeFile[] = [];
  const write = (name: string, content: Uint8Array | string) => {
    // Traces can be made again, so do not wait for the disk after every file.
    const file = new WholeFile(name, { toDisk: false });
    files.push(file);
    file.append(content);
    file.finish();
  };
  try {
    for (const [npu, name] of names.entries()) write(name, bytesOf(npu));
    if (groupFile !== undefined) write(groupFile, `${JSON.stringify(groups)}\n`);
    for (const file of files) file.commit();
  } finally {
    for (const file of files) file.discard();
  }
  return { prefix: path, npus, ...(groupFile === undefined ? {} : { groups: groupFile }) };
}

/** The written files and the command that runs them. */
export function writtenLines({ prefix, groups, npus }: WrittenSet): string[] {
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
