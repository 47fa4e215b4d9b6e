import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { ROW_FORMATS } from '../../sweep/format.js';
import type { Mark } from '../files/line-checksum.js';
import { writeWhole } from '../files/write-whole.js';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const mark = { lines: whole, bytes: whole, sha256: v.string() };
/** Short names, because there are many. */
const shortMark = v.pipe(
  v.tuple([whole, whole, v.string()]),
  v.transform(([lines, bytes, sha256]): Mark => ({ lines, bytes, sha256 })),
);

const schema = v.object({
  /** Program and version that made the rows. */
  madeBy: v.string(),
  /** Identity of the sweep. */
  sweep: v.string(),
  format: v.picklist(ROW_FORMATS),
  shard: v.object({ index: whole, of: whole }),
  /** Combinations in the whole space. */
  size: whole,
  /** What is certainly on disk: rows of all points below `next`. */
  rows: v.optional(v.object({ points: whole, next: whole, complete: v.boolean(), ...mark })),
  /** The same at earlier lines, to locate damage. */
  marks: v.optional(v.array(shortMark), []),
});

/** What a file of results belongs to. Kept next to it, so that the file itself is only a table. */
export type Sidecar = v.InferOutput<typeof schema>;

const SUFFIX = '.sweep.json';

export function sidecarName(file: string): string {
  return file + SUFFIX;
}

export function isSidecarName(file: string): boolean {
  return file.endsWith(SUFFIX);
}

/**
 * The sidecar of a file of results, if any.
 * @throws ConfigError when another file has its name: we must not replace that.
 */
export function readSidecar(file: string): Sidecar | undefined {
  const name = sidecarName(file);
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError([{ path: name, expected: 'a file that can be read', got: show((error as Error).message) }]);
  }
  const result = v.safeParse(schema, parsed(text));
  if (result.success) return result.output;
  throw new ConfigError([{ path: name, expected: 'what a sweep writes beside its results', got: show(text) }]);
}

/** Writes it whole; the caller holds the lock of the file. */
export function writeSidecar(file: string, sidecar: Sidecar): void {
  writeWhole(sidecarName(file), sidecarText(sidecar), { locked: true });
}

export function sidecarText({ marks, ...rest }: Sidecar): string {
  // A mark per line.
  const lines = marks.map(({ lines, bytes, sha256 }) => `\n    ${JSON.stringify([lines, bytes, sha256])}`).join(',');
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "marks": [${lines}]\n}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
