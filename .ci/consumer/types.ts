// Compiled against the installed package, strictly and with its declarations checked too.
import {
  type CollectiveResult,
  type CollectiveSpec,
  ConfigError,
  simulateAllReduce,
  simulateCollective,
} from 'astra-sim-ts';
import type { ChartSpec } from 'astra-sim-ts/charts';
import { fromAstraSim } from 'astra-sim-ts/formats';
import type { SweepDefinition } from 'astra-sim-ts/sweep';
import type { Network } from 'astra-sim-ts/topology';
import type { WorkloadResult } from 'astra-sim-ts/workload';

const spec: CollectiveSpec = {
  collective: 'reduce-scatter',
  topology: [{ kind: 'ring', npus: 8, bandwidth: '600 GB/s', latency: 500 }],
  size: 2 ** 20,
  algorithms: ['direct:4'],
};
const result: CollectiveResult = simulateCollective(spec);
const perNpu: number | readonly number[] = result.finishNs;
export const answers: readonly number[] = [result.timeNs, ...(typeof perNpu === 'number' ? [perNpu] : perNpu)];

export const kept: CollectiveSpec = fromAstraSim({ network: {}, system: {}, collective: 'all-reduce', bytes: 1 });

// @ts-expect-error: a mistyped kind
simulateAllReduce({ topology: [{ kind: 'rings', npus: 8, bandwidth: 1, latency: 1 }], size: 1 });
// @ts-expect-error: results are read-only
result.timeNs = 0;

export type FromSubpaths = ChartSpec | SweepDefinition | Network | WorkloadResult;

export function pathsOf(error: unknown): readonly string[] {
  return error instanceof ConfigError ? error.issues.map(({ path }) => path) : [];
}
