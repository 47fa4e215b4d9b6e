/** Shares of a column's norm below this are rounding: the column depends on those before it. */
export const DEPENDENT = 1e-8;

/**
 * Non-negative x with the least |A x - b|, A given by columns (Lawson and Hanson 1974): the
 * passive set starts empty, adds the column along which the residual falls fastest, and drops
 * those that a plain solution would make negative. A column that depends on the passive ones
 * stays out, so its x is 0.
 */
export function nonNegativeLeastSquares(columns: readonly (readonly number[])[], target: readonly number[]): number[] {
  const scales = columns.map((column) => norm(column) || 1);
  const unit = columns.map((column, i) => column.map((value) => value / (scales[i] as number)));
  const x = new Array<number>(columns.length).fill(0);
  let passive: number[] = [];
  const refused = new Set<number>();
  const enough = DEPENDENT * (norm(target) || 1);
  // Every round lowers the residual, so no set recurs; the bound guards against rounding.
  for (let round = 0; round < 10 * columns.length; round++) {
    const residual = residualOf(unit, x, target);
    const next = steepest(unit, residual, passive, refused, enough);
    if (next === undefined) break;
    const before = passive;
    passive = [...passive, next];
    let solution = leastSquares(pick(unit, passive), target);
    if (solution === undefined || (solution.at(-1) as number) <= 0) {
      passive = before;
      refused.add(next);
      continue;
    }
    refused.clear();
    while (solution?.some((value) => value <= 0)) {
      passive = stepBack(x, passive, solution);
      solution = leastSquares(pick(unit, passive), target);
    }
    x.fill(0);
    for (const [i, column] of passive.entries()) x[column] = solution?.[i] ?? 0;
  }
  return x.map((value, i) => value / (scales[i] as number));
}

/** The column outside the passive set along which the residual falls fastest. */
function steepest(
  columns: readonly (readonly number[])[],
  residual: readonly number[],
  passive: readonly number[],
  refused: ReadonlySet<number>,
  enough: number,
): number | undefined {
  let best: number | undefined;
  let slope = enough;
  for (const [i, column] of columns.entries()) {
    if (passive.includes(i) || refused.has(i)) continue;
    const gain = dot(column, residual);
    if (gain > slope) {
      best = i;
      slope = gain;
    }
  }
  return best;
}

/** Moves from x towards the solution until a value would turn negative, and drops values that became 0. */
function stepBack(x: number[], passive: readonly number[], solution: readonly number[]): number[] {
  let share = 1;
  for (const [i, column] of passive.entries()) {
    const from = x[column] as number;
    const to = solution[i] as number;
    if (to <= 0) share = Math.min(share, from / (from - to));
  }
  const kept: number[] = [];
  for (const [i, column] of passive.entries()) {
    const from = x[column] as number;
    const to = solution[i] as number;
    const value = from + share * (to - from);
    const isGone = to <= 0 && from / (from - to) <= share;
    x[column] = isGone ? 0 : value;
    if (!isGone) kept.push(column);
  }
  return kept;
}

/** Least squares by orthogonalisation; undefined when a column depends on those before it. */
export function leastSquares(columns: readonly (readonly number[])[], target: readonly number[]): number[] | undefined {
  const basis: number[][] = [];
  const upper: number[][] = [];
  for (const column of columns) {
    const { rest, shares } = project(column, basis);
    const length = norm(rest);
    if (!(length > DEPENDENT * norm(column))) return undefined;
    basis.push(rest.map((value) => value / length));
    upper.push([...shares, length]);
  }
  let left = [...target];
  const weights = basis.map((direction) => {
    const weight = dot(direction, left);
    left = left.map((value, i) => value - weight * (direction[i] as number));
    return weight;
  });
  for (let i = columns.length - 1; i >= 0; i--) {
    const value = (weights[i] as number) / ((upper[i] as number[])[i] as number);
    weights[i] = value;
    for (let j = 0; j < i; j++) weights[j] = (weights[j] as number) - value * ((upper[i] as number[])[j] as number);
  }
  return weights;
}

/** A column without its parts along an orthonormal basis; repeated, because one pass loses digits. */
export function project(
  column: readonly number[],
  basis: readonly (readonly number[])[],
): { rest: number[]; shares: number[] } {
  let rest = [...column];
  const shares = basis.map(() => 0);
  for (let pass = 0; pass < 2; pass++) {
    for (const [i, direction] of basis.entries()) {
      const share = dot(direction, rest);
      shares[i] = (shares[i] as number) + share;
      rest = rest.map((value, row) => value - share * (direction[row] as number));
    }
  }
  return { rest, shares };
}

export function norm(values: readonly number[]): number {
  return Math.sqrt(dot(values, values));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function residualOf(
  columns: readonly (readonly number[])[],
  x: readonly number[],
  target: readonly number[],
): number[] {
  const residual = [...target];
  for (const [i, column] of columns.entries()) {
    const factor = x[i] as number;
    if (factor === 0) continue;
    for (let row = 0; row < residual.length; row++) {
      residual[row] = (residual[row] as number) - factor * (column[row] as number);
    }
  }
  return residual;
}

function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => items[place] as T);
}
