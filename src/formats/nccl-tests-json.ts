import { ConfigError, show } from '../base/errors.js';
import type { MeasuredTable, Measurement } from '../costs/calibrate/measured-table.js';
import { collectiveIn } from './log-context.js';
import { faultOf, LogNotes, type MeasuredLog } from './log-notes.js';

/**
 * The JSON that nccl-tests writes: a list of results with times out of place and in place,
 * and a configuration with one device per process.
 */
export function readNcclTestsJson(text: string): MeasuredLog {
  const root = parseJson(text);
  const results = root['results'];
  if (!Array.isArray(results)) {
    throw new ConfigError([{ path: 'log.results', expected: 'a list, as nccl-tests writes it', got: show(results) }]);
  }
  const notes = new LogNotes();
  /** Rows by type, operation and root. */
  const groups = new Map<string, Measurement[]>();
  for (const [i, result] of results.entries()) {
    const row = objectOf(result);
    const bytes = Number(row['size']);
    const timeUs = timeOf(row['out_of_place']);
    const inPlaceUs = timeOf(row['in_place']);
    const fault = faultOf(bytes, timeUs);
    if (fault !== undefined) {
      notes.add(fault, i + 1);
      continue;
    }
    const group = [row['type'], row['redop'], row['root']].map((value) => String(value).trim()).join(' ');
    const rows = groups.get(group) ?? [];
    if (rows.length === 0) groups.set(group, rows);
    rows.push({ bytes, timeUs, ...(faultOf(bytes, inPlaceUs) === undefined ? { inPlaceUs } : {}) });
  }
  const about = aboutRun(root);
  const several = groups.size > 1;
  const tables = [...groups].map(([group, rows]): MeasuredTable => {
    const name = several ? `${about.name} ${group}` : about.name;
    return {
      ...about,
      name,
      measured: 'out-of-place',
      info: { ...about.info, dtype: group.split(' ')[0] ?? '' },
      rows,
    };
  });
  return { tables, notes: notes.list() };
}

function aboutRun(root: Readonly<Record<string, unknown>>) {
  const config = objectOf(root['config']);
  const program = Array.isArray(root['args']) ? String(root['args'][0] ?? '') : '';
  const collective = collectiveIn(program);
  const devices = Array.isArray(config['devices']) ? config['devices'].map(objectOf) : [];
  const ranks = devices.length * Number(config['nthreads'] ?? 1) * Number(config['ngpus'] ?? 1);
  const nodes = new Set(devices.map((device) => device['hostname'])).size;
  const gpu = devices[0]?.['device_info'];
  return {
    name: program.split('/').at(-1) || 'nccl-tests',
    ...(collective === undefined ? {} : { collective }),
    ...(Number.isSafeInteger(ranks) && ranks > 0 ? { ranks, nodes } : {}),
    ...(ranks > 0 && ranks % nodes === 0 ? { gpusPerNode: ranks / nodes } : {}),
    info: typeof gpu === 'string' ? { gpu } : {},
  };
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text));
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ path: 'log', expected: 'JSON, because it starts with a brace', got }]);
  }
}

function timeOf(side: unknown): number {
  const { time, cpu_time: cpuTime } = objectOf(side) as { time?: unknown; cpu_time?: unknown };
  const value = time ?? cpuTime;
  return typeof value === 'number' ? value : Number.NaN;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
