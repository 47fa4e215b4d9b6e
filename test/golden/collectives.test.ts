import { describe, expect, test } from 'vitest';
import { ConfigError, fromAstraSim, SimulationError, simulateCollective } from '../../src/index.js';
import { hasTree, readRows } from './rows.js';

const FILES = ['all-reduce', 'other-collectives', 'large', 'zero-endpoint-delay', 'studies'];

describe.each(FILES)('golden %s', (file) => {
  const rows = readRows(file).filter((row) => !hasTree(row));

  test('every answer of the reference, to the nanosecond', () => {
    const answered = rows.filter(({ outcome }) => outcome === 'ok');
    const wrong = answered
      .map((row) => ({ id: row.id, expected: row.finish, got: simulateCollective(fromAstraSim(row)).finishNs }))
      .filter(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
    expect(wrong).toEqual([]);
    expect(answered.length).toBeGreaterThan(90);
  });

  test('a number or a clear error where the reference crashes or hangs', () => {
    for (const row of rows.filter(({ outcome }) => outcome !== 'ok')) {
      let answer: unknown;
      try {
        answer = simulateCollective(fromAstraSim(row)).timeNs;
      } catch (error) {
        answer = error;
      }
      expect(Number.isSafeInteger(answer) || answer instanceof ConfigError || answer instanceof SimulationError, row.id).toBe(true);
    }
  });
});
