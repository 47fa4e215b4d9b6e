import type { AstraSimWorkload } from '../../src/formats/index.js';
import { goldenRows } from './golden-folder.js';

/** One number when all NPUs have the same, else one per NPU by id. */
export type PerNpu = number | readonly number[];

/** Trace files of a row, each distinct one once. */
interface RowTraces {
  /** Base64. */
  readonly files: readonly string[];
  /** Which file each NPU has. */
  readonly of: readonly number[];
}

/** A golden row of a workload: what the reference was given, and what it answered. */
export interface WorkloadRow extends Pick<AstraSimWorkload, 'network' | 'system'> {
  readonly id: string;
  readonly outcome: 'ok' | 'crash' | 'hang' | 'unspecified';
  readonly traces: RowTraces;
  readonly customTraces?: RowTraces;
  readonly remoteMemory?: unknown;
  readonly commGroups?: NonNullable<AstraSimWorkload['commGroups']>;
  readonly backend?: NonNullable<AstraSimWorkload['backend']>;
  readonly queuesPerDim?: number;
  readonly injectionScale?: number;
  /** Further flags of the reference's command line. */
  readonly flags?: Readonly<Record<string, string>>;
  /** What the row is about, where it is about something. */
  readonly mechanism?: string;
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
export function inputOf(row: WorkloadRow): AstraSimWorkload {
  const { network, system, traces, customTraces, remoteMemory, commGroups, backend, queuesPerDim, injectionScale } =
    row;
  return {
    network,
    system,
    traces: decode(traces),
    dropIn: true,
    rendezvous: row.flags?.['rendezvous-protocol'] === 'true',
    ...(customTraces === undefined ? {} : { customCollectives: { custom: decode(customTraces) } }),
    ...(remoteMemory === undefined ? {} : { remoteMemory }),
    ...(commGroups === undefined ? {} : { commGroups }),
    ...(backend === undefined ? {} : { backend }),
    ...(queuesPerDim === undefined ? {} : { queuesPerDim }),
    ...(injectionScale === undefined ? {} : { injectionScale }),
  };
}

function decode({ files, of }: RowTraces): Uint8Array[] {
  const bytes = files.map((base64) => new Uint8Array(Buffer.from(base64, 'base64')));
  return of.map((i) => bytes[i] as Uint8Array);
}
