import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { ROW_FORMATS } from '../../sweep/format.js';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema = v.object({
  /** Program and version that made the rows. */
  madeBy: v.string(),
  /** Identity of the sweep. */
  sweep: v.string(),
  format: v.picklist(ROW_FORMATS),
  shard: v.object({ index: whole, of: whole }),
  /** Combinations in the whole space. */
  size: whole,
  /** Once all rows are there: how many, and how long the file is. */
  complete: v.optional(v.object({ points: whole, bytes: whole })),
});

/** What a file of results belongs to: kept beside it, so that the file itself is nothing but a table. */
export type Sidecar = v.InferOutput<typeof schema>;

export function sidecarName(file: string): string {
  return `${file}.sweep.json`;
}

/** The sidecar of a file of results; undefined when there is none. */
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

/** Writes it whole or not at all. */
export function writeSidecar(file: string, sidecar: Sidecar): void {
  const name = sidecarName(file);
  writeFileSync(`${name}.part`, `${JSON.stringify(sidecar, null, 2)}\n`);
  renameSync(`${name}.part`, name);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
