import { describe, expect, it } from 'vitest';
import { synthesise } from '../../../src/synthesis/portfolio.js';
import { replay } from '../../../src/synthesis/replay.js';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import { graphOf, linksByName } from '../../support/graphs.js';

const CUBE = graphOf(8, linksByName('hypercube-3'), { latencyNs: 50 });

describe('synthesise', () => {
  it('ranks one valid schedule of each synthesiser by its replay', () => {
    const entries = synthesise(CUBE, 'all-reduce', { bytes: 8000, effort: 0.01 });
    expect(entries.map(({ name }) => name).sort()).toEqual(['hiccl', 'taccl', 'tacos']);
    for (const [k, { schedule, order, finishNs }] of entries.entries()) {
      expect(checkSchedule(schedule, CUBE, 'all-reduce')).toEqual([]);
      expect(replay(schedule, CUBE, { order }).finishNs).toBe(finishNs);
      expect(finishNs).toBeGreaterThanOrEqual(entries[k - 1]?.finishNs ?? 0);
    }
  });

  it('makes with HiCCL alone what others cannot', () => {
    const entries = synthesise(CUBE, 'all-to-all', { bytes: 800 });
    expect(entries.map(({ name }) => name)).toEqual(['hiccl']);
  });

  it('refuses options that make no sense', () => {
    expect(() => synthesise(CUBE, 'all-gather', { bytes: 1.5 })).toThrow(/bytes/);
    expect(() => synthesise(CUBE, 'all-gather', { bytes: 1, effort: 0 })).toThrow(/effort/);
  });
});
