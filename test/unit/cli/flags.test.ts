import { describe, expect, test } from 'vitest';
import { ConfigError, type Issue } from '../../../src/base/errors.js';
import { flagOf, inTermsOfFlags, numberFlag, numeric, renaming, wholeFlag } from '../../../src/cli/flags.js';

function issuesOf(run: () => unknown): readonly Issue[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

test('plain numbers are numbers, everything else stays text', () => {
  const numbers = ['1', '-1', '+2', '1.5', '.5', '2.', '1e3', '1E-2'];
  expect(numbers.map(numeric)).toEqual([1, -1, 2, 1.5, 0.5, 2, 1000, 0.01]);
  const texts = ['', ' ', '1 us', '1_000', '1,5', '0x10', 'Infinity', 'NaN', '1e', '.', '--1', '1.2.3'];
  expect(texts.map(numeric)).toEqual(texts);
});

describe('a whole number', () => {
  test('within its limits', () => {
    expect(['1', '007', '64'].map((text) => wholeFlag(text, '--workers', 64))).toEqual([1, 7, 64]);
  });

  test.each(['0', '65', '-1', '1.5', '1e1', '', 'x', '99999999999999999999'])('%o is none', (text) => {
    expect(issuesOf(() => wholeFlag(text, '--workers', 64))).toEqual([
      { path: '--workers', expected: 'a whole number from 1 to 64', got: JSON.stringify(text) },
    ]);
  });
});

test('a number of any kind', () => {
  expect(numberFlag('-2.5', '--x')).toBe(-2.5);
  expect(issuesOf(() => numberFlag('1 us', '--x'))).toEqual([{ path: '--x', expected: 'a number', got: '"1 us"' }]);
});

test('an option and its flag', () => {
  expect(['splits', 'dataParallel', 'localMemoryBandwidth'].map(flagOf)).toEqual([
    ...['--splits', '--data-parallel', '--local-memory-bandwidth'],
  ]);
});

describe('issues in the words of the user', () => {
  const failing =
    (...issues: readonly Issue[]) =>
    () => {
      throw new ConfigError(issues);
    };

  test('paths are flags; what follows the option stays', () => {
    const run = failing(
      { path: 'activeChunks', expected: 'x', got: 'y' },
      { path: 'topology[1].npus', expected: 'x', got: 'y', hint: 'z' },
      { path: 'size', expected: 'x', got: 'y' },
      { path: '', expected: 'x', got: 'y' },
      { path: '--out', expected: 'x', got: 'y' },
    );
    expect(issuesOf(() => inTermsOfFlags(run, { size: '-b/-e' }))).toEqual([
      { path: '--active-chunks', expected: 'x', got: 'y' },
      { path: '--topology[1].npus', expected: 'x', got: 'y', hint: 'z' },
      { path: '-b/-e', expected: 'x', got: 'y' },
      { path: '', expected: 'x', got: 'y' },
      { path: '--out', expected: 'x', got: 'y' },
    ]);
  });

  test('options named in a sentence are flags too', () => {
    const run = failing({ path: 'globalBatch', expected: 'a multiple of dataParallel x microBatch (4)', got: '6' });
    expect(issuesOf(() => inTermsOfFlags(run))).toEqual([
      { path: '--global-batch', expected: 'a multiple of --data-parallel x --micro-batch (4)', got: '6' },
    ]);
  });

  test('what goes well is handed on, what is no ConfigError passes', () => {
    expect(renaming(() => 7, String)).toBe(7);
    expect(() =>
      renaming(() => {
        throw new RangeError('mine');
      }, String),
    ).toThrow(RangeError);
  });
});
