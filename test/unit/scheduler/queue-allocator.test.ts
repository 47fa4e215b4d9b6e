import { describe, expect, test } from 'vitest';
import { QueueAllocator, type QueueShare } from '../../../src/scheduler/queue-allocator.js';

function dealt(queues: number, shares: readonly QueueShare[]): number[] {
  const allocator = new QueueAllocator(queues);
  return shares.map((share) => allocator.take(share));
}
const times = (count: number, share: QueueShare) => Array<QueueShare>(count).fill(share);

describe('queues are dealt round robin (docs/model.md, section 5)', () => {
  test('all of them to one-pass phases', () => {
    expect(dealt(1, times(3, 'all'))).toEqual([0, 0, 0]);
    expect(dealt(4, times(6, 'all'))).toEqual([0, 1, 2, 3, 0, 1]);
  });

  test('the lower half up, the upper half down', () => {
    expect(dealt(4, times(5, 'lower'))).toEqual([0, 1, 0, 1, 0]);
    expect(dealt(4, times(5, 'upper'))).toEqual([2, 3, 2, 3, 2]);
    expect(dealt(2, times(2, 'lower'))).toEqual([0, 0]);
    expect(dealt(2, times(2, 'upper'))).toEqual([1, 1]);
  });

  test('of an odd number the lower half is the smaller', () => {
    expect(dealt(5, times(5, 'lower'))).toEqual([0, 1, 0, 1, 0]);
    expect(dealt(5, times(5, 'upper'))).toEqual([2, 3, 4, 2, 3]);
  });

  test('a single queue is both halves', () => {
    expect(dealt(1, ['lower', 'upper', 'lower'])).toEqual([0, 0, 0]);
  });

  test('each half counts by itself, whatever comes in between', () => {
    expect(dealt(4, ['lower', 'upper', 'upper', 'lower', 'upper', 'lower'])).toEqual([0, 2, 3, 1, 2, 0]);
  });
});
