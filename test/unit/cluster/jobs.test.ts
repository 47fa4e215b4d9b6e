import { describe, expect, test } from 'vitest';
import { type ClusterJob, type JobMachine, simulateJobs } from '../../../src/cluster/index.js';
import { pathsOf } from '../../support/issue-paths.js';

/**
 * NPUs 0 and 1 on one leaf, 2 and 3 on the other, all at 50 bytes per ns; a leaf's way up has 50 for
 * both. Besides bytes only the end-points take time: those of a group 10 ns before a rank's first
 * message, and 10 ns after each that it received.
 */
const machine: JobMachine = {
  topology: 'graph: fat-tree(2x2, 50 GB/s, 0 ns, oversubscription = 2)',
  switching: 'cut-through',
  endpointDelay: 0,
  localMemoryBandwidth: 'unlimited',
  splits: 1,
};
const scatter = (name: string, npus: readonly number[], more: Partial<ClusterJob> = {}): ClusterJob => {
  return { name, npus, collective: 'reduce-scatter', size: 10_000, ...more };
};

describe('simulateJobs', () => {
  test('jobs that share nothing do not slow each other down', () => {
    const { jobs, timeNs } = simulateJobs([scatter('left', [0, 1]), scatter('right', [2, 3])], machine);
    // Of two ranks each sends half of the buffer: 10 + 5000 / 50 + 10.
    expect(jobs.map(({ aloneNs, togetherNs, slowdown }) => [aloneNs, togetherNs, slowdown])).toEqual([
      [120, 120, 1],
      [120, 120, 1],
    ]);
    expect(timeNs).toBe(120);
    // Half of 10,000 bytes.
    expect(jobs[0]?.busbwAloneBytesPerNs).toBe(5000 / 120);
  });

  test('two jobs over one way up: the second waits for the first', () => {
    const { jobs } = simulateJobs([scatter('a', [0, 2]), scatter('b', [1, 3])], machine);
    expect(jobs.map(({ aloneNs, togetherNs }) => [aloneNs, togetherNs])).toEqual([
      [120, 120],
      [120, 220],
    ]);
    expect(jobs.map(({ slowdown }) => slowdown)).toEqual([1, 220 / 120]);
    expect(jobs[1]?.busbwTogetherBytesPerNs).toBe(5000 / 220);
  });

  test('five in a row each: they take turns', () => {
    const { jobs } = simulateJobs([scatter('a', [0, 2], { count: 5 }), scatter('b', [1, 3], { count: 5 })], machine);
    // a, b, a, b, ...: ten turns of 100 ns from 10 on, of which the ninth is a's last.
    expect(jobs.map(({ aloneNs, togetherNs }) => [aloneNs, togetherNs])).toEqual([
      [600, 920],
      [600, 1020],
    ]);
  });

  test('in the model without congestion no job knows of another', () => {
    const { jobs } = simulateJobs([scatter('a', [0, 2]), scatter('b', [1, 3])], {
      topology: 'ring(4, 50 GB/s, 0 ns)',
      network: 'congestion-unaware',
    });
    expect(jobs.map(({ slowdown }) => slowdown)).toEqual([1, 1]);
  });

  test('a job alone, one of a single NPU, and one of all', () => {
    const [one] = simulateJobs([scatter('one', [3])], machine).jobs;
    expect(one).toMatchObject({ aloneNs: 0, togetherNs: 0, slowdown: 1, busbwAloneBytesPerNs: 0 });
    const [all] = simulateJobs([scatter('all', [0, 1, 2, 3])], machine).jobs;
    // Three steps of a quarter each; the ring crosses each way up once: 3 x 2500 / 50.
    expect(all).toMatchObject({ aloneNs: 150, togetherNs: 150, slowdown: 1 });
  });

  test.each<[string, readonly unknown[], string]>([
    ['no job', [], 'jobs'],
    ['an NPU that is not there', [scatter('a', [0, 4])], 'jobs[0].npus[1]'],
    ['an NPU twice', [scatter('a', [0, 1]), scatter('b', [1, 2])], 'jobs[1].npus[0]'],
    ['a name twice', [scatter('a', [0]), scatter('a', [1])], 'jobs[1].name'],
    ['an unknown key', [{ ...scatter('a', [0]), bytes: 1 }], 'jobs[0].bytes'],
    ['half a byte', [scatter('a', [0], { size: 0.5 })], 'jobs[0].size'],
  ])('%s is an error', (_, jobs, path) => {
    expect(pathsOf(() => simulateJobs(jobs as ClusterJob[], machine))).toEqual([path]);
  });

  test('what is wrong with the machine says so', () => {
    const broken = { topology: 'graph: fat-tre(4)' };
    expect(pathsOf(() => simulateJobs([scatter('a', [0])], broken))).toEqual(['machine.topology']);
  });
});
