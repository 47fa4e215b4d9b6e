/** A line through points by least squares. */
export interface Fit {
  readonly intercept: number;
  readonly slope: number;
  readonly points: number;
  /** Measured less fitted, point by point. */
  readonly residuals: readonly number[];
  /** Share of the variance that the line leaves unexplained is 1 minus this. */
  readonly rSquared: number;
}

/**
 * The line `y = intercept + slope x` with the smallest sum of squared residuals: the normal
 * equations, solved with mathjs (loaded here: nothing else of the analysis needs it).
 */
export async function fitLine(points: readonly (readonly [x: number, y: number])[]): Promise<Fit> {
  const { lusolve, matrix, multiply, transpose } = await import('mathjs');
  const design = matrix(points.map(([x]) => [1, x]));
  const observed = matrix(points.map(([, y]) => [y]));
  const solution = lusolve(multiply(transpose(design), design), multiply(transpose(design), observed));
  const [[intercept], [slope]] = solution.toArray() as unknown as [[number], [number]];
  const residuals = points.map(([x, y]) => y - (intercept + slope * x));
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const total = points.reduce((sum, [, y]) => sum + (y - mean) ** 2, 0);
  const rest = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  return { intercept, slope, points: points.length, residuals, rSquared: 1 - rest / total };
}

/** `y = factor x^exponent`, as a line through the logarithms. Residuals are factors: measured over fitted. */
export interface PowerLaw {
  readonly factor: number;
  readonly exponent: number;
  readonly points: number;
  readonly residuals: readonly number[];
  readonly rSquared: number;
}

export async function fitPowerLaw(points: readonly (readonly [x: number, y: number])[]): Promise<PowerLaw> {
  const fit = await fitLine(points.map(([x, y]) => [Math.log(x), Math.log(y)]));
  const { intercept, slope, residuals, rSquared } = fit;
  return {
    factor: Math.exp(intercept),
    exponent: slope,
    points: points.length,
    residuals: residuals.map(Math.exp),
    rSquared,
  };
}
