import { describe, expect, test } from 'vitest';
import {
  comparePlacements,
  type NetworkOptions,
  networkPlacements,
  placeGpus,
  placeJob,
} from '../../../src/cluster/index.js';
import { pathsOf } from '../../support/issue-paths.js';

/**
 * Two leaves of two NPUs. A leaf's way up has 25 bytes per ns, an NPU 50. Besides bytes only the
 * end-points of a group take time: 20 ns for the one message that each of two ranks sends.
 */
const options: NetworkOptions = {
  machine: {
    topology: 'graph: fat-tree(2x2, 50 GB/s, 0 ns, oversubscription = 4)',
    switching: 'cut-through',
    endpointDelay: 0,
    localMemoryBandwidth: 'unlimited',
    splits: 1,
  },
  hosts: 2,
  collective: 'reduce-scatter',
  size: 10_000,
};

describe('networkPlacements', () => {
  test('bandwidth on a leaf is that of an NPU, across leaves that of the way up', () => {
    const { free, npusOf, evaluate } = networkPlacements(options);
    expect(free).toEqual([2, 2]);
    expect(npusOf([1, 2])).toEqual([0, 2, 3]);
    expect(evaluate([2, 0])).toBe(5000 / (5000 / 50 + 20));
    expect(evaluate([1, 1])).toBe(5000 / (5000 / 25 + 20));
    expect(evaluate([0, 1])).toBe(Number.POSITIVE_INFINITY);
  });

  test('other jobs take NPUs, and bandwidth', () => {
    const jobs = [{ name: 'other', npus: [0, 2], collective: 'reduce-scatter', size: 10_000 } as const];
    const { free, npusOf, evaluate } = networkPlacements({ ...options, jobs });
    expect(free).toEqual([1, 1]);
    expect(npusOf([1, 1])).toEqual([1, 3]);
    // NPU 0's message is on the way up first.
    expect(evaluate([1, 1])).toBe(5000 / (2 * (5000 / 25) + 20));
  });

  test('hosts as lists, and NPUs that are busy', () => {
    const { free, npusOf } = networkPlacements({ ...options, hosts: [[3, 0], [1]], busy: [3] });
    expect(free).toEqual([1, 1]);
    expect(npusOf([1, 1])).toEqual([0, 1]);
  });
});

describe('placeJob', () => {
  test('finds the leaf', () => {
    expect(placeJob({ ...options, busy: [0], npus: 2 })).toMatchObject({
      npus: [2, 3],
      counts: [0, 2],
      busbwBytesPerNs: 5000 / 120,
      search: 'exhaustive',
    });
  });

  test.each<[string, object, string]>([
    ['more than are free', { busy: [0, 1, 2], npus: 2 }, 'npus'],
    ['hosts that do not fit', { hosts: 3, npus: 1 }, 'hosts'],
    ['an NPU of two hosts', { hosts: [[0, 1], [1]], npus: 1 }, 'hosts[1][0]'],
    ['an NPU that is not there', { hosts: [[0, 9]], npus: 1 }, 'hosts[0][1]'],
    ['busy ones that are not there', { busy: [4], npus: 1 }, 'busy[0]'],
    ['a search that there is not', { search: 'best', npus: 1 }, 'search'],
    ['an unknown key', { free: [1], npus: 1 }, 'free'],
    ['a machine that there is not', { machine: { topology: 'ring(0)' }, npus: 1 }, 'machine.topology'],
  ])('%s is an error', (_, wrong, path) => {
    const paths = pathsOf(() => placeJob({ ...options, ...(wrong as { npus: number }) }));
    expect(paths[0]).toContain(path);
  });
});

test('comparePlacements runs every search, and asks about a placement once', () => {
  const asked: string[] = [];
  const evaluate = (counts: readonly number[]) => {
    asked.push(counts.join());
    return counts[1] as number;
  };
  const found = comparePlacements({ free: [2, 2], gpus: 2 }, evaluate);
  expect(found.map(({ search }) => search)).toEqual([
    'compact',
    'best-fit',
    'spread',
    'eliminate',
    'eliminate-and-improve',
    'exhaustive',
  ]);
  expect(new Set(asked).size).toBe(asked.length);
  for (const { search, counts } of found) {
    expect(counts).toEqual(placeGpus({ free: [2, 2], gpus: 2, search }, evaluate).counts);
  }
  const few = comparePlacements({ free: [2, 2], gpus: 2, maxPlacements: 2 }, evaluate);
  expect(few.map(({ search }) => search)).not.toContain('exhaustive');
});
