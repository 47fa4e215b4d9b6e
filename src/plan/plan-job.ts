import { ConfigError, show } from '../base/errors.js';
import type { CheckedCollective } from '../spec/schema.js';
import type { CollectiveJob } from './job.js';
import type { Machine } from './machine.js';
import { planningCollective } from './plan-collective.js';
import { planProgram } from './plan-program.js';

/**
 * Plans the collective of a checked spec on its machine, in slices.
 * @throws ConfigError if it cannot run.
 */
export function* planJob(asked: CheckedCollective, machine: Machine): Generator<void, CollectiveJob> {
  const { startTimes } = asked;
  const wish = { ...asked, bytes: asked.size };
  const { program } = asked;
  const plan = program === undefined ? yield* planningCollective(wish, machine) : planProgram(program, wish, machine);
  if (startTimes !== undefined && startTimes.length !== machine.npus) {
    const expected = `one time per NPU (${machine.npus})`;
    throw new ConfigError([{ path: 'startTimes', expected, got: show(startTimes) }]);
  }
  const members = machine.rankOrder === undefined ? {} : { members: machine.rankOrder };
  return { ...machine, ...plan, ...members, startTimes };
}
