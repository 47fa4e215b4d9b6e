import { InvariantError } from 'astra-sim-ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { PUBLISHED } from '../../src/tables/published.js';
import { runStudy, type StudyReport } from '../../src/tables/run-study.js';
import { STUDIES } from '../../src/tables/studies.js';
import type { Study } from '../../src/tables/study.js';

const named = (name: string) => STUDIES.find((study) => study.name === name) as Study;

describe('the whole study', () => {
  let reports: StudyReport[] = [];
  beforeAll(() => {
    reports = STUDIES.map((study) => runStudy(study));
  });

  test('every number equals the published one', () => {
    const sum = (of: (report: StudyReport) => number) => reports.reduce((total, report) => total + of(report), 0);
    expect(reports.flatMap(({ mismatches }) => mismatches)).toEqual([]);
    expect(sum(({ equal }) => equal)).toBe(976);
    expect(sum(({ points }) => points.length)).toBe(976);
  });

  test('headlines, from our own run', () => {
    expect(Object.fromEntries(reports.map(({ name, headline }) => [name, headline]))).toEqual({
      'sweep-360':
        'ring_ring baseline is slower than the flat oneRing in 19 of 60 cells, worst ratio 15.2x at 48:1, N=64, 1000 MiB',
      'active-chunks':
        '7.4x to 8.0x faster with 8 active chunks than with 1 (busbw 4.3 to 34.0 GB/s at 1:1, 1 MiB; 155.9 to 1155.7 GB/s at 48:1, 100 MiB)',
      'asymmetric-topology':
        'time of 16x4, the shape with fewest NPUs on the slow dimension, is 1; the others: 8x8 0.9x to 2.3x, 4x16 1.8x to 5.0x, 6x11 1.2x to 3.2x, 7x9 1.0x to 2.7x, 3x21 2.4x to 6.7x',
      'chunk-granularity':
        '4 splits are fastest in 7 of 9 cells (else 16 at 48:1, 100 MiB; 64 at 48:1, 1000 MiB); 1024 cost up to 99.0x at 1:1, 10 MiB',
      'bandwidth-crossover':
        'baseline is faster than flat up to 24:1 and slower from 48:1 (1.6x its time); local-bw-aware takes 0.5x throughout',
      'active-chunks-saturation':
        'nothing is gained beyond 4 active chunks, the number of splits; up to there 4.0x on the ring of 16, 2.7x on 8 x 2 at 1:1, 2.3x at 48:1',
      'active-chunks-x-splits':
        'min(active chunks, splits) governs: a doubling up to the splits halves the time exactly (10 of 10 steps), one beyond changes nothing (10 of 10)',
      'under-provisioning':
        'time against 8 active chunks: 5.2x to 5.8x with 1, 2.6x to 2.9x with 2, 1.4x to 1.5x with 4; 16 equal 8 in 3 of 3 sizes',
      'three-tiers':
        'local-bw-aware beats flat in 4 of 15 cells (at 1:1 and 4:1); baseline takes up to 661.2x its time (48:1, 1000 MiB)',
      'three-tiers-rescue':
        '3d is slower than flat in 4 of 8 cells; 8 active chunks (against one in flat) make it faster in 2 of them, at 16:1 it still takes 1.3x to 1.6x',
      'three-vs-two':
        '3d is faster than 2d up to 4 active chunks at 100 MiB and up to 7 active chunks at 1 TiB, not beyond',
      'three-tiers-active-chunks': 'of 8 cells, 2d beats flat in 6 with 1 active chunk and 8 with 4; 3d in 3 and 5',
      'tiers-vs-active-chunks':
        'with 1 active chunk and 100 TiB, 2-D is 7.1 % faster than 1-D at every ratio up to 8:1; 3-D 25.0, 25.0, 19.3 and -65.1 % at 1, 2, 4 and 8:1',
    });
  });

  test('a report is plain data', () => {
    expect(JSON.parse(JSON.stringify(reports))).toEqual(reports);
  });
});

test('a published number that is one off is a mismatch, and the only one', () => {
  const published = [...PUBLISHED['three-tiers']];
  published[7] = (published[7] as number) + 1;
  const { equal, mismatches } = runStudy(named('three-tiers'), published);
  expect(equal).toBe(44);
  expect(mismatches.map(({ id, publishedNs, timeNs }) => [id, publishedNs - timeNs])).toEqual([['10MB-r8-base', 1]]);
});

test('a table of another length is a defect, not a comparison', () => {
  expect(() => runStudy(named('active-chunks'), [1, 2, 3])).toThrow(InvariantError);
});

test('shapes that the log could not run', () => {
  const { unpublished } = runStudy(named('asymmetric-topology'));
  expect(unpublished).toHaveLength(18);
  expect(new Set(unpublished.map(({ variables }) => variables['shape']))).toEqual(new Set(['6x11', '7x9', '3x21']));
  expect(unpublished.filter(({ timeNs }) => !(Number.isSafeInteger(timeNs) && timeNs > 0))).toEqual([]);
});
