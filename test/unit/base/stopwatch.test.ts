import { afterEach, expect, test, vi } from 'vitest';
import { Stopwatch } from '../../../src/base/stopwatch.js';

afterEach(() => vi.restoreAllMocks());

test('a clock that is set back by an hour stops a stopwatch for a moment, not for an hour', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000_000);
  const watch = new Stopwatch();
  const at = (ms: number) => {
    clock.mockReturnValue(ms);
    return watch.ms;
  };
  expect(at(5_000_020)).toBe(20);
  // One hour back: 0 ms are added; the 30 ms after it count.
  expect(at(1_400_020)).toBe(20);
  expect(at(1_400_050)).toBe(50);
  clock.mockReturnValue(1_400_060);
  watch.restart();
  expect(at(1_400_061)).toBe(1);
});
