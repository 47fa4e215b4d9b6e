import { InvariantError } from '../../base/errors.js';
import { solvePositive } from './linear-solve.js';

/** `exp(logCoefficient)` times a product of variables, each to a power. */
export interface Monomial {
  readonly logCoefficient: number;
  readonly powers: readonly (readonly [variable: number, power: number])[];
}

/** A sum of monomials. */
export type Posynomial = readonly Monomial[];

/** Minimise the product of `objective` so that no posynomial of `constraints` exceeds 1. */
export interface GeometricProgram {
  readonly variables: number;
  readonly objective: readonly Posynomial[];
  readonly constraints: readonly Posynomial[];
}

export interface GeometricSolution {
  /** Logarithms of the variables. */
  readonly logs: Float64Array;
  /** One for each constraint, at least 0. */
  readonly multipliers: Float64Array;
}

const MAX_STEPS = 300;
/** Duality gap and residual, relative, at which the search ends. */
const GAP = 1e-13;
const RESIDUAL = 1e-12;
/** What a solution must reach when rounding stops the search early. */
const ACCEPTED = 1e-8;
/** How much smaller each step wants the gap to be. */
const CENTRING = 20;

/**
 * The global optimum by a primal-dual interior-point method. In logarithms of the variables
 * every posynomial is a convex log-sum-exp, so what is found locally is found for good.
 *
 * @param start logarithms of a point strictly inside all constraints.
 */
export function solveGeometricProgram(program: GeometricProgram, start: Float64Array): GeometricSolution {
  let point: GeometricSolution = { logs: start, multipliers: firstMultipliers(program, start) };
  for (let step = 0; step < MAX_STEPS; step++) {
    const gap = surrogateGap(program, point);
    const model = linearise(program, point, gap / (CENTRING * program.constraints.length));
    if (gap < GAP && model.dualResidual < RESIDUAL) return point;
    const next = advance(program, point, model);
    if (next === undefined) break;
    point = next;
  }
  if (kktResidual(program, point) < ACCEPTED) return point;
  throw new InvariantError(`the interior-point search stopped with a residual of ${kktResidual(program, point)}`);
}

/**
 * How far a point is from the conditions of Karush, Kuhn and Tucker, which hold at the
 * optimum of a convex problem and nowhere else: the largest of the gradient of the Lagrangian,
 * the constraints' excess, and the products of multipliers and slacks. All are of logarithms,
 * so 1e-9 means 1e-9 relative.
 */
export function kktResidual({ variables, objective, constraints }: GeometricProgram, point: GeometricSolution): number {
  const gradient = new Float64Array(variables);
  for (const posynomial of objective) addGradient(gradient, evaluate(posynomial, point.logs), 1);
  let worst = 0;
  constraints.forEach((posynomial, i) => {
    const multiplier = point.multipliers[i] as number;
    const value = evaluate(posynomial, point.logs);
    addGradient(gradient, value, multiplier);
    worst = Math.max(worst, value.log, Math.abs(multiplier * value.log), -multiplier);
  });
  return gradient.reduce((most, entry) => Math.max(most, Math.abs(entry)), worst);
}

/** A posynomial at a point: its logarithm, and the share of each monomial in it. */
interface Value {
  readonly posynomial: Posynomial;
  readonly log: number;
  readonly shares: readonly number[];
}

function evaluate(posynomial: Posynomial, logs: Float64Array): Value {
  const exponents = posynomial.map(({ logCoefficient, powers }) =>
    powers.reduce((sum, [variable, power]) => sum + power * (logs[variable] as number), logCoefficient),
  );
  const top = Math.max(...exponents);
  const parts = exponents.map((exponent) => Math.exp(exponent - top));
  const sum = parts.reduce((total, part) => total + part, 0);
  return { posynomial, log: top + Math.log(sum), shares: parts.map((part) => part / sum) };
}

function addGradient(gradient: Float64Array, { posynomial, shares }: Value, factor: number): void {
  posynomial.forEach(({ powers }, m) => {
    const weight = factor * (shares[m] as number);
    for (const [variable, power] of powers) gradient[variable] = (gradient[variable] as number) + weight * power;
  });
}

/** Adds `factor` times the Hessian of the logarithm, and `square` times its gradient's square. */
function addCurvature(matrix: Float64Array, size: number, value: Value, factor: number, square: number): void {
  const gradient = new Float64Array(size);
  addGradient(gradient, value, 1);
  const touched = new Set<number>();
  value.posynomial.forEach(({ powers }, m) => {
    const weight = factor * (value.shares[m] as number);
    for (const [row, a] of powers) {
      touched.add(row);
      for (const [column, b] of powers) addTo(matrix, row * size + column, weight * a * b);
    }
  });
  for (const row of touched) {
    for (const column of touched) {
      addTo(matrix, row * size + column, (square - factor) * (gradient[row] as number) * (gradient[column] as number));
    }
  }
}

function addTo(array: Float64Array, index: number, amount: number): void {
  array[index] = (array[index] as number) + amount;
}

function firstMultipliers({ constraints }: GeometricProgram, logs: Float64Array): Float64Array {
  return Float64Array.from(constraints, (posynomial) => -1 / evaluate(posynomial, logs).log);
}

function surrogateGap({ constraints }: GeometricProgram, { logs, multipliers }: GeometricSolution): number {
  return constraints.reduce((sum, p, i) => sum - (multipliers[i] as number) * evaluate(p, logs).log, 0);
}

/** Newton's step towards multiplier times slack = `target` for every constraint. */
interface Linearised {
  readonly target: number;
  readonly dualResidual: number;
  readonly norm: number;
  readonly move: Float64Array;
  readonly multiplierMove: Float64Array;
}

function linearise(program: GeometricProgram, { logs, multipliers }: GeometricSolution, target: number): Linearised {
  const { variables, objective, constraints } = program;
  const matrix = new Float64Array(variables * variables);
  const dual = new Float64Array(variables);
  const right = new Float64Array(variables);
  for (const posynomial of objective) {
    const value = evaluate(posynomial, logs);
    addGradient(dual, value, 1);
    addGradient(right, value, -1);
    addCurvature(matrix, variables, value, 1, 0);
  }
  const values = constraints.map((posynomial) => evaluate(posynomial, logs));
  values.forEach((value, i) => {
    const multiplier = multipliers[i] as number;
    addGradient(dual, value, multiplier);
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
  const dualResidual = dual.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  return { target, dualResidual, norm: residualNorm(dual, values, multipliers, target), move, multiplierMove };
}

function residualNorm(dual: Float64Array, values: readonly Value[], multipliers: Float64Array, target: number): number {
  const squares = dual.reduce((sum, entry) => sum + entry * entry, 0);
  return Math.sqrt(
    values.reduce((sum, { log }, i) => sum + (-(multipliers[i] as number) * log - target) ** 2, squares),
  );
}

/** The longest step that stays inside and brings the residual down; undefined when rounding allows none. */
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
    const dual = new Float64Array(program.variables);
    for (const posynomial of program.objective) addGradient(dual, evaluate(posynomial, logs), 1);
    values.forEach((value, i) => {
      addGradient(dual, value, multipliers[i] as number);
    });
    if (residualNorm(dual, values, multipliers, model.target) <= (1 - 0.01 * length) * model.norm) {
      return { logs, multipliers };
    }
  }
  return undefined;
}
