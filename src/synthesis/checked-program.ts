import * as v from 'valibot';
import { keys, parse, whole } from '../base/validate.js';
import { type Collective, EVEN_COLLECTIVES } from '../collectives/collective.js';
import type { StepProgram } from '../collectives/step-program.js';
import { checkTransfers } from './checked-schedule.js';
import { LINK_ORDERS } from './replay.js';
import type { TransferSchedule } from './schedule.js';
import { type ProgramOptions, toStepProgram } from './to-program.js';

const schema = keys({
  npus: whole(1, 2 ** 22),
  collective: v.picklist(EVEN_COLLECTIVES),
  options: keys({
    order: v.optional(v.picklist(LINK_ORDERS), 'planned'),
    ownWays: v.optional(v.boolean('true or false'), false),
  }),
});

/**
 * {@link toStepProgram}, of a schedule that is checked first.
 *
 * @throws ConfigError also for what is no schedule, and for NPUs that there are not.
 */
export function checkedProgram(
  schedule: TransferSchedule,
  npus: number,
  collective: Exclude<Collective, 'alltoallv'>,
  options: ProgramOptions = {},
): StepProgram {
  const asked = parse(schema, { npus, collective, options });
  checkTransfers(schedule);
  return toStepProgram(schedule, npus, collective, asked.options);
}
