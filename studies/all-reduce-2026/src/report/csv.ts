import type { Row } from './curve-charts.js';

/** Rows as CSV (RFC 4180), the first row's names in the head; null is an empty cell. */
export function rowsToCsv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly unknown[]) =>
    cells
      .map((cell) => (cell === null || cell === undefined ? '' : String(cell)))
      .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
      .join(',');
  return `${[line(names), ...rows.map((row) => line(names.map((name) => row[name])))].join('\n')}\n`;
}
