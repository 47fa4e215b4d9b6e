import { describe, expect, test } from 'vitest';
import { exposedInReference } from '../../src/cli/workload-text.js';
import { workloadFromAstraSim } from '../../src/formats/index.js';
import { ConfigError, SimulationError } from '../../src/index.js';
import { type NpuTimes, simulateWorkload, type WorkloadResult } from '../../src/workload/index.js';
import { ownRows } from '../support/golden-folder.js';
import { inputOf, readWorkloadRows, type WorkloadRow } from '../support/golden-workload-rows.js';

const FILES = [
  ['workloads', 950],
  ['custom-collectives', 221],
  ['edge-cases', 112],
] as const;

describe.each(FILES)('golden %s', (file, count) => {
  const rows = readWorkloadRows(file);

  test.each(['auto', 'off'] as const)('all answers of the reference, to the nanosecond, folding %s', (folding) => {
    const answered = rows.filter((row) => row.outcome === 'ok' && !asksForSharedBus(row));
    const wrong = answered
      .map((row) => {
        const result = simulateWorkload({ ...workloadFromAstraSim(inputOf(row)), folding });
        return { id: row.id, ...differences(row, result) };
      })
      .filter((difference) => Object.keys(difference).length > 1);
    expect(wrong).toEqual([]);
    if (ownRows) expect(answered.length).toBe(count);
  });

  test('a model of the memory bus that is not ours is refused by name', () => {
    for (const row of rows.filter(asksForSharedBus)) {
      expect(() => workloadFromAstraSim(inputOf(row)), row.id).toThrow(/system.model-shared-bus: expected 0/);
    }
  });

  test('a number or a clear error where the reference gave none', () => {
    for (const row of rows.filter(({ outcome }) => outcome !== 'ok')) {
      let answer: unknown;
      try {
        answer = simulateWorkload(workloadFromAstraSim(inputOf(row))).timeNs;
      } catch (error) {
        answer = error;
      }
      const clear = Number.isSafeInteger(answer) || answer instanceof ConfigError || answer instanceof SimulationError;
      expect(clear, `${row.id}: ${answer}`).toBe(true);
    }
  });
});

function asksForSharedBus({ system }: WorkloadRow): boolean {
  return (system as Record<string, unknown>)['model-shared-bus'] === 1;
}

/** Every field that the row has and we answer differently. */
function differences(row: WorkloadRow, result: WorkloadResult): Record<string, unknown> {
  const pairs: Record<string, readonly [unknown, (times: NpuTimes) => unknown]> = {
    finish: [row.finish, ({ finishNs }) => finishNs],
    // The reference prints it without a sign: below zero it wraps round at 2^64.
    exposed: [row.exposed, (times) => Number(BigInt.asUintN(64, BigInt(exposedInReference(times))))],
    comm: [row.comm, ({ commNs }) => commNs],
    gpu: [row.gpu, ({ gpuNs }) => gpuNs],
    overlap: [row.overlap, ({ overlapNs }) => overlapNs],
    computeBoundPct: [row.computeBoundPct, ({ roofline }) => roofline?.computeBoundPercent],
    computeUtilPct: [row.computeUtilPct, ({ roofline }) => roofline?.computeUtilisationPercent],
    memUtilPct: [row.memUtilPct, ({ roofline }) => roofline?.memoryUtilisationPercent],
    opIntensity: [row.opIntensity, ({ roofline }) => roofline?.operationalIntensity],
  };
  const wrong = Object.entries(pairs)
    .map(([name, [expected, of]]) => [name, [expected, perNpu(result, of)]] as const)
    .filter(([, [expected, got]]) => expected !== undefined && JSON.stringify(expected) !== JSON.stringify(got));
  return Object.fromEntries(wrong);
}

/** One value when all NPUs have the same, else one per NPU. */
function perNpu({ times, timesByNpu = [times] }: WorkloadResult, of: (times: NpuTimes) => unknown): unknown {
  const values = timesByNpu.map(of);
  return values.every((value) => value === values[0]) ? values[0] : values;
}
