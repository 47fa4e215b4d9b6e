import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { compose, elementsPerRound } from '../../../src/synthesis/hiccl/compose.js';
import { composedSchedule } from '../../../src/synthesis/hiccl/to-schedule.js';
import { multicast, verbsOf } from '../../../src/synthesis/hiccl/verbs.js';
import { replay } from '../../../src/synthesis/replay.js';
import { checkSchedule, type ScheduledCollective } from '../../../src/synthesis/schedule-check.js';
import { graphOf, linksByName } from '../../support/graphs.js';

const COLLECTIVES: readonly ScheduledCollective[] = [
  'all-gather',
  'reduce-scatter',
  'all-reduce',
  'broadcast',
  'reduce',
  'gather',
  'scatter',
  'all-to-all',
];

const SHAPES = [
  { hierarchy: [8] },
  { hierarchy: [2, 4], stripe: 4, pipeline: 3 },
  { hierarchy: [4, 2], stripe: 2, ring: 4, pipeline: 2 },
  { hierarchy: [2, 2, 2], stripe: 4, ring: 2 },
  { hierarchy: [2, 2, 2], ring: 8 },
];

describe('compose', () => {
  it.each(COLLECTIVES)('makes a valid %s in every shape', (collective) => {
    const graph = graphOf(8, linksByName('hypercube-3'), { latencyNs: 10 });
    for (const shape of SHAPES) {
      const verbs = verbsOf(collective, 8, 11);
      const schedule = composedSchedule(compose(verbs, shape), verbs, graph, { bytesPerElement: 4 });
      expect(checkSchedule(schedule, graph, collective), JSON.stringify(shape)).toEqual([]);
      for (const order of ['planned', 'first-come'] as const) {
        expect(replay(schedule, graph, { order }).finishNs).toBeGreaterThan(0);
      }
    }
  });

  it('sends the volumes of a hierarchical all-gather', () => {
    // Level 1: to each of the 3 other groups, c elements per rank; leaves: 4 ranks' worth to each of 3 others.
    const made = compose(verbsOf('all-gather', 16, 5), { hierarchy: [4, 4], libraries: ['net', 'box'] });
    expect(elementsPerRound(made).map((round) => [...round])).toEqual([
      [['net', 16 * 3 * 5]],
      [['box', 16 * 4 * 3 * 5]],
    ]);
  });

  it('composes 1,024 ranks', () => {
    const made = compose(verbsOf('all-gather', 1024, 4), { hierarchy: [128, 8], libraries: ['net', 'box'] });
    // 127 messages per rank between groups, then 128 to each of 7 ranks, and a copy to itself.
    expect(made.round.length).toBe(1024 * (127 + 128 * 7 + 1));
  });

  it('names all parameters that do not fit', () => {
    const verbs = verbsOf('all-gather', 8, 1);
    const bad = () => compose(verbs, { hierarchy: [2, 4], libraries: ['net'], stripe: 3, ring: 5, pipeline: 0 });
    expect(bad).toThrow(ConfigError);
    expect(bad).toThrow(/libraries: .*\nstripe: .*\nring: .*\npipeline: /);
    expect(() => compose([multicast(0, 1, 9, 'all')], { hierarchy: [8] })).toThrow(/verbs\[0\]: expected ranks/);
  });
});
