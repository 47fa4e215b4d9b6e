import { describe, expect, test } from 'vitest';
import { halvingDoubling } from '../../../src/collectives/halving-doubling.js';
import { programOf } from '../../support/phases.js';
import { receiverOf } from '../../support/replay.js';
import { packets } from './packets.js';

const sent = (list: readonly string[]) => list.filter((packet) => !packet.startsWith('('));

describe('halving-doubling', () => {
  test('reduce-scatter over 8: halves go 1, 2, 4 away; all but the first packet of L reduce', () => {
    expect(packets(programOf('halving-doubling', 'reduce-scatter', 8, 80))).toEqual([
      '±1 40',
      '±2 20 R',
      '±4 10 R',
      '(5)',
    ]);
  });

  test('all-gather over 8: doubles go 4, 2, 1 away', () => {
    expect(packets(programOf('halving-doubling', 'all-gather', 8, 10))).toEqual(['±4 10', '±2 20', '±1 40', '(80)']);
  });

  test('all-reduce over 8: the one, then the other; the second cycle does not reduce', () => {
    // 160 / 16 is whole, so nothing is lost at the turn.
    expect(packets(programOf('halving-doubling', 'all-reduce', 8, 160))).toEqual([
      ...['±1 80', '±2 40 R', '±4 20 R'],
      ...['±4 20', '±2 40', '±1 80'],
      '(160)',
    ]);
  });

  test('all-reduce over 2: one exchange each way, and nothing is ever reduced (cycles of one packet)', () => {
    expect(packets(programOf('halving-doubling', 'all-reduce', 2, 8))).toEqual(['±1 4', '±1 4', '(8)']);
    expect(packets(programOf('halving-doubling', 'reduce-scatter', 2, 8))).toEqual(['±1 4', '(2)']);
  });

  test('what truncation takes at the turn does not come back', () => {
    // 31: 15, 7, 3, then floor(3 / 2) = 1 doubles to 2, 4, 8.
    expect(sent(packets(programOf('halving-doubling', 'all-reduce', 8, 31)))).toEqual([
      ...['±1 15', '±2 7 R', '±4 3 R'],
      ...['±4 2', '±2 4', '±1 8'],
    ]);
    // 8 bytes over 8 ranks: 4, 2, 1, then floor(1 / 2) = 0 doubles to nothing.
    expect(sent(packets(programOf('halving-doubling', 'all-reduce', 8, 8)))).toEqual([
      ...['±1 4', '±2 2 R', '±4 1 R'],
      ...['±4 0', '±2 0', '±1 0'],
    ]);
  });

  test('peers pair up: forward when floor(index / offset) is even, else backward', () => {
    const program = programOf('halving-doubling', 'reduce-scatter', 8, 80);
    const peers = (packet: number) => [0, 1, 2, 3, 4, 5, 6, 7].map((rank) => receiverOf(program, 8, rank, packet));
    expect(program).toMatchObject({ pairwise: true, window: 1, barrier: 0 });
    expect(peers(0)).toEqual([1, 0, 3, 2, 5, 4, 7, 6]);
    expect(peers(1)).toEqual([2, 3, 0, 1, 6, 7, 4, 5]);
    expect(peers(2)).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
  });

  test('needs a power of two of ranks, and is no all-to-all', () => {
    const lacks = (collective: 'all-reduce' | 'all-to-all', ranks: number) =>
      halvingDoubling.unsupported?.({ collective, ranks, bytes: 100 });
    for (const ranks of [2, 4, 1024, 2 ** 31, 2 ** 52]) expect(lacks('all-reduce', ranks)).toBeUndefined();
    for (const ranks of [3, 6, 1023, 2 ** 52 - 1]) expect(lacks('all-reduce', ranks)).toMatch(/power of two/);
    expect(lacks('all-to-all', 4)).toMatch(/all-to-all/);
  });
});
