import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { compileExpression } from '../../../src/sweep/expression/expression.js';
import { NameTable } from '../../../src/sweep/expression/names.js';

const table = new NameTable();
for (const [slot, name] of ['n', 'kind', 'topology[1].bandwidth', 'list'].entries()) table.addSlot(name, slot);
const SLOTS = [8, 'ring', 2.5, [1, 2]];

const value = (text: string) => compileExpression(text, 'here', table).evaluate(SLOTS);

describe('expressions', () => {
  test.each<[string, unknown]>([
    ['n / 8 + 2 ^ 3 * -1', -7],
    ['n mod 3', 2],
    ['-1 mod 3', 2],
    ['10 % 4', 2],
    ['2 n', 16],
    ['n == 8 and not (n > 9 or false)', true],
    ['true xor true', false],
    ['4 < n <= 8', true],
    ['4 < n < 8', false],
    ['kind == "ring"', true],
    ["kind != 'ring'", false],
    ['kind == 3', false],
    ['kind in ["ring", "switch"]', true],
    ['n in [1, 2]', false],
    ['list == [1, 2]', true],
    ['n > 4 ? "many" : "few"', 'many'],
    ['topology[1].bandwidth * 2', 5],
    ['min(n, 3, 5) + max(1, 2) + round(2.6)', 8],
    ['log2(n) + sqrt(n + 1) + ceil(0.1) + floor(0.9) + abs(-1)', 8],
    ['gcd(n, 12)', 4],
    ['isPowerOfTwo(n) and not isPowerOfTwo(12) and isInteger(n / 2)', true],
    ['count(list)', 2],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  test('say which slots they look at', () => {
    expect([...compileExpression('n > 2 and kind == "a"', 'here', table).uses]).toEqual([0, 1]);
    expect(compileExpression('2 ^ 10', 'here', table).uses.size).toBe(0);
  });

  test.each([
    ['a syntax error', 'n +', /here: expected an expression .* got "n \+"/],
    ['an unknown name', 'm + 1', /here: expected a known name \(n, kind, .*got "m"/],
    ['an assignment', 'n = 8', /== compares/],
    ['a function of its own', 'f(x) = x', /got a FunctionAssignment/],
    ['statements', 'n; n', /got a Block/],
    ['objects', '{a: 1}', /got a Object/],
    ['too few values', 'gcd()', /gcd/],
    ['an unknown function', 'sqr(n)', /one of the functions .*did you mean "sqrt"/],
    ['a factorial', 'n!', /a known operator/],
    ['text in arithmetic', 'kind * 2', /here: expected a number, got "ring"/],
    ['a number as a condition', 'n and true', /expected true or false, got 8/],
    ['membership of no list', 'n in 3', /expected a list, got 3/],
    ['a method', 'kind.constructor', /expected a known name/],
    ['import', 'import({a: 1})', /one of the functions/],
    ['createUnit', 'createUnit("x")', /one of the functions/],
    ['evaluate', 'evaluate("1")', /one of the functions/],
    ['parse', 'parse("1")', /one of the functions/],
    ['depth', '('.repeat(4000) + ')'.repeat(4000), /here/],
    ['length', '1 + '.repeat(5000), /at most 10000 characters/],
  ])('%s is refused', (_, text, message) => {
    expect(() => value(text)).toThrow(ConfigError);
    expect(() => value(text)).toThrow(message);
  });
});
