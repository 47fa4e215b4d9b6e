import { expect, test } from 'vitest';
import { oneForwardOneBackward } from '../../../../src/workload/build/pipeline-schedule.js';

const schedule = (...where: [number, number, number]) =>
  oneForwardOneBackward(...where)
    .map(({ direction, microBatch }) => `${direction === 'forward' ? 'F' : 'B'}${microBatch}`)
    .join(' ');

test('a stage runs ahead by the stages behind it', () => {
  expect(schedule(3, 4, 4)).toBe('F0 B0 F1 B1 F2 B2 F3 B3');
  expect(schedule(2, 4, 4)).toBe('F0 F1 B0 F2 B1 F3 B2 B3');
  expect(schedule(0, 4, 4)).toBe('F0 F1 F2 F3 B0 B1 B2 B3');
  expect(schedule(0, 2, 4)).toBe('F0 F1 B0 F2 B1 F3 B2 B3');
});

test('fewer micro-batches than stages', () => {
  expect(schedule(0, 8, 2)).toBe('F0 F1 B0 B1');
  expect(schedule(6, 8, 2)).toBe('F0 F1 B0 B1');
  expect(schedule(7, 8, 2)).toBe('F0 B0 F1 B1');
});
