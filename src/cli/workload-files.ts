import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigError, show } from '../base/errors.js';
import { COLLECTIVES } from '../collectives/collective.js';
import type { WorkloadInput } from '../workload/set-up.js';

/** Reads a JSON or YAML file of the reference's; errors name file, line and column. */
export function readConfigFile(file: string, flag: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([{ path: flag, expected: 'a readable file', got: show(file), hint: reasonOf(error) }]);
  }
  // JSON is a part of YAML, and this parser knows lines and columns.
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    const at = problem.linePos?.[0];
    const where = at === undefined ? '' : `:${at.line}:${at.col}`;
    const [reason = ''] = problem.message.split('\n');
    throw new ConfigError([{ path: `${file}${where}`, expected: 'JSON or YAML', got: reason }]);
  }
  return document.toJS();
}

/** The trace files `PREFIX.<npu>.et`, one per NPU, all there before anything is read. */
export function traceFiles(prefix: string, npus: number): string[] {
  const files = Array.from({ length: npus }, (_, npu) => `${prefix}.${npu}.et`);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    const expected = `one trace file per NPU, ${files[0]} to ${files.at(-1)} (the network has ${npus} NPUs)`;
    const got = `${npus - missing.length} of them; ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''} missing`;
    throw new ConfigError([{ path: '--workload-configuration', expected, got }]);
  }
  const next = `${prefix}.${npus}.et`;
  if (existsSync(next)) {
    const expected = `no more trace files than NPUs (${npus})`;
    throw new ConfigError([{ path: '--workload-configuration', expected, got: `${next} as well` }]);
  }
  return files;
}

/** The custom collectives that a system file names: of kinds of collectives, and of single nodes. */
export function customCollectives(system: unknown): Pick<WorkloadInput, 'customCollectives' | 'perNodeCustom'> {
  const keys = (system ?? {}) as Record<string, unknown>;
  const perNodeFile = keys['per-node-custom-implementation'];
  const perNodeCustom = typeof perNodeFile === 'string' ? readPerNode(perNodeFile) : {};
  const named = COLLECTIVES.flatMap((collective) => keys[`${collective}-implementation-custom`]);
  const prefixes = [...named, ...Object.values(perNodeCustom)].filter((prefix) => typeof prefix === 'string');
  const traces = Object.fromEntries([...new Set(prefixes)].map((prefix) => [prefix, rankTraces(prefix)]));
  return { customCollectives: traces, perNodeCustom };
}

/** A YAML map from node id to the prefix of the files of its algorithm. */
function readPerNode(file: string): Record<string, string> {
  const map = readConfigFile(file, 'per-node-custom-implementation');
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
  const expected = 'trace files of the custom collectives that it names';
  throw new ConfigError([{ path: '--system-configuration', expected, got: `no file ${prefix}.0.et` }]);
}

export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError([{ path: file, expected: 'a readable file', got: reasonOf(error) }]);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
