import { ConfigError, type Issue, show } from '../base/errors.js';
import { givenAlgorithm } from '../collectives/algorithms.js';
import type { StepProgram } from '../collectives/step-program.js';
import { everyNpu } from '../topology/logical-dimension.js';
import type { CollectivePlan } from './job.js';
import { type Machine, networkOf } from './machine.js';
import { givenPhase } from './phases.js';
import { planWarnings } from './plan-warnings.js';
import type { CollectiveWish } from './wish.js';

/**
 * The plan of a collective that a given program carries out: one chunk, over all NPUs at once.
 * @throws ConfigError when the program is for another machine.
 */
export function planGiven(wish: CollectiveWish, program: StepProgram, machine: Machine): CollectivePlan {
  checkProgram(program, machine);
  const { collective, bytes } = wish;
  const dimension = everyNpu(machine.dimensions);
  const phase = givenPhase('program', program, { collective, dimension, bytes });
  const active = [{ dimension, algorithm: givenAlgorithm('program', program) }];
  const chunks = [[phase]];
  const { endpoint } = machine;
  const warnings = planWarnings({ wish, machine, active, chunks, phases: [phase] });
  return { collective, bytes, ranks: dimension.ranks, chunks, endpoint, warnings };
}

function checkProgram({ ranks, route }: StepProgram, machine: Machine): void {
  const issues: Issue[] = [];
  if (ranks !== machine.npus) {
    issues.push({ path: 'program.ranks', expected: `one rank for each of the ${machine.npus} NPUs`, got: show(ranks) });
  }
  if (route !== undefined) {
    const { links } = networkOf(machine);
    const beyond = route.links.find((link) => !(link >= 0 && link < links));
    if (beyond !== undefined) {
      issues.push({ path: 'program.route', expected: `links from 0 to ${links - 1}`, got: show(beyond) });
    }
    if (machine.rankOrder !== undefined) {
      issues.push({ path: 'rankOrder', expected: 'none: the program names links', got: show(machine.rankOrder) });
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
}
