import { ConfigError, type Issue, show } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import { type Collective, entersWithShare, isRooted } from '../collectives/collective.js';
import { withPricedReductions } from '../collectives/priced-program.js';
import { sizedProgram } from '../collectives/sized-program.js';
import {
  nameOfStep,
  needsCircuits,
  RECONFIGURE,
  rankOfStep,
  SEND,
  type StepProgram,
} from '../collectives/step-program.js';
import { verify } from '../collectives/verify/verify.js';
import { addressOf } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { everyNpu } from '../topology/logical-dimension.js';
import type { CollectivePlan } from './job.js';
import { type Machine, networkOf } from './machine.js';
import { givenPhase } from './phases.js';

/** What the user's own schedule must do. */
export interface ProgramWish {
  readonly collective: Collective;
  readonly bytes: number;
  readonly root?: number | undefined;
  /** `unchecked`: it must only reach its end and read nothing before it is written. */
  readonly programClaim: 'checked' | 'unchecked';
}

/**
 * Plans a collective that runs the user's own schedule: one chunk, one phase,
 * over all NPUs by number.
 * @throws ConfigError when the schedule is for another number of ranks or does not compute the collective.
 */
export function planProgram(program: StepProgram, wish: ProgramWish, machine: Machine): CollectivePlan {
  const { collective, bytes, programClaim, root = 0 } = wish;
  checkMachine(program, machine);
  const issues = verify(program, programClaim === 'checked' ? collective : undefined, { root });
  if (issues.length > 0) throw new ConfigError(issues);
  const sized = program.isSized ? program : sizedProgram(program, collective, bytes);
  const dimension = everyNpu(machine.dimensions);
  return {
    collective,
    bytes,
    ranks: machine.npus,
    chunks: [
      [
        givenPhase('program', machine.genModel === undefined ? sized : withPricedReductions(sized, machine.genModel), {
          collective,
          dimension,
          bytes,
        }),
      ],
    ],
    endpoint: machine.endpoint,
    isOfGroup: false,
    ...(isRooted(collective) ? { root } : {}),
    warnings: [...unchecked(wish), ...(program.isSized ? [] : inflated(program, wish))],
  };
}

/** @throws ConfigError if the program is for another machine. */
function checkMachine(program: StepProgram, machine: Machine): void {
  const { ranks, route } = program;
  const issues: Issue[] = [];
  if (ranks !== machine.npus) {
    issues.push({
      path: 'program',
      expected: `a schedule of ${machine.npus} ranks, one per NPU`,
      got: `one of ${ranks}`,
    });
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
  if (issues.length === 0) issues.push(...circuitIssues(program, machine));
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Most wrong steps to report. */
const MOST_STEPS = 10;

/** Circuits and switches that the machine lacks. */
function circuitIssues(program: StepProgram, { dimensions, graph }: Machine): Issue[] {
  const hasCircuits = graph === undefined && dimensions.some(({ circuits }) => circuits !== undefined);
  if (!hasCircuits) {
    if (!needsCircuits(program)) return [];
    const expected = 'no step that sets circuits or names a switch, or a dimension of kind circuits to play them on';
    return [{ path: 'program', expected, got: 'such a step' }];
  }
  const issues: Issue[] = [];
  if (program.route !== undefined) {
    issues.push({ path: 'program.route', expected: 'none: on circuits steps name switches', got: 'fixed ways' });
  }
  const { does, peer, switches } = program;
  for (let step = 0; step < does.length && issues.length < MOST_STEPS; step++) {
    const place = switches?.[step] ?? -1;
    if (does[step] !== RECONFIGURE && (does[step] !== SEND || place < 0)) continue;
    const crossed = dimensionsCrossed(dimensions, rankOfStep(program, step), peer[step] as number);
    const [only] = crossed;
    const circuits = only?.circuits;
    const path = nameOfStep(program, step);
    if (crossed.length !== 1 || circuits === undefined) {
      issues.push({ path, expected: 'a peer along a dimension of circuits', got: `rank ${peer[step]}` });
    } else if (place >= circuits.switches) {
      issues.push({ path, expected: `a switch from 0 to ${circuits.switches - 1}`, got: String(place) });
    }
  }
  return issues;
}

/** The dimensions in which two NPUs have different coordinates. */
function dimensionsCrossed(dimensions: readonly Dimension[], from: number, to: number): Dimension[] {
  const [a, b] = [addressOf(from, dimensions), addressOf(to, dimensions)];
  return dimensions.filter((_, d) => a[d] !== b[d]);
}

function unchecked({ collective, programClaim }: ProgramWish): Warning[] {
  if (programClaim === 'checked') return [];
  const message = `claim not checked: the schedule reaches its end; whether it computes the ${collective} is unverified`;
  return [{ code: 'claim-not-checked', message, data: { collective } }];
}

/** Blocks are equal and of whole bytes, so a few bytes in many blocks become more than asked for. */
function inflated({ cargo, ranks }: StepProgram, { collective, bytes }: ProgramWish): Warning[] {
  const blocks = entersWithShare(collective) ? (cargo?.blocks ?? ranks) / ranks : (cargo?.blocks ?? 1);
  const simulated = Math.ceil(bytes / blocks) * blocks;
  if (simulated <= bytes) return [];
  const message = `${simulated} bytes are simulated instead of ${bytes}: ${blocks} equal blocks of whole bytes`;
  return [{ code: 'inflated-bytes', message, data: { simulated, asked: bytes, blocks } }];
}
