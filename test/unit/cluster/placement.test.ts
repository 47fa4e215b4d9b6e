import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import {
  type ClosedFormOptions,
  closedFormEvaluator,
  comparePlacements,
  type PlacementOptions,
  placeGpus,
} from '../../../src/cluster/index.js';
import { countPlacements, countVectors, eliminate } from '../../../src/cluster/placement/searches.js';

const host = { gpus: 8, intraBandwidth: '200 GB/s', nics: 2, nicBandwidth: '50 GB/s' };

describe('closed form', () => {
  const evaluate = closedFormEvaluator({
    hosts: [host, host],
    jobs: [
      [2, 1],
      [5, 0],
    ],
    bytes: 1000,
  });

  test('one host: its own bandwidth, whatever the number of GPUs', () => {
    expect(evaluate([2, 0])).toBeCloseTo(200, 10);
    expect(evaluate([5, 0])).toBeCloseTo(200, 10);
  });

  test('two hosts: 5 ns inside, then the slowest uplink', () => {
    // Inside 2 x 1/2 x 1000 / 200 = 5. Host 0 offers 2 cards, of which 2 of 4 GPUs are ours: 50; host
    // 1 offers 100 x 2/3. Between 2 hosts 1000 / 50 = 20. 4 GPUs: 2 x 3/4 x 1000 / 25.
    expect(evaluate([2, 2])).toBeCloseTo(60, 10);
  });

  test('a GPU alone sends nothing', () => {
    expect(evaluate([1, 0])).toBe(Number.POSITIVE_INFINITY);
  });

  test.each<[string, object, string]>([
    ['unknown key', { host: 1 }, 'host'],
    ['no host', { hosts: [] }, 'hosts'],
    ['unit', { hosts: [{ ...host, nicBandwidth: '5 s' }] }, 'hosts[0].nicBandwidth'],
    ['job of another cluster', { jobs: [[1, 2]] }, 'jobs[0]'],
    ['bytes', { bytes: 0 }, 'bytes'],
  ])('%s', (_, change, path) => {
    const good: ClosedFormOptions = { hosts: [host], bytes: 1 };
    expect(() => closedFormEvaluator({ ...good, ...change } as ClosedFormOptions)).toThrow(`${path}: expected`);
  });
});

describe('searches without an eye on bandwidth', () => {
  const place = (search: 'compact' | 'best-fit' | 'spread', gpus: number) =>
    placeGpus({ free: [3, 8, 5], gpus, search }, () => 1).counts;

  test('compact fills the fullest host first', () => {
    expect(place('compact', 10)).toEqual([0, 8, 2]);
  });

  test('best fit takes the smallest host that holds all, else the fullest first', () => {
    expect(place('best-fit', 4)).toEqual([0, 0, 4]);
    expect(place('best-fit', 9)).toEqual([0, 8, 1]);
  });

  test('spread takes one of each in turn', () => {
    expect(place('spread', 5)).toEqual([2, 2, 1]);
    expect(place('spread', 11)).toEqual([3, 4, 4]);
  });
});

describe('searches with', () => {
  test('elimination drops what makes the rest fastest, and of equals from the emptiest host', () => {
    expect(eliminate([2, 3, 3], 6, () => 1)).toEqual([0, 3, 3]);
    // Here host 1 is in the way.
    expect(eliminate([2, 3, 3], 6, ([, one = 0]) => 10 - one)).toEqual([2, 1, 3]);
  });

  test('elimination stops short where improvement goes on', () => {
    // Only four on host 0 are fast, which no single drop shows, and the fuller host is kept.
    const evaluate = (counts: readonly number[]) => (counts[0] === 4 && counts[1] === 0 ? 9 : 1);
    const options = { free: [4, 6], gpus: 4 };
    expect(placeGpus({ ...options, search: 'eliminate' }, evaluate).busbwBytesPerNs).toBe(1);
    expect(placeGpus({ ...options, search: 'eliminate-and-improve' }, evaluate).counts).toEqual([4, 0]);
  });

  test('all placements, counted and made', () => {
    expect([...countVectors([1, 2], 2)]).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(countPlacements([8, 8, 8, 8], 16)).toBe([...countVectors([8, 8, 8, 8], 16)].length);
  });

  test('exhaustive while there are few, by itself', () => {
    const small = placeGpus({ free: [2, 2], gpus: 2 }, ([one = 0]) => one);
    expect(small).toEqual({ counts: [2, 0], busbwBytesPerNs: 2, search: 'exhaustive', evaluations: 3 });
    expect(placeGpus({ free: [2, 2], gpus: 2, maxPlacements: 2 }, () => 1).search).toBe('eliminate-and-improve');
  });

  test('no placement is asked for twice', () => {
    const seen: string[] = [];
    const evaluate = (counts: readonly number[]) => {
      seen.push(counts.join());
      return counts[0] as number;
    };
    placeGpus({ free: [4, 4, 4], gpus: 5, search: 'eliminate-and-improve' }, evaluate);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('bad input', () => {
  test.each<[string, object, string]>([
    ['unknown key', { k: 2 }, 'k'],
    ['no host', { free: [] }, 'free'],
    ['half a GPU', { free: [2.5] }, 'free[0]'],
    ['none', { gpus: 0 }, 'gpus'],
    ['too many', { gpus: 17 }, 'gpus'],
    ['search', { search: 'best' }, 'search'],
    ['too many placements', { search: 'exhaustive', maxPlacements: 3 }, 'search'],
    ['too large', { free: Array(4096).fill(8), search: 'eliminate' }, 'search'],
  ])('%s', (_, change, path) => {
    try {
      placeGpus({ free: [8, 8], gpus: 8, ...change } as PlacementOptions, () => 1);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.issues.map((issue) => issue.path)).toContain(path);
    }
  });

  test('no evaluator', () => {
    expect(() => placeGpus({ free: [2], gpus: 2 }, 5 as never)).toThrow(/evaluate: expected a function/);
  });

  test('an evaluator that answers NaN', () => {
    expect(() => placeGpus({ free: [2], gpus: 2 }, () => Number.NaN)).toThrow(/evaluate\(\[2\]\)/);
  });
});

test('a search is watched, and ends when it is told to', () => {
  const seen: unknown[] = [];
  const asked = { free: [2, 2], gpus: 2 };
  placeGpus({ ...asked, onProgress: (at) => seen.push(at) }, () => 1);
  // (0, 2), (1, 1) and (2, 0).
  expect(seen).toEqual([1, 2, 3].map((evaluations) => ({ evaluations, atMost: 3 })));
  const signal = AbortSignal.abort();
  expect(() => placeGpus({ ...asked, signal }, () => 1)).toThrow('stopped by the signal after 0 candidates');
  comparePlacements({ ...asked, onProgress: (at) => seen.push(at) }, () => 1);
  expect(seen.at(-1)).toEqual({ evaluations: expect.any(Number) });
});
