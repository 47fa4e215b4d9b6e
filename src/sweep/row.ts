import { ConfigError, SimulationError } from '../base/errors.js';
import type { WarningCode } from '../base/warnings.js';
import type { EngineName } from '../base/words.js';
import type { CollectiveResult } from '../report/result.js';
import { simulateCollectiveAsync } from '../simulate.js';
import type { CollectiveSpec } from '../spec/spec.js';
import type { Points } from './points.js';

/** The result of a point. */
export interface PointResult {
  readonly totalNpus: number;
  /** NPUs in one collective. */
  readonly ranks: number;
  readonly chunks: number;
  readonly timeNs: number;
  readonly algbwGBps: number;
  readonly busbwGBps: number;
  /** Index of the dimension whose links need longest for their bytes, and the used share of its bandwidth. */
  readonly bottleneck: number;
  readonly utilisation: number;
  readonly engine: EngineName;
  /** Name of the measured table to which its numbers are fitted; only for points with `costs`. */
  readonly fittedTo?: string;
  /** Kinds of warnings, each once. */
  readonly warnings: readonly WarningCode[];
}

/** A point of a sweep after its run. */
export type SweepRow = {
  /** Its number in the product of all axes, the last axis fastest. */
  readonly point: number;
  /** The independent variables by column name (`size_bytes`), in base units. */
  readonly values: Readonly<Record<string, unknown>>;
} & (
  | { readonly ok: true; readonly result: PointResult }
  /** Why there is no result. The sweep goes on. */
  | { readonly ok: false; readonly error: string }
);

/** A point after its run, before columns get names. */
export interface Ran {
  readonly point: number;
  /** In the order of the columns. */
  readonly values: readonly unknown[];
  /** Its result, or in one line why there is none. */
  readonly outcome: PointResult | string;
}

/**
 * Simulates a point. An error becomes its outcome.
 * @throws SimulationError after an abort, and nothing else.
 */
export async function runPoint(points: Points, point: number, signal?: AbortSignal): Promise<Ran> {
  const { values, spec } = points.at(point);
  const outcome = spec instanceof ConfigError ? spec : await measure(spec, signal);
  return { point, values, outcome: outcome instanceof Error ? oneLine(describe(outcome)) : outcome };
}

export function toRow({ columns }: Points, { point, values: list, outcome }: Ran): SweepRow {
  const values = Object.fromEntries(columns.map((name, i) => [name, list[i]]));
  return typeof outcome === 'string'
    ? { point, values, ok: false, error: outcome }
    : { point, values, ok: true, result: outcome };
}

/**
 * The result of simulating a spec, or why there is none.
 * @throws SimulationError after an abort.
 */
export async function measure(spec: CollectiveSpec, signal?: AbortSignal): Promise<PointResult | Error> {
  let result: CollectiveResult;
  try {
    result = await simulateCollectiveAsync(signal === undefined ? spec : { ...spec, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
  const { dimensions, bottleneck, warnings } = result;
  const fitted = warnings.find(({ code }) => code === 'fitted-costs');
  return {
    totalNpus: result.npus,
    ranks: result.ranks,
    chunks: result.chunks,
    timeNs: result.timeNs,
    algbwGBps: result.algbwGBps,
    busbwGBps: result.busbwGBps,
    bottleneck,
    utilisation: dimensions[bottleneck]?.utilisation ?? 0,
    engine: result.engine.name,
    ...(fitted === undefined ? {} : { fittedTo: String(fitted.data['source']) }),
    warnings: [...new Set(warnings.map(({ code }) => code))],
  };
}

function describe(error: Error): string {
  if (error instanceof ConfigError || error instanceof SimulationError) return error.message;
  return `internal error, please report it: ${error.message}`;
}

/** Puts text on one line: rows are lines, so that a file ends with a whole row, or with none. */
function oneLine(text: string): string {
  return text
    .split(/\s*[\r\n]+\s*/)
    .filter((line) => line !== '')
    .join('; ');
}
