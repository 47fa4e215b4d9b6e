import { describe, expect, it } from 'vitest';
import { synthesise } from '../../../src/synthesis/portfolio.js';
import { replay } from '../../../src/synthesis/replay.js';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import { graphOf, linksByName } from '../../support/graphs.js';

const CUBE = graphOf(8, linksByName('hypercube-3'), { latencyNs: 50 });

describe('synthesise', () => {
  it('ranks one valid schedule of each synthesiser by its replay', () => {
    const entries = synthesise(CUBE, 'all-reduce', { bytes: 8000, effort: 0.01 });
    expect(entries.map(({ name }) => name).sort()).toEqual(['hiccl', 'taccl', 'tacos', 'tacos in batches']);
    for (const [k, { schedule, order, finishNs }] of entries.entries()) {
      expect(checkSchedule(schedule, CUBE, 'all-reduce')).toEqual([]);
      expect(replay(schedule, CUBE, { order }).finishNs).toBe(finishNs);
      expect(finishNs).toBeGreaterThanOrEqual(entries[k - 1]?.finishNs ?? 0);
    }
  });

  it('overlaps the batches of an all-reduce on a mesh', () => {
    // The corners send little while they gather and receive little while they scatter.
    const mesh = graphOf(9, linksByName('mesh-3x3'));
    const entries = synthesise(mesh, 'all-reduce', { bytes: 900_000, effort: 0.1 });
    expect(entries[0]?.name).toBe('tacos in batches');
    // Reduce-scatter and all-gather one after the other take 2 * 900,000 / 9 * 4 ns at least.
    expect(entries[0]?.finishNs).toBeLessThan(0.9 * 800_000);
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
