import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawn } from '../src/drawing/make.js';

const sizes = fc
  .array(fc.integer({ min: 2, max: 5 }), { minLength: 3, maxLength: 5 })
  .filter((list) => list.reduce((product, size) => product * size) <= 256);

test('NPUs of a torus stand apart, and in rows, columns and lines that slant away alike', () => {
  fc.assert(
    fc.property(sizes, (list) => {
      const rings = list.map((npus) => ({ kind: 'ring' as const, npus, bandwidth: '50 GB/s', latency: '500 ns' }));
      const found = drawn(rings);
      if (!('drawing' in found)) return;
      const { x, y, npus } = found.drawing;
      const behind = (list[0] as number) * (list[1] as number);
      const step = (x[1] as number) - (x[0] as number);
      const slantX = (x[behind] as number) - (x[0] as number);
      const slantY = (y[behind] as number) - (y[0] as number);
      for (let a = 0; a < npus; a++) {
        for (let b = 0; b < a; b++) {
          const apart = Math.hypot((x[a] as number) - (x[b] as number), (y[a] as number) - (y[b] as number));
          expect(apart).toBeGreaterThan(0.1 * step);
        }
      }
      // The next of dimension 0 to the right, of dimension 2 up and to the right.
      expect([step > 0, slantX > 0, slantY < 0]).toEqual([true, true, true]);
    }),
    { numRuns: 30 },
  );
});

test('a torus as a graph stands as one of dimensions does', () => {
  const ring = (npus: number) => ({ kind: 'ring' as const, npus, bandwidth: '25 GB/s', latency: '500 ns' });
  const [grid, graph] = [drawn([ring(4), ring(3), ring(5)]), drawn('graph: torus(4x3x5, 25 GB/s, 500 ns)')];
  if (!('drawing' in grid && 'drawing' in graph)) throw new Error('expected pictures');
  expect(graph.drawing.x).toEqual(grid.drawing.x);
  expect(graph.drawing.y).toEqual(grid.drawing.y);
});
