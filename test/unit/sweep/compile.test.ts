// biome-ignore-all lint/suspicious/noTemplateCurlyInString: holes are the grammar under test
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { checkPoints } from '../../../src/sweep/check.js';
import { compileSweep } from '../../../src/sweep/compile.js';
import type { SweepDefinition } from '../../../src/sweep/definition.js';

const base = { collective: 'all-reduce', topology: 'ring(8, 100 GB/s, 1 us) x ring(4, 10 GB/s, 1 us)', size: '1 MiB' };
const good = { base, axes: { splits: [1, 2] } };

describe('a definition is refused with everything that is wrong', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /expected a mapping with the keys name, base, axes/],
    ['an unknown key', { ...good, axis: {} }, /axis: .*did you mean "axes"/],
    ['no axes', { base }, /axes: expected what is to vary/],
    ['an empty mapping of axes', { base, axes: {} }, /axes: expected at least one axis/],
    ['an axis of nothing', { base, axes: { splits: [] } }, /axes\.splits: expected at least one value/],
    ['an axis that is a number', { base, axes: { splits: 4 } }, /axes\.splits: expected a list of values, a range/],
    ['a mistyped field', { base, axes: { split: [4] } }, /axes\.split: expected a field.*did you mean "splits"/],
    ['a mistyped place', { base, axes: { 'topology[1].bandwith': [4] } }, /did you mean "bandwidth"/],
    ['a place in no list', { base, axes: { 'splits[1]': [4] } }, /splits alone, which is no list/],
    [
      'a mistyped field of the base',
      { ...good, base: { ...base, spilts: 1 } },
      /base\.spilts: .*did you mean "splits"/,
    ],
    ['a range upside down', { base, axes: { splits: { from: 4, to: 1 } } }, /axes\.splits\.to: expected at least 4/],
    ['a step of 0', { base, axes: { splits: { from: 1, to: 4, step: 0 } } }, /axes\.splits\.step: expected above 0/],
    ['a factor of 1', { base, axes: { splits: { from: 1, to: 4, factor: 1 } } }, /factor: expected a number above 1/],
    ['a range of the wrong unit', { base, axes: { size: { from: '1 us', to: '2 us' } } }, /axes\.size\.from/],
    [
      'rows of different lengths',
      { base, axes: { 'splits, activeChunks': [[1, 2], [3]] } },
      /axes\.splits.*\[1\]: expected a list of rows/,
    ],
    ['a name twice', { base, axes: { splits: [1], 'splits, activeChunks': [[1, 2]] } }, /every name once/],
    ['a name of the results', { base, axes: { time_ns: [1] } }, /a column of the results/],
    ['cases of a field', { base, axes: { splits: { a: { splits: 1 } } } }, /named cases need a name that is no field/],
    ['a case that sets no field', { base, axes: { x: { a: { split: 1 } } } }, /axes\.x\.a\.split: expected a field/],
    ['a condition with an unknown name', { ...good, where: 'split > 1' }, /where: .*did you mean "splits"/],
    ['a let of a field', { ...good, let: { size: '1' } }, /let\.size: expected a name/],
    ['a hole that is not closed', { ...good, base: { ...base, size: '${1' } }, /a \} after every \$\{/],
    [
      'too many combinations',
      { base, axes: { splits: { from: 1, to: 1e9 }, activeChunks: { from: 1, to: 1e9 } } },
      /fewer than 2\^53/,
    ],
    ['a tune key', { ...good, tune: { minimize: 'cost' } }, /tune\.minimize: .*did you mean "minimise"/],
    ['a negative price', { ...good, tune: { price: -1 } }, /tune\.price/],
    [
      'a reserved key',
      JSON.parse('{ "axes": { "splits": [1] }, "let": { "__proto__": "1" } }'),
      /let\.__proto__: expected another key/,
    ],
    ['a reserved key in a case', { base, axes: { x: { constructor: { splits: 1 } } } }, /axes\.x\.constructor/],
    [
      'a value that is no number',
      { base, axes: { splits: [1, Number.NaN] } },
      /axes\.splits\.1: expected a finite number/,
    ],
    [
      'an infinite one',
      { base: { ...base, size: Number.POSITIVE_INFINITY }, axes: { splits: [1] } },
      /base\.size: .*got Infinity/,
    ],
    ['two mistakes', { base: { ...base, spilts: 1 }, axes: { split: [1] }, where: 'x > 1' }, /spilts.*\n.*where/],
  ])('%s', (_, definition, message) => {
    expect(() => compileSweep(definition as SweepDefinition)).toThrow(ConfigError);
    expect(() => compileSweep(definition as SweepDefinition)).toThrow(message);
  });
});

describe('the whole space is looked at before the first point', () => {
  const check = (definition: SweepDefinition) => checkPoints(compileSweep(definition));

  test('points are counted and timed', async () => {
    expect(await check(good)).toMatchObject({ points: 2, exact: true, bounded: true });
  });

  test.each<[string, SweepDefinition, RegExp]>([
    ['a value that is never right', { base, axes: { splits: [1, 0] } }, /splits: expected a whole number .* got 0/],
    ['a mistyped word', { base, axes: { algorithms: ['ring', 'rong'], splits: [1, 2] } }, /algorithms: .*"rong"/],
    [
      'a variable that is never right',
      { base: { ...base, splits: '${n / 2}' }, axes: { n: [2, 3] } },
      /got 1\.5 \(with n = 3\)/,
    ],
    [
      'no point at all',
      { ...good, where: 'splits > 2' },
      /where: expected conditions that at least one point satisfies/,
    ],
    ['a base that is not enough', { axes: { splits: [1] } }, /collective: expected a value, got nothing/],
    [
      'a dimension that is not there',
      { base, axes: { 'topology[2].npus': [4] } },
      /topology\[2\]: expected one of the 2 entries/,
    ],
  ])('%s is refused', async (_, definition, message) => {
    const checked = async () => check(definition);
    await expect(checked()).rejects.toThrow(ConfigError);
    await expect(checked()).rejects.toThrow(message);
  });

  test('a combination that cannot be simulated is left for its row', async () => {
    const axes = { 'topology[0].npus': [4, 6], algorithms: ['ring', 'halving-doubling'] };
    expect((await check({ base, axes })).points).toBe(4);
  });
});

describe('many mistakes', () => {
  test('are counted, and 20 of them are spelled out', () => {
    const where = Array.from({ length: 20_000 }, () => 'splt > 1');
    try {
      compileSweep({ ...good, where });
      expect.unreachable();
    } catch (error) {
      const { issues, message } = error as ConfigError;
      expect(issues).toHaveLength(20_000);
      expect(message.split('\n')).toHaveLength(21);
      expect(message).toMatch(/\nand 19,980 more$/);
    }
  });
});

describe('a let that is no finite number', () => {
  test('is the error of its point, and no value of its row', () => {
    const points = compileSweep({ base, axes: { n: [0, 1] }, let: { half: '1 / n', more: 'half + 1' } });
    const { values, spec } = points.at(0);
    expect([values, String(spec)]).toEqual([
      [0, undefined, undefined],
      'ConfigError: let.half: expected a finite number, got Infinity (at point 0: n = 0)',
    ]);
    expect(points.at(1).values).toEqual([1, 1, 2]);
    const nan = compileSweep({ base, axes: { n: [0] }, let: { none: '0 / n' } });
    expect(String(nan.at(0).spec)).toMatch(/let\.none: .*got NaN/);
  });
});
