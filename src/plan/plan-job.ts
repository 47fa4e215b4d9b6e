import { ConfigError, show } from '../base/errors.js';
import type { CheckedCollective } from '../spec/schema.js';
import type { CollectiveJob } from './job.js';
import type { Machine } from './machine.js';
import { planCollective } from './plan-collective.js';

/**
 * Plans the collective of a checked spec on its machine.
 * @throws ConfigError with what keeps it from being carried out.
 */
export function planJob(asked: CheckedCollective, machine: Machine): CollectiveJob {
  const { startTimes } = asked;
  const plan = planCollective({ ...asked, bytes: asked.size }, machine);
  if (startTimes !== undefined && startTimes.length !== machine.npus) {
    const expected = `one time per NPU (${machine.npus})`;
    throw new ConfigError([{ path: 'startTimes', expected, got: show(startTimes) }]);
  }
  const members = machine.rankOrder === undefined ? {} : { members: machine.rankOrder };
  return { ...machine, ...plan, ...members, startTimes };
}
