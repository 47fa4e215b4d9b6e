/** `exp(logCoefficient)` times a product of variables, each to a power. */
export interface Monomial {
  readonly logCoefficient: number;
  readonly powers: readonly (readonly [variable: number, power: number])[];
}

/** A sum of monomials. */
export type Posynomial = readonly Monomial[];

/** Minimises the product of `objective` so that no posynomial of `constraints` exceeds 1. */
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

/**
 * How far a point is from meeting the conditions of Karush, Kuhn and Tucker, which hold only at the
 * optimum of a convex problem: the largest of the gradient of the Lagrangian,
 * the constraints' excess, and the products of multipliers and slacks. All are in logarithms,
 * so 1e-9 means 1e-9 relative.
 */
export function kktResidual(program: GeometricProgram, point: GeometricSolution): number {
  let worst = gradientNorm(program, point);
  program.constraints.forEach((posynomial, i) => {
    const multiplier = point.multipliers[i] as number;
    const { log } = evaluate(posynomial, point.logs);
    worst = Math.max(worst, log, Math.abs(multiplier * log), -multiplier);
  });
  return worst;
}

/** Largest entry of the gradient of the Lagrangian. */
export function gradientNorm(program: GeometricProgram, { logs, multipliers }: GeometricSolution): number {
  const gradient = lagrangianGradient(program, logs, multipliers);
  return gradient.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
}

export function lagrangianGradient(
  { variables, objective, constraints }: GeometricProgram,
  logs: Float64Array,
  multipliers: Float64Array,
): Float64Array {
  const gradient = new Float64Array(variables);
  for (const posynomial of objective) addGradient(gradient, evaluate(posynomial, logs), 1);
  constraints.forEach((posynomial, i) => {
    addGradient(gradient, evaluate(posynomial, logs), multipliers[i] as number);
  });
  return gradient;
}

/** A posynomial at a point: its logarithm, and the share of each monomial in it. */
export interface Value {
  readonly posynomial: Posynomial;
  readonly log: number;
  readonly shares: readonly number[];
}

export function evaluate(posynomial: Posynomial, logs: Float64Array): Value {
  const exponents = posynomial.map(({ logCoefficient, powers }) =>
    powers.reduce((sum, [variable, power]) => sum + power * (logs[variable] as number), logCoefficient),
  );
  const top = Math.max(...exponents);
  const parts = exponents.map((exponent) => Math.exp(exponent - top));
  const sum = parts.reduce((total, part) => total + part, 0);
  return { posynomial, log: top + Math.log(sum), shares: parts.map((part) => part / sum) };
}

export function addGradient(gradient: Float64Array, { posynomial, shares }: Value, factor: number): void {
  posynomial.forEach(({ powers }, m) => {
    const weight = factor * (shares[m] as number);
    for (const [variable, power] of powers) gradient[variable] = (gradient[variable] as number) + weight * power;
  });
}

/** Adds `factor` times the Hessian of the logarithm, and `square` times its gradient's square. */
export function addCurvature(matrix: Float64Array, size: number, value: Value, factor: number, square: number): void {
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
