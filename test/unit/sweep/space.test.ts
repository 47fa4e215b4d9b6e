// biome-ignore-all lint/suspicious/noTemplateCurlyInString: holes are the grammar under test
import { describe, expect, test } from 'vitest';
import { compileSweep } from '../../../src/sweep/compile.js';
import type { SweepDefinition } from '../../../src/sweep/definition.js';

const points = (axes: SweepDefinition['axes'], more: Omit<SweepDefinition, 'axes'> = {}) =>
  compileSweep({ axes, ...more });

/** The values of all points, found one after the other. */
function all(definition: SweepDefinition): unknown[][] {
  const { space, at } = bound(definition);
  const found: unknown[][] = [];
  for (let index = 0; index < space.size; ) {
    const next = space.next(index, space.size);
    if (next.found) found.push([...at(next.index).values]);
    index = next.found ? next.index + 1 : next.index;
  }
  return found;
}

function bound(definition: SweepDefinition) {
  const compiled = compileSweep(definition);
  return { space: compiled.space, at: (index: number) => compiled.at(index) };
}

describe('axes', () => {
  test('the last one is the fastest', () => {
    expect(all({ axes: { splits: [1, 2], activeChunks: [3, 4] } })).toEqual([
      [1, 3],
      [1, 4],
      [2, 3],
      [2, 4],
    ]);
  });

  test('ranges include their ends', () => {
    const values = (range: object) => all({ axes: { splits: range } as SweepDefinition['axes'] }).flat();
    expect(values({ from: 1, to: 4 })).toEqual([1, 2, 3, 4]);
    expect(values({ from: 16, to: 128, factor: 2 })).toEqual([16, 32, 64, 128]);
    expect(values({ from: 1, to: 1000, factor: 10 })).toEqual([1, 10, 100, 1000]);
    expect(values({ from: 0.1, to: 0.9, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(values({ from: 5, to: 5 })).toEqual([5]);
  });

  test('a range is not made, but computed', () => {
    const { space } = points({ splits: { from: 1, to: 1e15 } });
    expect([space.size, space.values(1e15 - 1)]).toEqual([1e15, [1e15]]);
  });

  test('quantities of fields and of variables come in base units, which columns name', () => {
    const compiled = points(
      {
        size: ['1 MiB', 100],
        'topology[1].bandwidth': ['1 GiB/s'],
        'topology[0].latency': { from: '1 us', to: '4 us', factor: 2 },
        rate: ['100 GB/s', '400 Gbit/s'],
        network: ['congestion-unaware'],
        way: ['2d', '3d'],
      },
      { let: { used: 'rate + 0', also: '"${way}"' } },
    );
    expect(compiled.columns).toEqual([
      'size_bytes',
      'topology[1].bandwidth_GBps',
      'topology[0].latency_ns',
      'rate_GBps',
      'network',
      'way',
      'used',
      'also',
    ]);
    expect(compiled.at(0).values.slice(0, 6)).toEqual([1048576, 1.073741824, 1000, 100, 'congestion-unaware', '2d']);
  });

  test('names joined by commas go together', () => {
    const rows = [
      [8, 'ring'],
      [16, ['ring', 'direct']],
    ];
    expect(all({ axes: { 'splits, algorithms': rows } })).toEqual(rows);
  });

  test('named cases set fields, whole ones before places in them', () => {
    const compiled = points(
      { way: { a: { algorithms: 'ring', 'topology[1].kind': 'switch' }, b: { topology: 'ring(4, 1, 1)' } } },
      { base: { topology: 'ring(2, 1 GB/s, 2 us) x ring(4, 1, 1)', size: 8 } },
    );
    expect(compiled.at(0).spec).toEqual({
      size: 8,
      algorithms: 'ring',
      topology: [
        { kind: 'ring', npus: 2, bandwidth: 1, latency: 2000 },
        { kind: 'switch', npus: 4, bandwidth: 1, latency: 1 },
      ],
    });
    expect(compiled.at(1).spec).toMatchObject({ topology: [{ npus: 4 }] });
    // The first point's dimensions are its own.
    expect(compiled.at(0).spec).toMatchObject({ topology: [{}, { kind: 'switch' }] });
  });
});

describe('derived values and conditions', () => {
  test('let values may use those before; base fields that do not vary can be spoken of', () => {
    const rows = all({ base: { splits: 4 }, axes: { n: [1, 2] }, let: { twice: '2 n', more: 'twice + splits' } });
    expect(rows).toEqual([
      [1, 2, 6],
      [2, 4, 8],
    ]);
  });

  test('a text that is one hole is its value; else text with the value in it', () => {
    const compiled = points({ n: [8] }, { base: { splits: '${n / 2}', size: '${n} MiB', algorithms: ['${"ring"}'] } });
    expect(compiled.at(0).spec).toEqual({ splits: 4, size: 8 * 2 ** 20, algorithms: ['ring'] });
  });

  test('conditions leave the others', async () => {
    const axes = { a: { from: 1, to: 6 }, b: { from: 1, to: 6 }, c: [1, 2, 3] };
    const where = ['a * b == 6', 'c < a'];
    const expected = [];
    for (const a of [1, 2, 3, 4, 5, 6])
      for (const b of [1, 2, 3, 4, 5, 6]) for (const c of [1, 2, 3]) if (a * b === 6 && c < a) expected.push([a, b, c]);
    expect(all({ axes, where })).toEqual(expected);
    const { space } = points(axes, { where });
    expect(await space.count(0, space.size)).toMatchObject({ points: expected.length, exact: true });
  });

  test('a huge space with a condition on slow axes is counted and searched at once', async () => {
    const { space } = points(
      { a: { from: 1, to: 1000 }, splits: { from: 1, to: 1e6 }, activeChunks: { from: 1, to: 1e6 } },
      { where: 'a == 700' },
    );
    expect(await space.count(0, space.size)).toMatchObject({ points: 1e12, exact: true });
    expect(space.next(0, space.size)).toEqual({ index: 699e12, found: true });
  });

  test('a scan that finds nothing pauses', async () => {
    const { space } = points({ a: { from: 1, to: 1e9 } }, { where: 'a == 1e9' });
    const { index, found } = space.next(0, space.size);
    expect([found, index < 1e6]).toEqual([false, true]);
    expect(await space.count(0, space.size)).toEqual({ points: 0, exact: false, looked: 2e6 });
  });

  test('a condition that cannot be computed leaves a point that says so', async () => {
    const compiled = points({ a: [1, 'x'], b: [1] }, { where: 'a + b > 0' });
    expect((await compiled.space.count(0, 2)).points).toBe(2);
    expect(String(compiled.at(1).spec)).toContain('where: expected a number, got "x"');
  });
});
