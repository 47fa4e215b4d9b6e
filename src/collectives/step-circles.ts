import type { Issue } from '../base/errors.js';
import { runOrder, sendersOf } from './step-order.js';
import type { StepProgram } from './step-program.js';

/** Most steps to report. */
const MOST_STEPS = 10;

/**
 * Steps that can never run because they wait for themselves through others: those left
 * when all that can run have run.
 */
export function circleIssues(program: StepProgram, nameOf: (step: number) => string): Issue[] {
  const count = program.does.length;
  const senders = sendersOf(program);
  const order = runOrder(program, senders);
  if (order.length === count) return [];
  const runs = new Uint8Array(count);
  for (const step of order) runs[step] = 1;
  // Per stuck step, another stuck step that it waits for: one of its rank, else the send of its message.
  const awaited = senders.map((send) => (send >= 0 && runs[send] === 0 ? send : -1));
  const { first, steps } = program.waiters;
  for (let step = 0; step < count; step++) {
    if (runs[step] === 1) continue;
    for (const waiter of steps.subarray(first[step], first[step + 1])) awaited[waiter] = step;
  }
  const issues = new Map<string, Issue>();
  for (let step = 0; step < count && issues.size < MOST_STEPS; step++) {
    if (runs[step] === 1) continue;
    const path = nameOf(step);
    const other = nameOf(awaited[step] as number);
    const got =
      other === path ? 'one that waits for itself' : `one that waits for ${other}, which waits for it in turn`;
    if (!issues.has(path)) issues.set(path, { path, expected: 'a step that can run', got });
  }
  return [...issues.values()];
}
