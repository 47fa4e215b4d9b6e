import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/base/errors.js';
import { simulateCollective } from '../../src/simulate.js';

const spec = (more: string) =>
  JSON.parse(`{ ${more}, "collective": "all-reduce", "size": 1024, "topology": "ring(4, 1, 1)" }`);

describe('keys', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s is an error, wherever it stands', (key) => {
    expect(() => simulateCollective(spec(`"${key}": { "splits": 64 }`))).toThrow(ConfigError);
    expect(() => simulateCollective(spec(`"${key}": 1`))).toThrow(new RegExp(`^${key}: expected another key`));
    const topology = `"x": [{ "${key}": 1 }]`;
    expect(() => simulateCollective(spec(topology))).toThrow(new RegExp(`x\\[0\\]\\.${key}: expected another key`));
  });

  test('cannot move the cursor of a terminal', () => {
    expect(() => simulateCollective(spec('"a\\u001b[31m\\u0007": 1'))).toThrow(/^a\\x1b\[31m\\x07: expected one of/);
  });
});

test('a message spells out 20 issues', () => {
  const issue = { path: 'a', expected: 'b', got: 'c' };
  expect(new ConfigError(Array(20).fill(issue)).message.split('\n')).toHaveLength(20);
  expect(new ConfigError(Array(22).fill(issue)).message).toMatch(/\nand 2 more$/);
});
