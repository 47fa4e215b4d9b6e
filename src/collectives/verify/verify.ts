import { ConfigError, type Issue, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import { programIssues } from '../check-program.js';
import { COLLECTIVES, type Collective } from '../collective.js';
import { nameOfStep, type StepProgram } from '../step-program.js';
import { Claim } from './claim.js';
import { describe, same } from './contributions.js';
import { Replay } from './replay.js';

/** Most output blocks to check, over all ranks: more would take too long. */
export const MOST_BLOCKS = 2 ** 22;

/** Most wrong blocks to report. */
const MOST_WRONG = 10;

/** How issues name things. */
export interface Names {
  readonly step?: (step: number) => string;
  readonly cell?: (cell: number) => string;
}

/** Options of `verify`. */
export interface VerifyOptions extends Names {
  /** The root of a broadcast, reduce, gather or scatter. Default 0. */
  readonly root?: number;
}

const HINT = 'only if steps run in another order: one does not wait for a step that it needs';

/**
 * Returns what keeps a program from computing a collective; empty if nothing does. Plays the program
 * on sets of contributions instead of numbers and checks that it reads no cell before writing it,
 * adds nothing twice, and leaves each rank with what the collective promises. Plays it
 * twice, with its ready steps in opposite orders. This finds many missing dependencies, but does not
 * prove that none is missing.
 *
 * @param collective - undefined if the program makes no claim: its output is then not checked.
 * @param options - the root, and how issues name a step and a cell.
 * @throws ConfigError for an unknown collective or invalid options.
 */
export function verify(program: StepProgram, collective: Collective | undefined, options: VerifyOptions = {}): Issue[] {
  const { root = 0, ...names } = checkClaim(collective, options);
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
  if (root >= ranks) return [{ path: 'root', expected: `a rank below ${ranks}`, got: String(root) }];
  if (collective !== undefined && !WHOLE.includes(collective) && blocks % ranks !== 0) {
    return [{ path: 'program', expected: `blocks, a multiple of the ${ranks} ranks`, got: String(blocks) }];
  }
  const claim = new Claim(cargo, collective, ranks, root);
  const issues = play(program, claim, 'ascending', spoken);
  if (issues.length > 0) return issues;
  return play(program, claim, 'descending', spoken).map((issue) => ({ ...issue, hint: HINT }));
}

/** Collectives that do not cut their buffer into shares. */
const WHOLE: readonly Collective[] = ['all-reduce', 'broadcast', 'reduce'];

function checkClaim(collective: unknown, options: unknown): VerifyOptions {
  const issues: Issue[] = [];
  if (collective !== undefined && !COLLECTIVES.includes(collective as Collective)) {
    issues.push({ path: 'collective', expected: `one of ${COLLECTIVES.join(', ')}`, got: show(collective) });
  }
  const given = readOptions(options);
  if (given === undefined) {
    issues.push({ path: 'options', expected: 'a root and functions: { root, step, cell }', got: show(options) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return given as VerifyOptions;
}

function readOptions(value: unknown): VerifyOptions | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const options = reading(() => ({ ...value }) as Readonly<Record<string, unknown>>, 'options');
  const { step, cell, root } = options;
  const isRoot = root === undefined || (Number.isSafeInteger(root) && (root as number) >= 0);
  const named = [step, cell].every((name) => name === undefined || typeof name === 'function');
  return isRoot && named ? (options as VerifyOptions) : undefined;
}

function play(program: StepProgram, claim: Claim, order: 'ascending' | 'descending', names: Required<Names>): Issue[] {
  const replay = new Replay(program, claim, names);
  const issues = replay.run(order);
  if (issues.length > 0) return issues;
  let more = 0;
  for (let rank = 0; rank < program.ranks; rank++) {
    const outputs = claim.outputs(rank);
    for (let block = 0; block < outputs; block++) {
      const got = replay.read(rank, claim.outputCell(rank, block));
      const expected = claim.expected(rank, block);
      if (got !== undefined && same(got, expected)) continue;
      if (issues.length === MOST_WRONG) more++;
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
      got: `${more} more wrong blocks`,
    });
  return issues;
}
