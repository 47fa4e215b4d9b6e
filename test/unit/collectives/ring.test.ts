import { describe, expect, test } from 'vitest';
import { programOf } from '../../support/phases.js';
import { packets } from './packets.js';

describe('ring: always to the next rank, one packet at a time', () => {
  test('all-reduce over 4: 2(n-1) packets of floor(S/n), the first n-1 receipts reduced', () => {
    const program = programOf('ring', 'all-reduce', 4, 103);
    expect(packets(program)).toEqual(['+1 25', '+1 25 R', '+1 25 R', '+1 25 R', '+1 25', '+1 25', '(25)']);
    expect(program).toMatchObject({ window: 1, barrier: 0, pairwise: false });
  });

  test('reduce-scatter over 4: n-1 packets, every receipt reduced', () => {
    expect(packets(programOf('ring', 'reduce-scatter', 4, 103))).toEqual(['+1 25', '+1 25 R', '+1 25 R', '(25 R)']);
  });

  test('all-gather over 4: n-1 packets of all a rank has, none reduced', () => {
    expect(packets(programOf('ring', 'all-gather', 4, 103))).toEqual(['+1 103', '+1 103', '+1 103', '(103)']);
  });

  test('all-to-all over 4: n(n-1)/2 packets, as those for far ranks are passed on', () => {
    expect(packets(programOf('ring', 'all-to-all', 4, 103))).toEqual([...Array(6).fill('+1 25'), '(25)']);
  });

  test('over 2', () => {
    expect(packets(programOf('ring', 'all-reduce', 2, 5))).toEqual(['+1 2', '+1 2 R', '(2)']);
    expect(packets(programOf('ring', 'reduce-scatter', 2, 5))).toEqual(['+1 2', '(2 R)']);
    expect(packets(programOf('ring', 'all-to-all', 2, 5))).toEqual(['+1 2', '(2)']);
  });
});
