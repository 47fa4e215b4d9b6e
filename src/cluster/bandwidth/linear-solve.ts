/** Added to the diagonal, relative to its largest entry, so that directions without curvature do not move. */
const RIDGE = 1e-14;

/**
 * Solves `matrix x = right` for a symmetric matrix without negative eigenvalues, by Cholesky
 * decomposition in place. Rows are scaled to a diagonal of 1 first, because interior-point
 * matrices span twenty orders of magnitude.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const at = (row: number, column: number) => matrix[row * size + column] as number;
  const scale = Float64Array.from({ length: size }, (_, n) => (at(n, n) > 0 ? 1 / Math.sqrt(at(n, n)) : 1));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = at(row, column) * (scale[row] as number) * (scale[column] as number);
      if (row === column) sum += RIDGE;
      for (let k = 0; k < column; k++) sum -= at(row, k) * at(column, k);
      matrix[row * size + column] = row === column ? Math.sqrt(Math.max(sum, RIDGE)) : sum / at(column, column);
    }
  }
  const x = right.map((entry, n) => entry * (scale[n] as number));
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) x[row] = (x[row] as number) - at(row, k) * (x[k] as number);
    x[row] = (x[row] as number) / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) x[row] = (x[row] as number) - at(k, row) * (x[k] as number);
    x[row] = (x[row] as number) / at(row, row);
  }
  return x.map((entry, n) => entry * (scale[n] as number));
}
