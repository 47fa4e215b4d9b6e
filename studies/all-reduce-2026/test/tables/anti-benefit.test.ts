import { InvariantError } from 'astra-sim-ts';
import { expect, test } from 'vitest';
import { readRows } from '../../../../test/support/golden-rows.js';
import { antiBenefit } from '../../src/tables/anti-benefit.js';
import { runStudy } from '../../src/tables/run-study.js';
import { findStudies } from '../../src/tables/studies.js';
import type { Study } from '../../src/tables/study.js';

const found = antiBenefit(runStudy(findStudies(['sweep-360'])[0] as Study));
const place = ({ ratio, npus, sizeMiB }: { ratio: number; npus: number; sizeMiB: number }) =>
  `${ratio}:1 N=${npus} ${sizeMiB}`;

test('the 60 cells follow from the golden rows', () => {
  const finish = new Map(readRows('studies').map((row) => [row.id, row.finish as number]));
  expect(found.cells).toHaveLength(60);
  for (const { ratio, npus, sizeMiB, baseline, localBwAware } of found.cells) {
    const time = (name: string) => finish.get(`bw${ratio}-1_n${npus}_msg${sizeMiB}_${name}`) as number;
    expect(baseline).toBe(time('ring_ring_baseline') / time('oneRing_baseline'));
    expect(localBwAware).toBe(time('ring_ring_localBWAware') / time('oneRing_baseline'));
  }
});

test('claim 1: slower in 19 of 60 cells, worst 15.2x', () => {
  expect(found.slower).toHaveLength(19);
  expect(place(found.worst)).toBe('48:1 N=64 1000');
  // 140,318,394 ns over 9,250,048 ns.
  expect(found.worst.baseline.toFixed(1)).toBe('15.2');
});

test('claim 2: local-bw-aware is faster than flat in 16 of the 19', () => {
  expect(found.rescued).toHaveLength(16);
  const lost = found.slower.filter((cell) => !found.rescued.includes(cell));
  expect(lost.map(place)).toEqual(['48:1 N=16 1000', '48:1 N=64 1000', '48:1 N=256 1000']);
});

test('claim 3: the region 8:1 and 100 MiB neither holds all slower cells nor only such', () => {
  // 3 ratios x 3 NPU counts x 2 sizes.
  expect(found.boundary.inside).toBe(18);
  expect(found.boundary.insideSlower).toBe(15);
  expect(found.boundary.outsideSlower.map(place)).toEqual([
    '48:1 N=16 10',
    '4:1 N=16 1000',
    '4:1 N=64 1000',
    '4:1 N=256 1000',
  ]);
});

test('the test registered beforehand is refuted', () => {
  expect(place(found.preRegistered)).toBe('6:1 N=64 100');
  expect(found.preRegistered.baseline.toFixed(2)).toBe('0.80');
});

test('the flat ring does not see the ratio', () => {
  expect(found.flatIgnoresRatio).toBe(true);
});

test('a report of another study is refused', () => {
  const other = runStudy(findStudies(['under-provisioning'])[0] as Study);
  expect(() => antiBenefit(other)).toThrow(InvariantError);
});
