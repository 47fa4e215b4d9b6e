// biome-ignore-all lint/suspicious/noTemplateCurlyInString: holes are the grammar under test
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/base/errors.js';
import { checkPoints } from '../../src/sweep/check.js';
import { compileSweep } from '../../src/sweep/compile.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { header, type RowFormat } from '../../src/sweep/format.js';
import type { Points } from '../../src/sweep/points.js';
import { shardRange } from '../../src/sweep/shard.js';
import { writeRows } from '../../src/sweep/task.js';
import { tune } from '../../src/sweep/tune/tune.js';
import { Turns } from '../../src/sweep/turns.js';

const good = {
  base: { collective: 'all-reduce', topology: 'ring(${n}, ${rate} GB/s, 1 us)', size: '1 MiB' },
  axes: { n: { from: 2, to: 6 }, rate: [1, 10], splits: [1, 4] },
  let: { half: 'n / 2' },
  where: ['half * rate > 1'],
  tune: { minimise: 'cost * time_ns', price: [2] },
} as const;

const garbage = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true, maxDepth: 3 });
// biome-ignore format: one long list
const nasty = fc.constantFrom<unknown>(
  0, -1, 0.5, 1e308, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '', ' ', '${', '${}', '${n}', '${x}', '${n', '${"a"}',
  'n', 'n / 0', '1 / 0', 'ring(2, 1, 1)', 'a = 1', 'import({})', '__proto__', 'constructor', 'true', '((', '[1, 2', null, true,
  [], {}, [[]], [null], [{}], { from: 1 }, { to: 1 }, { from: 1, to: Number.NaN }, { from: 1, to: 1e300 }, { a: {} },
  { from: 1, to: 1e15, step: 1e-3 }, { from: 1, to: 1e300, factor: 1 + 1e-15 }, { a: { splits: '${n}' } }, Symbol.iterator, () => 1,
);
const anything = fc.oneof(nasty, garbage);

/** Compiles, checks and runs the beginning of a definition: works, or says what is wrong. */
async function tried(definition: unknown): Promise<void> {
  try {
    const points = compileSweep(definition as SweepDefinition);
    await checkPoints(points);
    const { index, found } = points.space.next(0, points.space.size);
    const { text } = await writeRows(points, found ? [index] : [], 'csv');
    expect(text.match(/internal error/)).toBeNull();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
  }
}

describe('a definition of anything gives rows or a ConfigError', () => {
  test('as the whole', async () => {
    const keys = fc.constantFrom('base', 'axes', 'let', 'where', 'tune', 'name', 'other');
    await fc.assert(fc.asyncProperty(fc.oneof(anything, fc.dictionary(keys, anything)), tried), { numRuns: 300 });
  }, 120_000);

  test('in any part of a good one', async () => {
    const places = fc.constantFrom<(value: unknown) => unknown>(
      (value) => ({ ...good, base: value }),
      (value) => ({ ...good, base: { ...good.base, topology: value } }),
      (value) => ({ ...good, base: { ...good.base, algorithms: value } }),
      (value) => ({ ...good, base: { ...good.base, 'topology[0].npus': value } }),
      (value) => ({ ...good, axes: { ...good.axes, n: value } }),
      (value) => ({ ...good, axes: { ...good.axes, n: [value] } }),
      (value) => ({ ...good, axes: { ...good.axes, n: { from: value, to: 4, step: value } } }),
      (value) => ({ ...good, axes: { ...good.axes, size: [value] } }),
      (value) => ({ ...good, axes: { ...good.axes, way: { a: value } } }),
      (value) => ({ ...good, axes: { ...good.axes, 'activeChunks, algorithms': [value] } }),
      (value) => ({ ...good, let: { half: value } }),
      (value) => ({ ...good, where: value }),
      (value) => ({ ...good, where: [value] }),
      (value) => ({ ...good, tune: value }),
      (value) => ({ ...good, tune: { minimise: value } }),
      (value) => ({ ...good, tune: { price: value } }),
    );
    // Each run simulates a few points to estimate the time.
    await fc.assert(
      fc.asyncProperty(places, anything, (place, value) => tried(place(value))),
      { numRuns: 300 },
    );
  }, 120_000);

  test('as an expression', async () => {
    const words = fc.constantFrom(
      'n',
      'rate',
      '1',
      ' + ',
      ' and ',
      '(',
      ')',
      '==',
      '"a"',
      ', ',
      'min(',
      '[',
      ']',
      ' in ',
      '!',
      '? 1 : ',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          const { space } = compileSweep({ ...good, where: text });
          await space.count(0, space.size);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Small spaces with conditions on some of their axes. */
const spaces = fc
  .record({
    lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    where: fc.array(fc.constantFrom('a > 1', 'a + last < 6', 'last != 2', 'a * a <= 9', 'a == last or a < 3'), {
      maxLength: 3,
    }),
  })
  .map(({ lengths, where }): SweepDefinition => {
    const names = ['a', 'b', 'c', 'last'].slice(-lengths.length);
    names[0] = 'a';
    const axes = Object.fromEntries(names.map((name, i) => [name, { from: 1, to: lengths[i] as number }]));
    const spoken = names.map((name) => `${name} > 0`);
    return {
      base: { collective: 'all-reduce', topology: 'ring(4, 1, 1)', size: 1000 },
      axes,
      where: [...where.map((text) => text.replaceAll('last', names.at(-1) as string)), ...spoken],
    };
  });

describe('points', () => {
  test('stepping finds those that satisfy the conditions, and counting counts them', async () => {
    await fc.assert(
      fc.asyncProperty(spaces, async (definition) => {
        const { space } = compileSweep(definition);
        const expected = Array.from({ length: space.size }, (_, index) => index).filter((index) => space.has(index));
        const found: number[] = [];
        for (let at = space.next(0, space.size); at.found; at = space.next(at.index + 1, space.size))
          found.push(at.index);
        expect(found).toEqual(expected);
        expect(await space.count(0, space.size)).toEqual({ points: expected.length, exact: true, looked: space.size });
        expect(expected.every((index) => space.indexOf(space.positions(index)) === index)).toBe(true);
      }),
    );
  });

  test('however a sweep is cut, the rows are the same', async () => {
    const part = async (points: Points, of: number, index: number, format: RowFormat) => {
      const { from, end } = shardRange({ index, of }, points.space.size);
      const found: number[] = [];
      for await (const one of points.space.points(from, end, new Turns())) found.push(one);
      return (await writeRows(points, found, format)).text;
    };
    await fc.assert(
      fc.asyncProperty(
        spaces,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<RowFormat>('csv', 'jsonl'),
        async (definition, of, format) => {
          const points = compileSweep(definition);
          let parts = '';
          for (let index = 1; index <= of; index++) parts += await part(points, of, index, format);
          expect(parts).toBe(await part(points, 1, 1, format));
          expect(header(format, points.columns).split('\n').length).toBe(format === 'csv' ? 2 : 1);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('tune', () => {
  const space: SweepDefinition = {
    base: {
      collective: 'all-reduce',
      topology:
        'fully-connected(${d0}, ${rate} GB/s, 300 ns) x ring(${d1}, 100 GB/s, 1 us) x switch(${d2}, 50 GB/s, 2 us)',
      size: '64 MiB',
      algorithms: ['${a0}', '${a1}', '${a2}'],
    },
    axes: {
      d1: { from: 2, to: 32, factor: 2 },
      d2: { from: 1, to: 16, factor: 2 },
      rate: [25, 50, 100],
      a0: ['ring', 'direct', 'halving-doubling'],
      a1: ['ring', 'halving-doubling'],
      a2: ['ring', 'halving-doubling'],
      splits: { from: 1, to: 16, factor: 2 },
    },
    let: { d0: '128 / (d1 * d2)' },
    where: ['d0 >= 2', 'd2 > 1 or a2 == "ring"'],
  };

  test.each(['time_ns', 'cost * time_ns', 'time_ns / busbw_GBps'])(
    'a search finds the optimum of %s',
    async (minimise) => {
      const definition = { ...space, tune: { minimise, budget: 500, price: [1, 2, 5] } };
      const optimum = await tune(definition, { method: 'exhaustive' });
      const found = await tune(definition, { method: 'search' });
      expect(optimum.evaluated).toBeGreaterThan(3 * found.evaluated);
      expect(found.best[0]?.objective).toBe(optimum.best[0]?.objective);
      expect(found.evaluated).toBeLessThanOrEqual(500);
      // The whole front was seen by the one: nothing that the other found lies beyond it.
      const beyond = found.pareto.filter((one) =>
        optimum.pareto.every((other) => one.timeNs < other.timeNs || one.cost < other.cost),
      );
      expect(beyond).toEqual([]);
    },
    120_000,
  );

  test('the same seed gives the same search, however its points are spread over workers', async () => {
    const definition = { ...space, tune: { budget: 150, seed: 'again' } };
    const { scorePoints } = await import('../../src/sweep/tune/score.js');
    const points = compileSweep(definition);
    const score = async (indexes: readonly number[]) => scorePoints(points, indexes);
    const once = await tune(definition, { method: 'search', evaluator: { limit: 1, score } });
    expect(await tune(definition, { method: 'search', evaluator: { limit: 13, score } })).toEqual(once);
    const other = { ...definition, tune: { budget: 150, seed: 'other' } };
    expect((await tune(other, { method: 'search' })).best).not.toEqual(once.best);
  }, 120_000);

  test('the sensitivity of an axis is what its other values give', async () => {
    const { best, sensitivity } = await tune(space, { method: 'exhaustive' });
    const splits = sensitivity.find(({ names }) => names[0] === 'splits');
    expect(splits?.best).toEqual([best[0]?.values['splits']]);
    expect(splits?.alternatives).toHaveLength(4);
    expect(sensitivity.flatMap(({ alternatives }) => alternatives).every(({ ratio }) => ratio >= 1)).toBe(true);
  }, 120_000);

  test('nothing that can be simulated is an error in words', async () => {
    const definition = {
      base: { ...space.base, activeChunks: 0 },
      axes: space.axes,
      let: { d0: '8' },
      where: 'd1 == 2 and d2 == 2',
    };
    await expect(tune(definition)).rejects.toThrow(ConfigError);
  });
});
