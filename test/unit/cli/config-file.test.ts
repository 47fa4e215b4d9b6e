import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { parseConfig, readConfigFile } from '../../../src/cli/config-file.js';

function issuesOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const parse = (text: string) => parseConfig(text, 'a.yml');

test.each<[string, string, unknown]>([
  ['YAML', 'a: [1, 2.5]\nb:\n  - x\n', { a: [1, 2.5], b: ['x'] }],
  ['JSON', '{"a": [1, 2.5], "b": ["x"]}', { a: [1, 2.5], b: ['x'] }],
  ['nothing', '', null],
  ['an alias', 'a: &x [1]\nb: *x\n', { a: [1], b: [1] }],
  ['many of them', `a: &x 1\nb: [${Array(200).fill('*x')}]`, { a: 1, b: Array(200).fill(1) }],
  [
    'words and numbers',
    'a: ~\nb: yes\nc: 1e3\nd: 0x10\ne: 2001-12-14\nf: "1"',
    { a: null, b: 'yes', c: 1000, d: 16, e: '2001-12-14', f: '1' },
  ],
  ['no merging', 'a: &x {b: 1}\nc: {<<: *x}', { a: { b: 1 }, c: { '<<': { b: 1 } } }],
])('%s', (_, text, value) => expect(parse(text)).toEqual({ value, warnings: [] }));

test('keys of other maps, and values, are no keys that stand twice', () => {
  expect(parse('a: {a: a, b: [a, a, {a: 1}]}\nb: &a a\nc: *a').warnings).toEqual([]);
  const twice = parse('a: {b: 1, "b": 2}\nc: [{d: 1}, {d: [], d: {}}]\na: 1').warnings;
  expect(twice).toMatchObject([{ data: { line: 1 } }, { data: { line: 2 } }, { data: { line: 3 } }]);
});

test('of a key that stands twice the last one counts, with a warning', () => {
  expect(parse('{\n"L": 1,\n"G": 2,\n"L": 3}')).toEqual({
    value: { L: 3, G: 2 },
    warnings: [
      {
        code: 'duplicate-key',
        message: 'a.yml: a key occurs twice (line 4); the last one counts',
        data: { file: 'a.yml', line: 4 },
      },
    ],
  });
});

describe('what cannot be read is said with its place', () => {
  test.each<[string, string, string]>([
    ['an open list', 'topology: [Ring\n', 'a.yml:2:1'],
    ['an open object', '{"a": 1', 'a.yml:1:8'],
    ['a tab', 'a:\n\tb: 1\n', 'a.yml:2:1'],
  ])('%s', (_, text, path) => {
    expect(issuesOf(() => parse(text))).toEqual([{ path, expected: 'JSON or YAML', got: expect.any(String) }]);
  });

  test('a wrong file with a key that stands twice is wrong first of all', () => {
    expect(issuesOf(() => parse('{"a": 1, "a": 2'))).toMatchObject([{ expected: 'JSON or YAML' }]);
  });

  test.each<[string, string]>([
    ['brackets', '['.repeat(257)],
    ['braces', '{"a":'.repeat(257)],
    ['items within items', '- '.repeat(257)],
    ['keys that are items', '? '.repeat(257)],
  ])('nested too deeply for a parser: %s', (_, text) => {
    expect(issuesOf(() => parse(`\n${text}`))).toEqual([
      { path: 'a.yml:2', expected: 'at most 256 levels of lists and maps', got: 'more' },
    ]);
  });

  test('as deep as that is fine', () => {
    expect(issuesOf(() => parse('['.repeat(256) + ']'.repeat(256)))).toEqual([]);
    expect(issuesOf(() => parse('- a\n'.repeat(1000)))).toEqual([]);
  });

  test('aliases of aliases, which would fill the memory', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(issuesOf(() => parse(lines.join('\n')))).toEqual([
      // 9 + 1, nine times that + 1, ...: 9^10 / 8 and a little.
      { path: 'a.yml', expected: 'at most 1048576 values, aliases written out', got: expect.stringMatching(/^4903/) },
    ]);
  });

  test('an alias within what it names', () => {
    expect(issuesOf(() => parse('a: &x [1, *x]'))).toMatchObject([{ path: 'a.yml', got: 'infinitely many' }]);
  });

  test('more than one document', () => {
    expect(issuesOf(() => parse('a: 1\n---\na: 2\n'))).toMatchObject([
      { path: 'a.yml', got: 'more than one document' },
    ]);
  });
});

describe('a file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read by its name', () => {
    const file = join(folder, 'net.yml');
    writeFileSync(file, 'latency: [1]\n');
    expect(readConfigFile(file, '--network').value).toEqual({ latency: [1] });
  });

  test('that is not there: the flag that named it, and why', () => {
    const file = join(folder, 'none.yml');
    expect(issuesOf(() => readConfigFile(file, '--network'))).toMatchObject([
      { path: '--network', expected: 'a readable file', hint: expect.stringContaining('ENOENT') },
    ]);
  });

  test('that is a word of the flag, misspelt', () => {
    expect(issuesOf(() => readConfigFile('congestion-awre', '--network', ['congestion-aware']))).toMatchObject([
      { path: '--network', got: '"congestion-awre"', hint: 'did you mean "congestion-aware"?' },
    ]);
  });
});

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
    expect(() => parse(text)).toThrow(ConfigError);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('a little are read, brackets in quotes, apostrophes and comments included', () => {
    const text = 'a: [["]", \'it\'\'s [\'], {b: "\\"]"}] # ]]\nc: it\'s\nd: [[1]]';
    expect(parse(text).value).toEqual({ a: [[']', "it's ["], { b: '"]' }], c: "it's", d: [[1]] });
  });

  test('and many lists one after the other do not add up', () => {
    const { value } = parseConfig('- [a, "]"]\n'.repeat(2000), 'a.yml');
    expect(value).toHaveLength(2000);
  });
});
