/** Maximises `objective` y so that `rows` y <= `limits`, y >= 0, where all limits are at least 0. */
export interface LinearProgram {
  readonly objective: readonly number[];
  /** Dense, one after the other, `objective.length` entries each. */
  readonly rows: Float64Array;
  readonly limits: readonly number[];
}

export interface LinearSolution {
  readonly value: number;
  /** Price of each limit: the solution of the dual program. */
  readonly prices: readonly number[];
}

const ZERO = 1e-11;
/** Pivots without progress before Bland's rule, which cannot cycle, takes over. */
const PATIENCE = 40;

/** Dantzig's simplex method on a dense tableau, for bounded programs of some hundred columns. */
export function maximise({ objective, rows, limits }: LinearProgram): LinearSolution {
  const columns = objective.length;
  const height = limits.length;
  const width = columns + height + 1;
  const table = new Float64Array((height + 1) * width);
  const basis = new Int32Array(height);
  for (let r = 0; r < height; r++) {
    table.set(rows.subarray(r * columns, (r + 1) * columns), r * width);
    table[r * width + columns + r] = 1;
    table[r * width + width - 1] = limits[r] as number;
    basis[r] = columns + r;
  }
  const bottom = height * width;
  for (let c = 0; c < columns; c++) table[bottom + c] = -(objective[c] as number);

  for (let idle = 0; ; ) {
    const column = entering(table, bottom, width, idle > PATIENCE);
    if (column === -1) break;
    const row = leaving(table, basis, column, height, width);
    if (row === -1) break;
    const before = table[bottom + width - 1] as number;
    pivot(table, row, column, height, width);
    basis[row] = column;
    idle = (table[bottom + width - 1] as number) > before + ZERO ? 0 : idle + 1;
  }
  return {
    value: table[bottom + width - 1] as number,
    prices: limits.map((_, r) => table[bottom + columns + r] as number),
  };
}

function entering(table: Float64Array, bottom: number, width: number, first: boolean): number {
  let best = -1;
  let least = -ZERO;
  for (let c = 0; c < width - 1; c++) {
    const reduced = table[bottom + c] as number;
    if (reduced >= least) continue;
    best = c;
    if (first) return c;
    least = reduced;
  }
  return best;
}

function leaving(table: Float64Array, basis: Int32Array, column: number, height: number, width: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let r = 0; r < height; r++) {
    const entry = table[r * width + column] as number;
    if (entry <= ZERO) continue;
    const ratio = (table[r * width + width - 1] as number) / entry;
    const tie = Math.abs(ratio - least) <= ZERO;
    if (tie ? (basis[r] as number) < (basis[best] as number) : ratio < least) {
      best = r;
      least = ratio;
    }
  }
  return best;
}

function pivot(table: Float64Array, row: number, column: number, height: number, width: number): void {
  const from = row * width;
  const scale = 1 / (table[from + column] as number);
  for (let c = 0; c < width; c++) table[from + c] = (table[from + c] as number) * scale;
  for (let r = 0; r <= height; r++) {
    const factor = table[r * width + column] as number;
    if (r === row || factor === 0) continue;
    const to = r * width;
    for (let c = 0; c < width; c++) table[to + c] = (table[to + c] as number) - factor * (table[from + c] as number);
  }
}
