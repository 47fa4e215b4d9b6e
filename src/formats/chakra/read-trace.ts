import { ConfigError, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import type { Trace, TraceNode } from './graph.js';
import { inflate, isGzip } from './inflate.js';
import { isJson, readJson } from './read-json.js';
import { readProtobuf, type TraceReader } from './read-protobuf.js';

/**
 * Reads an execution trace: a Chakra `.et` file (protobuf), the same as JSON in the form of
 * Chakra's jsonizer or its feeder, or any of them gzipped (at most 2 GiB inflated). The first bytes
 * show which it is. Version 0.0.4 of the schema; unknown fields are skipped in protobuf
 * and an error in JSON.
 *
 * @param file named in error messages
 * @throws ConfigError if the bytes are not such a trace: file, byte offset or line and column,
 * and the expectation.
 */
export function readTrace(bytes: Uint8Array, file = ''): Trace {
  const { version, nodes } = open(bytes, file);
  return { version, nodes: [...nodes] };
}

/**
 * The nodes of a trace one by one, without a copy of the file, for callers that keep only part of them.
 * Otherwise like {@link readTrace}.
 */
export function readTraceNodes(bytes: Uint8Array, file = ''): Iterable<TraceNode> {
  return open(bytes, file).nodes;
}

function open(bytes: Uint8Array, file: string): TraceReader {
  if (typeof file !== 'string') throw new ConfigError([{ path: 'file', expected: 'text', got: show(file) }]);
  if (!reading(() => bytes instanceof Uint8Array)) {
    throw new ConfigError([{ path: file, expected: 'the bytes of a trace, a Uint8Array', got: show(bytes) }]);
  }
  const plain = isGzip(bytes) ? inflate(bytes, file) : bytes;
  return isJson(plain) ? readJson(plain, file) : readProtobuf(plain, file);
}
