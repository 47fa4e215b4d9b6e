import { InvariantError } from '../../base/errors.js';
import {
  addCurvature,
  addGradient,
  evaluate,
  type GeometricProgram,
  type GeometricSolution,
  gradientNorm,
  kktResidual,
  lagrangianGradient,
  type Value,
} from './geometric-program.js';
import { solvePositive } from './linear-solve.js';

/** Factor by which the barrier weakens from centre to centre, and the gap at which it ends. */
const WEAKER = 10;
const BARRIER_GAP = 1e-6;
/** A step that promises less than this ends the search for a centre. */
const CENTRED = 1e-8;
/** Most steps to one centre, and in the last stage. */
const MAX_STEPS = 100;
/** Duality gap and gradient at which the search ends. */
const GAP = 1e-13;
const SLOPE = 1e-12;
/** Required accuracy if rounding stops the search early. */
const ACCEPTED = 1e-6;
/** Factor by which each step of the last stage aims to shrink the gap. */
const CENTRING = 20;

/**
 * The global optimum. In logarithms of the variables every posynomial is a convex log-sum-exp,
 * so a local optimum is global. A robust barrier method first gets to a millionth; from there a
 * primal-dual method needs few steps to full precision,
 * because its multipliers do not suffer from the rounding of small slacks.
 *
 * @param start logarithms of a point strictly inside all constraints.
 */
export function solveGeometricProgram(program: GeometricProgram, start: Float64Array): GeometricSolution {
  const count = program.constraints.length;
  let logs = start;
  let strength = count;
  for (; count / strength > BARRIER_GAP; strength *= WEAKER) logs = centre(program, logs, strength);
  let point: GeometricSolution = {
    logs,
    multipliers: Float64Array.from(program.constraints, (p) => -WEAKER / (strength * evaluate(p, logs).log)),
  };
  for (let step = 0; step < MAX_STEPS; step++) {
    const gap = program.constraints.reduce(
      (sum, p, i) => sum - (point.multipliers[i] as number) * evaluate(p, point.logs).log,
      0,
    );
    const slope = gradientNorm(program, point);
    if (gap < GAP && slope < SLOPE) return point;
    // Slacks must not vanish before the gradient does, or steps become short.
    const next = advance(program, point, linearise(program, point, Math.max(gap, slope) / (CENTRING * count)));
    if (next === undefined) break;
    point = next;
  }
  const residual = kktResidual(program, point);
  if (residual < ACCEPTED) return point;
  throw new InvariantError(`the interior-point search stopped with a residual of ${residual}`);
}

/** Newton's method for `strength` x log objective - sum of log slacks. */
function centre(program: GeometricProgram, start: Float64Array, strength: number): Float64Array {
  let logs = start;
  for (let step = 0; step < MAX_STEPS; step++) {
    const matrix = new Float64Array(program.variables ** 2);
    const down = new Float64Array(program.variables);
    for (const posynomial of program.objective) {
      const value = evaluate(posynomial, logs);
      addGradient(down, value, -strength);
      addCurvature(matrix, program.variables, value, strength, 0);
    }
    for (const posynomial of program.constraints) {
      const value = evaluate(posynomial, logs);
      addGradient(down, value, 1 / value.log);
      addCurvature(matrix, program.variables, value, -1 / value.log, 1 / value.log ** 2);
    }
    const move = solvePositive(matrix, down);
    const promise = move.reduce((sum, change, n) => sum + change * (down[n] as number), 0);
    if (promise < CENTRED) return logs;
    const before = barrier(program, logs, strength);
    let length = 1;
    let next = logs;
    do {
      next = logs.map((log, n) => log + length * (move[n] as number));
      length /= 2;
    } while (length > 1e-12 && !(barrier(program, next, strength) <= before - 0.01 * length * promise));
    if (length <= 1e-12) return logs;
    logs = next;
  }
  return logs;
}

/** Infinite outside. */
function barrier(program: GeometricProgram, logs: Float64Array, strength: number): number {
  const objective = program.objective.reduce((sum, posynomial) => sum + evaluate(posynomial, logs).log, 0);
  return program.constraints.reduce((sum, posynomial) => {
    const { log } = evaluate(posynomial, logs);
    return log < 0 ? sum - Math.log(-log) : Number.POSITIVE_INFINITY;
  }, strength * objective);
}

/** Newton's step towards multiplier times slack = `target` for every constraint. */
interface Linearised {
  readonly target: number;
  readonly norm: number;
  readonly move: Float64Array;
  readonly multiplierMove: Float64Array;
}

function linearise(program: GeometricProgram, { logs, multipliers }: GeometricSolution, target: number): Linearised {
  const { variables, objective, constraints } = program;
  const matrix = new Float64Array(variables * variables);
  const dual = lagrangianGradient(program, logs, multipliers);
  const right = new Float64Array(variables);
  for (const posynomial of objective) {
    const value = evaluate(posynomial, logs);
    addGradient(right, value, -1);
    addCurvature(matrix, variables, value, 1, 0);
  }
  const values = constraints.map((posynomial) => evaluate(posynomial, logs));
  values.forEach((value, i) => {
    const multiplier = multipliers[i] as number;
    addGradient(right, value, target / value.log);
    addCurvature(matrix, variables, value, multiplier, -multiplier / value.log);
  });
  const move = solvePositive(matrix, right);
  const multiplierMove = new Float64Array(constraints.length);
  values.forEach((value, i) => {
    const gradient = new Float64Array(variables);
    addGradient(gradient, value, 1);
    const along = gradient.reduce((sum, entry, n) => sum + entry * (move[n] as number), 0);
    const multiplier = multipliers[i] as number;
    multiplierMove[i] = -multiplier - target / value.log - (multiplier * along) / value.log;
  });
  return { target, norm: residualNorm(dual, values, multipliers, target), move, multiplierMove };
}

function residualNorm(dual: Float64Array, values: readonly Value[], multipliers: Float64Array, target: number): number {
  const squares = dual.reduce((sum, entry) => sum + entry * entry, 0);
  return Math.sqrt(
    values.reduce((sum, { log }, i) => sum + (-(multipliers[i] as number) * log - target) ** 2, squares),
  );
}

/** The longest step that stays inside and reduces the residual; undefined if rounding allows none. */
function advance(program: GeometricProgram, from: GeometricSolution, model: Linearised): GeometricSolution | undefined {
  let length = 1;
  from.multipliers.forEach((multiplier, i) => {
    const change = model.multiplierMove[i] as number;
    if (change < 0) length = Math.min(length, (-0.99 * multiplier) / change);
  });
  for (; length > 1e-10; length *= 0.5) {
    const logs = from.logs.map((log, n) => log + length * (model.move[n] as number));
    const values = program.constraints.map((posynomial) => evaluate(posynomial, logs));
    if (!values.every(({ log }) => log < 0)) continue;
    const multipliers = from.multipliers.map((m, i) => m + length * (model.multiplierMove[i] as number));
    const dual = lagrangianGradient(program, logs, multipliers);
    if (residualNorm(dual, values, multipliers, model.target) <= (1 - 0.01 * length) * model.norm) {
      return { logs, multipliers };
    }
  }
  return undefined;
}
