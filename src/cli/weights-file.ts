import { ConfigError, show } from '../base/errors.js';
import { numeric } from './flags.js';

/**
 * A matrix of numbers: JSON, or one row per line with commas or spaces between numbers; `#` begins a comment.
 * @throws ConfigError for anything that is not a number.
 */
export function readWeights(text: string): readonly (readonly number[])[] {
  if (text.trimStart().startsWith('[')) return fromJson(text);
  const rows = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  return rows.map((line, row) =>
    line.split(/[\s,;]+/).map((entry, column) => {
      const value = numeric(entry);
      if (typeof value === 'number') return value;
      throw new ConfigError([{ path: `--weights[${row}][${column}]`, expected: 'a number', got: show(entry) }]);
    }),
  );
}

/** The library refuses what is not a matrix. */
function fromJson(text: string): readonly (readonly number[])[] {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([{ path: '--weights', expected: 'a JSON matrix', got: (error as Error).message }]);
  }
}
