import { ConfigError, type Issue } from '../../base/errors.js';
import { jsonTree } from './json-tree.js';

/** An issue without its path. */
export type Complaint = Omit<Issue, 'path'>;

/** One of the consecutive objects in a file. */
export interface JsonObject {
  readonly value: Readonly<Record<string, unknown>>;
  /** The error for a problem at `path` in the object. */
  readonly wrong: (path: readonly (string | number)[], complaint: Complaint) => ConfigError;
}

const [OPEN, CLOSE, QUOTE, BACKSLASH] = [0x7b, 0x7d, 0x22, 0x5c];

/** Iterates over consecutive JSON objects, with or without white space between them. */
export function* jsonObjects(bytes: Uint8Array, file: string): Generator<JsonObject> {
  const decoder = new TextDecoder();
  for (let start = skipSpace(bytes, 0); start < bytes.length; ) {
    if (bytes[start] !== OPEN) throw wrongAt(bytes, file, start, { expected: '{', got: charAt(bytes, start) });
    const end = objectEnd(bytes, start);
    const text = decoder.decode(bytes.subarray(start, end));
    const wrong = (at: number, complaint: Complaint) =>
      wrongAt(bytes, file, start + new TextEncoder().encode(text.slice(0, at)).length, complaint);
    yield { value: parse(text, wrong), wrong: (path, complaint) => wrong(placeOf(text, path), complaint) };
    start = skipSpace(bytes, end);
  }
}

function parse(text: string, wrong: (at: number, complaint: Complaint) => ConfigError): JsonObject['value'] {
  const tooDeep = { expected: 'a Chakra node', got: 'values nested too deeply' };
  try {
    return JSON.parse(text);
  } catch {
    const fault = jsonTree(text);
    if ('members' in fault) throw wrong(0, tooDeep);
    const got = text[fault.at];
    throw wrong(fault.at, { expected: fault.expected, got: got === undefined ? 'the end' : JSON.stringify(got) });
  }
}

/** The innermost existing place along the path. */
function placeOf(text: string, path: readonly (string | number)[]): number {
  let node = jsonTree(text);
  for (const step of path) {
    const inner = 'members' in node ? node.members.get(step) : undefined;
    if (inner === undefined) break;
    node = inner;
  }
  return 'members' in node ? node.start : node.at;
}

/** Where the object that begins at `start` ends, or the end of the bytes. */
function objectEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (quoted && byte === BACKSLASH) at++;
    else if (byte === QUOTE) quoted = !quoted;
    else if (!quoted && byte === OPEN) depth++;
    else if (!quoted && byte === CLOSE && --depth === 0) return at + 1;
  }
  return bytes.length;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  // A byte order mark at the start counts as space.
  let at = from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : from;
  while (at < bytes.length && ' \t\r\n'.includes(String.fromCharCode(bytes[at] as number))) at++;
  return at;
}

function charAt(bytes: Uint8Array, at: number): string {
  // Four bytes hold any character.
  const [char] = new TextDecoder().decode(bytes.subarray(at, at + 4));
  return JSON.stringify(char);
}

function wrongAt(bytes: Uint8Array, file: string, offset: number, complaint: Complaint): ConfigError {
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < offset; at++) {
    if (bytes[at] !== 0x0a) continue;
    line++;
    lineStart = at + 1;
  }
  const column = new TextDecoder().decode(bytes.subarray(lineStart, offset)).length + 1;
  const place = `line ${line}, column ${column}`;
  return new ConfigError([{ path: file === '' ? place : `${file}: ${place}`, ...complaint }]);
}
