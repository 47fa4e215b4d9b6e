import { expect, test } from 'vitest';
import { lossOf, WorkerLost } from '../../../src/cli/sweep/worker-lost.js';

const failed = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test('a worker that ended is said as such, a defect stays what it is', () => {
  const memory = lossOf(failed('reaching memory limit', 'ERR_WORKER_OUT_OF_MEMORY')) as WorkerLost;
  expect(memory).toBeInstanceOf(WorkerLost);
  expect(memory.message).toMatch(/^a worker ran out of memory: .*--max-old-space-size/);
  expect(memory.with('go on').message).toMatch(/; go on$/);
  expect(lossOf(failed('x', 'ERR_WORKER_INIT_FAILED'))).toBeInstanceOf(WorkerLost);
  const defect = new TypeError('x is not a function');
  expect(lossOf(defect)).toBe(defect);
  expect(lossOf(undefined)).toBeUndefined();
});
