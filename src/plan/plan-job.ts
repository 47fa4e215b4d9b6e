import { ConfigError, show } from '../base/errors.js';
import type { CheckedCollective } from '../spec/schema.js';
import type { CollectiveJob } from './job.js';
import type { Machine } from './machine.js';
import { planningCollective } from './plan-collective.js';

/**
 * Plans the collective of a checked spec on its machine, in slices.
 * @throws ConfigError with what keeps it from being carried out.
 */
export function* planJob(asked: CheckedCollective, machine: Machine): Generator<void, CollectiveJob> {
  const { startTimes } = asked;
  const plan = yield* planningCollective({ ...asked, bytes: asked.size }, machine);
  if (startTimes !== undefined && startTimes.length !== machine.npus) {
    const expected = `one time per NPU (${machine.npus})`;
    throw new ConfigError([{ path: 'startTimes', expected, got: show(startTimes) }]);
  }
  return { ...machine, ...plan, startTimes };
}
