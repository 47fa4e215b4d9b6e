/** A collective whose time was measured. Only those that NCCL predicts can be compared with it. */
export type MeasuredCollective =
  | 'all-reduce'
  | 'all-gather'
  | 'reduce-scatter'
  | 'all-to-all'
  | 'broadcast'
  | 'reduce'
  | 'gather'
  | 'scatter'
  | 'send-receive';

/** One size of a table. */
export interface Measurement {
  /** As the benchmark counts it: nccl-tests gives the larger of the two buffers. */
  readonly bytes: number;
  readonly timeUs: number;
  readonly inPlaceUs?: number;
}

/** A table of measured times, with what its log says about the machine. Plain data. */
export interface MeasuredTable {
  readonly name: string;
  readonly collective?: MeasuredCollective;
  readonly ranks?: number;
  readonly nodes?: number;
  readonly gpusPerNode?: number;
  /** Which column holds what was to be measured. */
  readonly measured: 'out-of-place' | 'in-place';
  /** Whatever else the log says: gpu, software, dtype, ... */
  readonly info: Readonly<Record<string, string>>;
  readonly rows: readonly Measurement[];
}

/** Sizes with the median of their measured times, ascending; times of 0 or less are left out. */
export interface Samples {
  readonly bytes: readonly number[];
  readonly timesUs: readonly number[];
}

export function samplesOf({ rows, measured }: Pick<MeasuredTable, 'rows' | 'measured'>): Samples {
  const times = new Map<number, number[]>();
  for (const { bytes, timeUs, inPlaceUs } of rows) {
    const time = measured === 'in-place' ? inPlaceUs : timeUs;
    if (time === undefined || !(time > 0 && Number.isFinite(time)) || !(bytes > 0)) continue;
    const known = times.get(bytes);
    if (known === undefined) times.set(bytes, [time]);
    else known.push(time);
  }
  const bytes = [...times.keys()].sort((a, b) => a - b);
  return { bytes, timesUs: bytes.map((size) => quantile(times.get(size) as number[], 0.5)) };
}

/** Linear between the two nearest values; NaN of no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}
