import { describe, expect, test } from 'vitest';
import { ConfigError, SimulationError, simulateCollective } from '../../src/index.js';
import { ownRows } from '../support/golden-folder.js';
import { collectiveOf, type Row, readRows } from '../support/golden-rows.js';

/** Files and how many of their rows the reference answered. */
const FILES = [
  ['all-reduce', 2894],
  ['other-collectives', 1431],
  ['large', 120],
  ['zero-endpoint-delay', 186],
  ['congestion-aware', 1001],
  ['congestion-aware-multidim', 732],
  ['studies', 976],
  ['dimension-scheduling', 868],
  ['dimension-scheduling-ties', 3430],
] as const;

describe.each(FILES)('golden %s', (file, count) => {
  const rows = readRows(file);

  test('all answers of the reference, to the nanosecond', () => {
    const answered = rows.filter(({ outcome }) => outcome === 'ok');
    const wrong = answered
      .map((row) => ({ id: row.id, expected: row.finish, got: answerTo(row) }))
      .filter(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
    expect(wrong).toEqual([]);
    if (ownRows) expect(answered.length).toBe(count);
  });

  test('a deadlock where NPUs of the reference never finish because of ties', () => {
    for (const row of rows.filter(({ outcome }) => outcome === 'hang' && file === 'dimension-scheduling-ties')) {
      expect(() => simulateCollective(collectiveOf(row)), row.id).toThrow(SimulationError);
    }
  });

  test('a number or a clear error where the reference crashes or hangs', () => {
    for (const row of rows.filter(({ outcome }) => outcome !== 'ok')) {
      let answer: unknown;
      try {
        answer = simulateCollective(collectiveOf(row)).timeNs;
      } catch (error) {
        answer = error;
      }
      const clear = Number.isSafeInteger(answer) || answer instanceof ConfigError || answer instanceof SimulationError;
      expect(clear, `${row.id}: ${answer}`).toBe(true);
    }
  });
});

/** The studies were published with the time of the last NPU, the other rows have every NPU's. */
function answerTo(row: Row): number | readonly number[] {
  const { timeNs, finishNsByNpu } = simulateCollective(collectiveOf(row));
  return row.study === undefined ? (finishNsByNpu ?? timeNs) : timeNs;
}
