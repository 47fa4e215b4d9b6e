import { describe, expect, test } from 'vitest';
import { ROOTED_COLLECTIVES } from '../../../../src/collectives/collective.js';
import { rootedProgram } from '../../../../src/collectives/rooted/rooted-program.js';
import type { TreeShape } from '../../../../src/collectives/rooted/trees.js';
import { verify } from '../../../../src/collectives/verify/verify.js';

const SHAPES: readonly TreeShape[] = ['chain', 'binomial', 'star'];

const line = (shape: TreeShape, ranks: number) => ({ ranks, shape, window: shape === 'star' ? Infinity : 1 });

describe.each(ROOTED_COLLECTIVES)('%s', (collective) => {
  test.each(SHAPES)('%s: computes what it claims, from every root', (shape) => {
    for (const ranks of [2, 3, 4, 5, 8, 11]) {
      for (let root = 0; root < ranks; root++) {
        const dimensions = [line(shape, ranks)];
        const program = rootedProgram({ collective, dimensions, root, bytes: 100, pieces: 3, cargo: true });
        expect(verify(program, collective, { root })).toEqual([]);
      }
    }
  });

  test.each(SHAPES.flatMap((a) => SHAPES.map((b) => [a, b] as const)))('%s x %s', (a, b) => {
    for (const root of [0, 7, 23]) {
      const dimensions = [line(a, 4), line(b, 3), line(a, 2)];
      const program = rootedProgram({ collective, dimensions, root, bytes: 100, pieces: 2, cargo: true });
      expect(verify(program, collective, { root })).toEqual([]);
    }
  });

  test('another root is found out', () => {
    const program = rootedProgram({
      ...{ collective, dimensions: [line('chain', 4)], root: 1, bytes: 4, pieces: 1 },
      cargo: true,
    });
    expect(verify(program, collective, { root: 2 })).not.toEqual([]);
  });

  test('every message goes along one dimension', () => {
    const dimensions = [line('binomial', 4), line('chain', 3)];
    const { does, peer, first } = rootedProgram({ collective, dimensions, root: 5, bytes: 120, pieces: 2 });
    for (let rank = 0; rank < 12; rank++) {
      for (let step = first[rank] as number; step < (first[rank + 1] as number); step++) {
        if (does[step] !== 0) continue;
        const to = peer[step] as number;
        expect([rank % 4 === to % 4, Math.floor(rank / 4) === Math.floor(to / 4)]).toContain(true);
      }
    }
  });
});
