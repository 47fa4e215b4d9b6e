import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { parseConfig } from '../../../src/cli/config-file.js';

describe('files that nest', () => {
  test.each([
    ['brackets', '['.repeat(400_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['brackets that close in quotes only', '[ "]", '.repeat(10_000)],
    ['brackets that close in single quotes, after one that is doubled', "[ 'it''s ]', ".repeat(10_000)],
    ['brackets that close in comments', '[ # ]\n'.repeat(10_000)],
    ['brackets behind many that close nothing', `a: "x"\nb: ]]]]\n${'['.repeat(10_000)}`],
    ['items', '- '.repeat(10_000)],
    ['keys', '? '.repeat(10_000)],
    ['indentation', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('too deeply are refused at once: %s', (_, text) => {
    const began = performance.now();
    expect(() => parseConfig(text, 'a.yml')).toThrow(ConfigError);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('a little are read, brackets in quotes, apostrophes and comments included', () => {
    const text = 'a: [["]", \'it\'\'s [\'], {b: "\\"]"}] # ]]\nc: it\'s\nd: [[1]]';
    expect(parseConfig(text, 'a.yml').value).toEqual({ a: [[']', "it's ["], { b: '"]' }], c: "it's", d: [[1]] });
  });

  test('and many lists one after the other do not add up', () => {
    const { value } = parseConfig('- [a, "]"]\n'.repeat(2000), 'a.yml');
    expect(value).toHaveLength(2000);
  });
});
