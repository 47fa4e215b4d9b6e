import type { WorkloadInput } from '../../src/workload/index.js';
import type { PerNpu } from '../../src/workload/workload-result.js';
import { goldenRows } from './golden-folder.js';

/** Trace files of a row, each distinct one once. */
interface RowTraces {
  /** Base64. */
  readonly files: readonly string[];
  /** Which file each NPU has. */
  readonly of: readonly number[];
}

/** A golden row of a workload: what the reference was given, and what it answered. */
export interface WorkloadRow extends Omit<WorkloadInput, 'traces'> {
  readonly id: string;
  readonly style: string;
  readonly outcome: 'ok' | 'crash' | 'hang' | 'unspecified';
  readonly traces: RowTraces;
  readonly customTraces?: RowTraces;
  readonly finish?: PerNpu;
  readonly exposed?: PerNpu;
  readonly comm?: PerNpu;
  readonly gpu?: PerNpu;
  readonly overlap?: PerNpu;
  readonly computeBoundPct?: PerNpu;
  readonly computeUtilPct?: PerNpu;
  readonly memUtilPct?: PerNpu;
  readonly opIntensity?: PerNpu;
}

export function readWorkloadRows(name: string): WorkloadRow[] {
  return goldenRows<WorkloadRow>(name);
}

/** The row as an input of ours. */
export function inputOf({ traces, customTraces, ...row }: WorkloadRow): WorkloadInput {
  const custom = customTraces === undefined ? {} : { customCollectives: { custom: decode(customTraces) } };
  return { ...row, traces: decode(traces), ...custom };
}

function decode({ files, of }: RowTraces): Uint8Array[] {
  const bytes = files.map((base64) => new Uint8Array(Buffer.from(base64, 'base64')));
  return of.map((i) => bytes[i] as Uint8Array);
}
