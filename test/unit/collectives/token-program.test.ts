import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countReducing,
  isDone,
  reduces,
  releasable,
  sentBytes,
  type TokenProgram,
} from '../../../src/collectives/token-program.js';
import { programOf } from '../../support/phases.js';

const base = programOf('ring', 'all-reduce', 4, 100);
const program = (fields: Partial<TokenProgram>): TokenProgram => ({ ...base, ...fields });
const reducing = (fields: Partial<TokenProgram>, count: number) =>
  Array.from({ length: count }, (_, k) => k).filter((k) => reduces(program(fields), k));

describe('which packets reduce', () => {
  test('cycles of `window` that never do and `reducing` that may', () => {
    expect(reducing({ window: 2, reducing: 3, reduceIn: 'every-cycle' }, 15)).toEqual([2, 3, 4, 7, 8, 9, 12, 13, 14]);
    expect(reducing({ window: 2, reducing: 3, reduceIn: 'even-cycles' }, 15)).toEqual([2, 3, 4, 12, 13, 14]);
    expect(reducing({ window: 2, reducing: 3, reduceIn: 'no-cycle' }, 15)).toEqual([]);
    expect(reducing({ window: 1, reducing: 0, reduceIn: 'every-cycle' }, 15)).toEqual([]);
  });

  test('are counted without going through them', () => {
    const fields = fc.record({
      window: fc.integer({ min: 1, max: 9 }),
      reducing: fc.nat(9),
      reduceIn: fc.constantFrom('no-cycle' as const, 'every-cycle' as const, 'even-cycles' as const),
    });
    fc.assert(
      fc.property(fields, fc.nat(100), (drawn, count) => {
        expect(countReducing(program(drawn), count)).toBe(reducing(drawn, count).length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('how many packets a token lets go', () => {
  const release = (fields: Partial<TokenProgram>, prepared: number, sent: number, received: number, free: number) =>
    releasable(program(fields), { prepared, sent, received, free });

  test('one, while there are prepared packets, sends and tokens left', () => {
    const fields = { sends: 5, window: 3, barrier: 0 };
    expect(release(fields, 3, 0, 0, 1)).toBe(1);
    expect(release(fields, 3, 1, 0, 2)).toBe(1);
    expect(release(fields, 3, 3, 0, 1)).toBe(0);
    expect(release(fields, 8, 5, 5, 1)).toBe(0);
    expect(release(fields, 3, 0, 0, 0)).toBe(0);
  });

  test('none at a barrier, until as many have been received', () => {
    const fields = { sends: 6, window: 3, barrier: 3 };
    expect(release(fields, 3, 2, 0, 1)).toBe(1);
    expect(release(fields, 4, 3, 1, 1)).toBe(0);
    expect(release(fields, 5, 3, 2, 2)).toBe(0);
  });

  test('after it up to a window at once, as far as tokens, packets and sends reach', () => {
    const fields = { sends: 6, window: 3, barrier: 3 };
    expect(release(fields, 6, 3, 3, 1)).toBe(1);
    expect(release(fields, 6, 3, 3, 3)).toBe(3);
    expect(release(fields, 5, 3, 3, 3)).toBe(2);
    expect(release(fields, 7, 5, 4, 2)).toBe(1);
    expect(release({ ...fields, sends: 16, barrier: 8 }, 14, 8, 8, 5)).toBe(3);
  });
});

describe('the end', () => {
  test('is when all is sent and a window of tokens is free', () => {
    const done = (sent: number, free: number) =>
      isDone(program({ sends: 6, window: 3 }), { prepared: 9, received: 6, sent, free });
    expect(done(6, 3)).toBe(true);
    expect(done(6, 2)).toBe(false);
    expect(done(5, 3)).toBe(false);
  });
});

test('bytes sent go round the list of sizes', () => {
  expect(sentBytes(program({ sends: 7, bytes: [5, 7, 11] }))).toBe(2 * (5 + 7 + 11) + 5);
  expect(sentBytes(program({ sends: 2, bytes: [5, 7, 11] }))).toBe(12);
  expect(sentBytes(program({ sends: 3, bytes: [10] }))).toBe(30);
});
