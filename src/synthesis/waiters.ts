import type { TransferSchedule } from './schedule.js';

/** Who waits for whom in a schedule, turned round for a player of it. */
export interface Waiters {
  /** Per transfer: how many it waits for. A player counts down a copy of these. */
  readonly waiting: Int32Array;
  /** Transfers that wait for transfer i: `waiters` from `waitersStart[i]` to `waitersStart[i + 1] - 1`. */
  readonly waitersStart: Int32Array;
  readonly waiters: Int32Array;
  /** Per entry of `path`: whose hop it is. */
  readonly transferOfHop: Int32Array;
}

export function waitersOf({ chunk, path, pathStart, needs, needsStart }: TransferSchedule): Waiters {
  const count = chunk.length;
  const waiting = Int32Array.from(chunk, (_, i) => (needsStart[i + 1] as number) - (needsStart[i] as number));
  const waitersStart = new Int32Array(count + 1);
  for (const need of needs) waitersStart[need + 1] = (waitersStart[need + 1] as number) + 1;
  for (let i = 0; i < count; i++) {
    waitersStart[i + 1] = (waitersStart[i + 1] as number) + (waitersStart[i] as number);
  }
  const fill = waitersStart.slice();
  const waiters = new Int32Array(needs.length);
  const transferOfHop = new Int32Array(path.length);
  for (let i = 0; i < count; i++) {
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      waiters[fill[need] as number] = i;
      fill[need] = (fill[need] as number) + 1;
    }
    transferOfHop.fill(i, pathStart[i], pathStart[i + 1]);
  }
  return { waiting, waitersStart, waiters, transferOfHop };
}
