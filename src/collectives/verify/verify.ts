import { ConfigError, type Issue, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import { programIssues } from '../check-program.js';
import { COLLECTIVES, type Collective } from '../collective.js';
import { nameOfStep, type StepProgram } from '../step-program.js';
import { Claim } from './claim.js';
import { describe, same } from './contributions.js';
import { Replay } from './replay.js';

/** Blocks of output, over all ranks, that are checked: beyond, it takes too long. */
const MOST_BLOCKS = 2 ** 22;

/** Wrong blocks that are told. */
const TOLD = 10;

/** How issues name things. */
export interface Names {
  readonly step?: (step: number) => string;
  readonly cell?: (cell: number) => string;
}

const HINT = 'only when steps take turns in another order: one does not wait for a step that it needs';

/**
 * What keeps a program from computing a collective; nothing when it does. The program is played
 * on sets of contributions instead of numbers: no cell is read before it has been written, nothing
 * is added twice, and in the end each rank holds what the collective promises. It is played
 * twice, its steps taking turns in opposite orders, which finds many a dependency that is
 * missing; it is no proof that none is.
 *
 * @param collective - undefined when the program makes no claim: then its output is not looked at.
 * @param names - how issues name a step and a cell.
 * @throws ConfigError for a collective or names that are none.
 */
export function verify(program: StepProgram, collective: Collective | undefined, names: Names = {}): Issue[] {
  checkClaim(collective, names);
  const malformed = programIssues(program);
  if (malformed.length > 0) return malformed;
  const spoken = {
    step: (step: number) => nameOfStep(program, step),
    cell: (cell: number) => `cell ${cell}`,
    ...Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined)),
  };
  const { cargo, ranks } = program;
  if (cargo === undefined) {
    return [{ path: 'program', expected: 'steps that say which blocks move', got: 'steps that say bytes only' }];
  }
  const { blocks } = cargo;
  if (blocks * ranks > MOST_BLOCKS) {
    return [{ path: 'program', expected: `blocks times ranks of at most ${MOST_BLOCKS}`, got: `${blocks * ranks}` }];
  }
  if (collective !== undefined && collective !== 'all-reduce' && blocks % ranks !== 0) {
    return [{ path: 'program', expected: `blocks, a multiple of the ${ranks} ranks`, got: String(blocks) }];
  }
  const claim = new Claim(cargo, collective, ranks);
  const issues = play(program, claim, 'ascending', spoken);
  if (issues.length > 0) return issues;
  return play(program, claim, 'descending', spoken).map((issue) => ({ ...issue, hint: HINT }));
}

function checkClaim(collective: unknown, names: unknown): void {
  const issues: Issue[] = [];
  if (collective !== undefined && !COLLECTIVES.includes(collective as Collective)) {
    issues.push({ path: 'collective', expected: `one of ${COLLECTIVES.join(', ')}`, got: show(collective) });
  }
  if (!isNames(names)) issues.push({ path: 'names', expected: 'functions: { step, cell }', got: show(names) });
  if (issues.length > 0) throw new ConfigError(issues);
}

function isNames(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { step, cell } = reading(() => ({ ...value }) as Readonly<Record<string, unknown>>, 'names');
  return [step, cell].every((name) => name === undefined || typeof name === 'function');
}

function play(program: StepProgram, claim: Claim, order: 'ascending' | 'descending', names: Required<Names>): Issue[] {
  const replay = new Replay(program, claim, names);
  const issues = replay.run(order);
  if (issues.length > 0) return issues;
  let more = 0;
  for (let rank = 0; rank < program.ranks; rank++) {
    for (let block = 0; block < claim.outputs; block++) {
      const got = replay.read(rank, claim.outputCell(rank, block));
      const expected = claim.expected(rank, block);
      if (got !== undefined && same(got, expected)) continue;
      if (issues.length === TOLD) more++;
      else {
        issues.push({
          path: `rank ${rank}, block ${block} of the output`,
          expected: describe(expected, program.ranks),
          got: describe(got, program.ranks),
        });
      }
    }
  }
  if (more > 0)
    issues.push({
      path: 'output',
      expected: 'what the collective promises',
      got: `${more} more blocks that are wrong`,
    });
  return issues;
}
