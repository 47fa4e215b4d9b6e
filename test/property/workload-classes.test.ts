import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, SimulationError } from '../../src/base/errors.js';
import { simulateWorkload, type WorkloadSpec } from '../../src/workload/index.js';
import { workloadArb } from '../support/random-workloads.js';

/** How many workloads are tried; `WORKLOAD_CLASSES_RUNS=100000 npx vitest run test/property/workload-classes.test.ts` for a night. */
const RUNS = Number(process.env['WORKLOAD_CLASSES_RUNS'] ?? 300);

/** The result without the engine's own account, or what went wrong. */
function outcome(spec: WorkloadSpec): unknown {
  try {
    const { engine: _, ...result } = simulateWorkload(spec);
    return JSON.parse(JSON.stringify(result));
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SimulationError) return error.constructor.name;
    throw error;
  }
}

test('NPUs that stand for others of their class give what all of them give, in every field', () => {
  fc.assert(
    fc.property(workloadArb, (spec) => {
      expect(outcome(spec)).toEqual(outcome({ ...spec, folding: 'off' }));
    }),
    { numRuns: RUNS },
  );
});
