import { describe, expect, test } from 'vitest';
import { closedFormEvaluator, type PlacementSearch, placeGpus } from '../../src/cluster/index.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

interface Answer {
  readonly counts: readonly number[];
  readonly timeNs: number;
  readonly busbwGBps: number;
}

type Name = 'compact' | 'bestFit' | 'spread' | 'eliminate' | 'eliminateImprove' | 'optimum';

interface Row extends Readonly<Record<Name, Answer>> {
  readonly hosts: readonly {
    readonly gpus: number;
    readonly intraGBps: number;
    readonly nics: number;
    readonly nicGBps: number;
  }[];
  readonly free: readonly number[];
  readonly runningJobs: readonly (readonly number[])[];
  readonly k: number;
  readonly bytes: number;
}

const SEARCHES: Readonly<Record<Name, PlacementSearch>> = {
  compact: 'compact',
  bestFit: 'best-fit',
  spread: 'spread',
  eliminate: 'eliminate',
  eliminateImprove: 'eliminate-and-improve',
  optimum: 'exhaustive',
};

/** GB/s are bytes per ns. */
describe('golden placement', () => {
  const rows = goldenRows<Row>('placement');

  test('all rows of the project are there', () => {
    if (ownRows) expect(rows.length).toBe(241);
  });

  test.each(Object.entries(SEARCHES))('%s: counts, bandwidth and time of every row', (name, search) => {
    for (const row of rows) {
      const { free, k: gpus, bytes, runningJobs: jobs } = row;
      const hosts = row.hosts.map((host) => ({
        gpus: host.gpus,
        intraBandwidth: host.intraGBps,
        nics: host.nics,
        nicBandwidth: host.nicGBps,
      }));
      const expected = row[name as Name];
      const answer = placeGpus({ free, gpus, search }, closedFormEvaluator({ hosts, jobs, bytes }));
      expect(answer.counts).toEqual(expected.counts);
      expect(Math.abs(answer.busbwBytesPerNs / expected.busbwGBps - 1)).toBeLessThanOrEqual(1e-12);
      const timeNs = (((2 * (gpus - 1)) / gpus) * bytes) / answer.busbwBytesPerNs;
      expect(Math.abs(timeNs / expected.timeNs - 1)).toBeLessThanOrEqual(1e-12);
    }
  });
});
