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
])('%s', (_, text, value) => expect(parse(text)).toEqual({ value, warnings: [] }));

test('of a key that stands twice the last one counts, with a warning', () => {
  expect(parse('{\n"L": 1,\n"G": 2,\n"L": 3}')).toEqual({
    value: { L: 3, G: 2 },
    warnings: [
      {
        code: 'duplicate-key',
        message: 'a.yml: a key stands twice (line 4); the last one counts',
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
    expect(issuesOf(() => parse(lines.join('\n')))).toMatchObject([{ path: 'a.yml', expected: 'at most 100 aliases' }]);
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
