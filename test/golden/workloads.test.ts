import { describe, expect, test } from 'vitest';
import { ConfigError, SimulationError } from '../../src/index.js';
import { simulateWorkload, type WorkloadResult } from '../../src/workload/index.js';
import type { RooflineReport } from '../../src/workload/roofline.js';
import { ownRows } from '../support/golden-folder.js';
import { inputOf, readWorkloadRows, type WorkloadRow } from '../support/golden-workload-rows.js';

const FILES = [
  ['workloads', 950],
  ['custom-collectives', 221],
] as const;

describe.each(FILES)('golden %s', (file, count) => {
  const rows = readWorkloadRows(file);

  test('all answers of the reference, to the nanosecond', () => {
    const answered = rows.filter(({ outcome }) => outcome === 'ok');
    const wrong = answered
      .map((row) => ({ id: row.id, ...differences(row, simulateWorkload(inputOf(row))) }))
      .filter((difference) => Object.keys(difference).length > 1);
    expect(wrong).toEqual([]);
    if (ownRows) expect(answered.length).toBe(count);
  });

  test('a number or a clear error where the reference gave none', () => {
    for (const row of rows.filter(({ outcome }) => outcome !== 'ok')) {
      let answer: unknown;
      try {
        answer = simulateWorkload(inputOf(row)).timeNs;
      } catch (error) {
        answer = error;
      }
      const clear = Number.isSafeInteger(answer) || answer instanceof ConfigError || answer instanceof SimulationError;
      expect(clear, `${row.id}: ${answer}`).toBe(true);
    }
  });
});

/** Every field that the row has and we answer differently. */
function differences(row: WorkloadRow, result: WorkloadResult): Record<string, unknown> {
  const pairs: Record<string, readonly [unknown, unknown]> = {
    finish: [row.finish, result.finishNs],
    exposed: [row.exposed, result.exposedNs],
    comm: [row.comm, result.commNs],
    gpu: [row.gpu, result.gpuNs],
    overlap: [row.overlap, result.overlapNs],
    computeBoundPct: [row.computeBoundPct, rooflineField(result, 'computeBoundPercent')],
    computeUtilPct: [row.computeUtilPct, rooflineField(result, 'computeUtilisationPercent')],
    memUtilPct: [row.memUtilPct, rooflineField(result, 'memoryUtilisationPercent')],
    opIntensity: [row.opIntensity, rooflineField(result, 'operationalIntensity')],
  };
  const wrong = Object.entries(pairs).filter(
    ([, [expected, got]]) => expected !== undefined && JSON.stringify(expected) !== JSON.stringify(got),
  );
  return Object.fromEntries(wrong);
}

/** One number when all NPUs have the same, else one per NPU. */
function rooflineField({ roofline }: WorkloadResult, field: keyof RooflineReport): unknown {
  const reports = [roofline].flat() as readonly (RooflineReport | undefined)[];
  const values = reports.map((report) => report?.[field]);
  return values.every((value) => value === values[0]) ? values[0] : values;
}
