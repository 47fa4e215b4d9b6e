import { describe, expect, test } from 'vitest';
import { direct } from '../../../src/collectives/direct.js';
import { programOf } from '../../support/phases.js';
import { packets } from './packets.js';

describe('direct: to every other rank in turn', () => {
  test('all-reduce over 4, all at once: after the first 3 have been received, 3 more', () => {
    const program = programOf('direct', 'all-reduce', 4, 103);
    expect(packets(program)).toEqual([
      '+1 25',
      '+2 25',
      '+3 25',
      '+1 25 R',
      '+2 25 R',
      '+3 25 R',
      '(25)',
      '(25)',
      '(25)',
    ]);
    expect(program).toMatchObject({ window: 3, barrier: 3, pairwise: false });
  });

  test('reduce-scatter over 4: every receipt reduced', () => {
    const program = programOf('direct', 'reduce-scatter', 4, 103);
    expect(packets(program)).toEqual(['+1 25', '+2 25', '+3 25', '(25 R)', '(25 R)', '(25 R)']);
    expect(program.barrier).toBe(0);
  });

  test('all-gather and all-to-all over 4: the whole, and a share, to each', () => {
    expect(packets(programOf('direct', 'all-gather', 4, 103))).toEqual([
      ...['+1 103', '+2 103', '+3 103'],
      ...['(103)', '(103)', '(103)'],
    ]);
    expect(packets(programOf('direct', 'all-to-all', 4, 103))).toEqual([
      '+1 25',
      '+2 25',
      '+3 25',
      '(25)',
      '(25)',
      '(25)',
    ]);
  });

  test('window 2 over 5: reductions alternate in groups of two', () => {
    // Reduce-scatter: 2 packets that do not reduce, 2 that do, and so on, to the end.
    expect(packets(programOf('direct:2', 'reduce-scatter', 5, 50))).toEqual([
      ...['+1 10', '+2 10', '+3 10 R', '+4 10 R'],
      ...['(10)', '(10)'],
    ]);
    // All-reduce: the same, but in odd-numbered cycles of four only (packets 0-3 and 8-11).
    expect(packets(programOf('direct:2', 'all-reduce', 5, 50))).toEqual([
      ...['+1 10', '+2 10', '+3 10 R', '+4 10 R'],
      ...['+1 10', '+2 10', '+3 10', '+4 10'],
      ...['(10)', '(10)'],
    ]);
  });

  test('window 1 over 6: every other packet reduces, of an all-reduce in every other pair', () => {
    expect(packets(programOf('direct:1', 'reduce-scatter', 6, 60))).toEqual([
      ...['+1 10', '+2 10 R', '+3 10', '+4 10 R', '+5 10'],
      '(10 R)',
    ]);
    expect(packets(programOf('direct:1', 'all-reduce', 6, 60))).toEqual([
      ...['+1 10', '+2 10 R', '+3 10', '+4 10', '+5 10'],
      ...['+1 10 R', '+2 10', '+3 10', '+4 10', '+5 10 R'],
      '(10)',
    ]);
  });

  test('a window wider than the peers is all peers', () => {
    expect(programOf('direct:9', 'all-reduce', 4, 100)).toEqual(programOf('direct', 'all-reduce', 4, 100));
    expect(programOf('direct:3', 'all-reduce', 4, 100)).toEqual(programOf('direct', 'all-reduce', 4, 100));
    expect(programOf('direct:2', 'all-reduce', 4, 100)).not.toEqual(programOf('direct', 'all-reduce', 4, 100));
  });

  test('is not tried with more peers than can be listed', () => {
    const request = { collective: 'all-reduce', bytes: 2 ** 30 } as const;
    expect(direct.unsupported?.({ ...request, ranks: 2 ** 22 })).toBeUndefined();
    expect(direct.unsupported?.({ ...request, ranks: 2 ** 22 + 1 })).toMatch(/at most/);
  });
});
