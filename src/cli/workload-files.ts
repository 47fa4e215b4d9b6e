import { existsSync, readFileSync } from 'node:fs';
import { ConfigError, show } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import { SYMMETRIC_COLLECTIVES } from '../collectives/collective.js';
import type { AstraSimWorkload } from '../formats/astra-sim/workload-from-astra-sim.js';
import { readConfigFile, reasonOf } from './config-file.js';

/** Most NPUs with a trace file each: no simulation could play more, so do not look for their files. */
const MOST_FILES = 2 ** 22;

/** Traces, the names of their files, and warnings. */
export interface TraceFiles {
  readonly traces: AstraSimWorkload['traces'];
  readonly files: readonly string[];
  readonly warnings: readonly Warning[];
}

/** Reads the trace files `PREFIX.<npu>.et`, one per NPU, after checking that all exist. */
export function readTraces(prefix: string, npus: number, oneTrace: boolean): TraceFiles {
  const flag = '--workload-configuration';
  if (oneTrace) {
    const file = `${prefix}.0.et`;
    return { traces: readBytes(file), files: [file], warnings: [] };
  }
  if (npus > MOST_FILES) {
    const hint = '--one-trace takes PREFIX.0.et for all of them';
    throw new ConfigError([
      { path: flag, expected: `at most ${MOST_FILES} NPUs with a file each`, got: `${npus}`, hint },
    ]);
  }
  const files = Array.from({ length: npus }, (_, npu) => `${prefix}.${npu}.et`);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    const expected = `one trace file per NPU, ${files[0]} to ${files.at(-1)} (the network has ${npus} NPUs)`;
    const got = `${npus - missing.length} of them; ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''} missing`;
    const single = missing.length === npus - 1 && missing[0] !== files[0];
    const hint = single ? { hint: '--one-trace lets all NPUs run the existing one' } : {};
    throw new ConfigError([{ path: flag, expected, got, ...hint }]);
  }
  const next = `${prefix}.${npus}.et`;
  const more = existsSync(next);
  const message = `${next} and any later files are ignored: the network has ${npus} NPUs`;
  return {
    traces: files.map(readBytes),
    files,
    warnings: more ? [{ code: 'more-traces-than-npus', message, data: { npus, file: next } }] : [],
  };
}

/** The custom collectives of a system file, for kinds of collectives and for single nodes. */
export function customCollectives(system: unknown): Pick<AstraSimWorkload, 'customCollectives' | 'perNodeCustom'> {
  const keys = (typeof system === 'object' && system !== null ? system : {}) as Record<string, unknown>;
  const perNodeFile = keys['per-node-custom-implementation'];
  const perNodeCustom = typeof perNodeFile === 'string' ? readPerNode(perNodeFile) : {};
  const named = SYMMETRIC_COLLECTIVES.flatMap((collective) => keys[`${collective}-implementation-custom`]);
  const prefixes = [...named, ...Object.values(perNodeCustom)].filter((prefix) => typeof prefix === 'string');
  const traces = Object.fromEntries([...new Set(prefixes)].map((prefix) => [prefix, rankTraces(prefix)]));
  return { customCollectives: traces, perNodeCustom };
}

/** A YAML map from node id to the prefix of the files of its algorithm. */
function readPerNode(file: string): Record<string, string> {
  const { value: map } = readConfigFile(file, 'per-node-custom-implementation');
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  if (entries.length === 0 || !entries.every(([id, prefix]) => /^\d+$/.test(id) && typeof prefix === 'string')) {
    throw new ConfigError([{ path: file, expected: 'a map from node ids to prefixes of trace files', got: show(map) }]);
  }
  return Object.fromEntries(entries);
}

/** All files `PREFIX.<rank>.et`. */
function rankTraces(prefix: string): Uint8Array[] {
  const traces: Uint8Array[] = [];
  while (existsSync(`${prefix}.${traces.length}.et`)) traces.push(readBytes(`${prefix}.${traces.length}.et`));
  if (traces.length > 0) return traces;
  const expected = 'trace files of its custom collectives';
  throw new ConfigError([{ path: '--system-configuration', expected, got: `no file ${prefix}.0.et` }]);
}

/** @throws ConfigError if it cannot be read. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError([{ path: file, expected: 'a readable file', got: reasonOf(error) }]);
  }
}
