import { describe, expect, it } from 'vitest';
import { inBatches } from '../../../src/synthesis/batches.js';
import { replay } from '../../../src/synthesis/replay.js';
import { concatenate, reverseSchedule } from '../../../src/synthesis/reversal.js';
import { EVERY_NPU, finishNs, inOrderOf, ScheduleBuilder } from '../../../src/synthesis/schedule.js';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import { reverseGraph } from '../../../src/topology/reverse-graph.js';
import { graphOf } from '../../support/graphs.js';

/** 0 -> 1 -> 2 -> 0, links 0, 1, 2; 100 bytes take 100 ns, then 10 ns to arrive. */
const RING = graphOf(
  3,
  [
    [0, 1, 1],
    [1, 2, 1],
    [2, 0, 1],
  ],
  { latencyNs: 10 },
);

/** Every chunk goes two links round the ring. */
function ringAllGather() {
  const builder = new ScheduleBuilder();
  for (let npu = 0; npu < 3; npu++) builder.addChunk(npu, EVERY_NPU);
  for (let step = 0; step < 2; step++) {
    for (let chunk = 0; chunk < 3; chunk++) {
      const from = (chunk + step) % 3;
      builder.add({
        chunk,
        from,
        to: (from + 1) % 3,
        path: [from],
        bytes: 100,
        reduces: false,
        needs: step === 0 ? [] : [chunk],
        startNs: step * 110,
        endNs: (step + 1) * 110,
      });
    }
  }
  return builder.build();
}

describe('checkSchedule', () => {
  it('accepts a ring, its reversal and both together', () => {
    const gather = ringAllGather();
    const scatter = reverseSchedule(gather, RING);
    const reversed = reverseGraph(RING);
    expect(checkSchedule(gather, RING, 'all-gather')).toEqual([]);
    expect(checkSchedule(scatter, reversed, 'reduce-scatter')).toEqual([]);
    // On the ring itself a reduce-scatter comes from an all-gather the other way round.
    const both = concatenate(reverseSchedule(mirroredGather(), RING), gather, RING);
    expect(checkSchedule(both, RING, 'all-reduce')).toEqual([]);
    expect(finishNs(both.plan as NonNullable<typeof both.plan>)).toBe(4 * 110);
  });

  it('says when a chunk leaves before it is there, is missing, or comes twice', () => {
    const gather = ringAllGather();
    const early = { ...gather, needsStart: new Int32Array(7), needs: new Int32Array(0) };
    expect(checkSchedule(early, RING, 'all-gather')).toContain(
      'transfer 3 takes chunk 0 from vertex 1 before it is there',
    );
    const builder = new ScheduleBuilder();
    for (let npu = 0; npu < 3; npu++) builder.addChunk(EVERY_NPU, npu);
    const add = (chunk: number, from: number) =>
      builder.add({ chunk, from, to: (from + 1) % 3, path: [from], bytes: 1, reduces: true, needs: [] });
    add(0, 2);
    add(0, 2);
    const issues = checkSchedule(builder.build(), RING, 'reduce-scatter');
    expect(issues).toContain('transfer 1 brings vertex 0 a contribution to chunk 0 a second time');
    expect(issues).toContain('NPU 0 ends without the part of chunk 0 that NPU 1 had');
  });

  it('says when a plan has two messages on one link, is too fast, or does not wait', () => {
    const gather = ringAllGather();
    const shifted = (index: number, startNs: number, endNs: number) => {
      const plan = {
        startNs: ringAllGather().plan?.startNs ?? new Float64Array(),
        endNs: gather.plan?.endNs.slice() ?? new Float64Array(),
      };
      plan.startNs[index] = startNs;
      plan.endNs[index] = endNs;
      return checkSchedule({ ...gather, plan }, RING, 'all-gather').join('\n');
    };
    expect(shifted(3, 50, 160)).toMatch(/transfer 3 starts before transfer 0 has arrived/);
    expect(shifted(3, 50, 160)).toMatch(/transfer 3 starts on link 1 while another is on it/);
    expect(shifted(3, 110, 219)).toMatch(/transfer 3 is planned to take 109 ns, its links take 110/);
  });

  it('says when the form is wrong', () => {
    const gather = ringAllGather();
    expect(checkSchedule({ ...gather, path: gather.path.map(() => 0) }, RING, 'all-gather').join()).toMatch(
      /next link starts/,
    );
    expect(checkSchedule({ ...gather, turn: gather.turn.map(() => 0) }, RING, 'all-gather').join()).toMatch(
      /given twice/,
    );
    expect(checkSchedule(gather, RING, 'all-reduce').join()).toMatch(/NPU 0 for its source instead of every/);
  });
});

/** The all-gather on the ring the other way round, over the same link numbers. */
function mirroredGather() {
  const builder = new ScheduleBuilder();
  for (let npu = 0; npu < 3; npu++) builder.addChunk(npu, EVERY_NPU);
  for (let step = 0; step < 2; step++) {
    for (let chunk = 0; chunk < 3; chunk++) {
      const from = (chunk + 3 - step) % 3;
      const to = (from + 2) % 3;
      const times = { startNs: step * 110, endNs: (step + 1) * 110 };
      builder.add({
        chunk,
        from,
        to,
        path: [to],
        bytes: 100,
        reduces: false,
        needs: step === 0 ? [] : [chunk],
        ...times,
      });
    }
  }
  return builder.build();
}

describe('replay', () => {
  it('lets a link go after bytes / bandwidth and the message arrive a latency later', () => {
    const { finishNs, startNs, endNs } = replay(ringAllGather(), RING, { order: 'planned' });
    // Step 2 has to wait for the arrival at 110, not for the link, free at 100.
    expect([...startNs]).toEqual([0, 0, 0, 110, 110, 110]);
    expect([...endNs]).toEqual([110, 110, 110, 220, 220, 220]);
    expect(finishNs).toBe(220);
  });

  it('stores and forwards over paths, and pipelines messages', () => {
    const builder = new ScheduleBuilder();
    for (let k = 0; k < 2; k++) {
      builder.add({
        chunk: builder.addChunk(0, 2),
        from: 0,
        to: 2,
        path: [0, 1],
        bytes: 100,
        reduces: false,
        needs: [],
      });
    }
    // The first: 0-100 on link 0, there at 110, 110-210 on link 1, there at 220. The second: 100 later.
    for (const order of ['planned', 'first-come'] as const) {
      expect([...replay(builder.build(), RING, { order }).endNs]).toEqual([220, 320]);
    }
  });

  it('keeps the planned order or serves what comes first', () => {
    const builder = new ScheduleBuilder();
    const first = builder.addChunk(0, 2);
    const second = builder.addChunk(1, 2);
    builder.add({ chunk: first, from: 0, to: 2, path: [0, 1], bytes: 100, reduces: false, needs: [] });
    builder.add({ chunk: second, from: 1, to: 2, path: [1], bytes: 100, reduces: false, needs: [] });
    const schedule = builder.build();
    // In turn, link 1 idles until 110; as they come, the second message has link 1 from 0 to 100.
    expect([...replay(schedule, RING, { order: 'planned' }).endNs]).toEqual([220, 320]);
    const come = replay(schedule, RING, { order: 'first-come' });
    expect([...come.endNs]).toEqual([220, 110]);
    const reordered = inOrderOf(schedule, come.hopStartNs);
    expect([...replay(reordered, RING, { order: 'planned' }).endNs]).toEqual([220, 110]);
  });

  it('refuses an order that waits for itself', () => {
    const gather = ringAllGather();
    const turn = Int32Array.of(1, 1, 1, 0, 0, 0);
    expect(() => replay({ ...gather, turn }, RING, { order: 'planned' })).toThrow(/circle/);
  });
});

describe('inBatches', () => {
  it('lets a batch start at an NPU when the one a window before has brought all to it', () => {
    const one = ringAllGather();
    const both = inBatches([one, one], 3, 1);
    expect(checkSchedule(both, RING, 'all-gather')).toEqual([]);
    // Twice 220 with the window; without, the links are busy for four times 100, and the last latency.
    expect(replay(both, RING, { order: 'first-come' }).finishNs).toBe(440);
    expect(replay(inBatches([one, one], 3, 2), RING, { order: 'first-come' }).finishNs).toBe(410);
  });
});
