import { describe, expect, it } from 'vitest';
import { improveOrder } from '../../../src/synthesis/improve-order.js';
import { playByKeys } from '../../../src/synthesis/list-order.js';
import { ScheduleBuilder } from '../../../src/synthesis/schedule.js';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import type { LinkGraph } from '../../../src/topology/link-graph.js';

/** NPU 0 to 1 to 2, and back. */
const LINE: LinkGraph = {
  npus: 3,
  devices: 3,
  links: [
    { from: 0, to: 1, bandwidth: 1, latency: 5 },
    { from: 1, to: 2, bandwidth: 1, latency: 5 },
    { from: 2, to: 1, bandwidth: 1, latency: 5 },
    { from: 1, to: 0, bandwidth: 1, latency: 5 },
  ],
};

/** A broadcast from NPU 1, which sends itself, and one from NPU 0, which NPU 1 passes on. */
function twoBroadcasts() {
  const builder = new ScheduleBuilder();
  const [own, other] = [builder.addChunk(1, -1), builder.addChunk(0, -1)];
  const add = (chunk: number, from: number, to: number, link: number, bytes: number, needs: number[]) =>
    builder.add({ chunk, from, to, path: [link], bytes, reduces: false, needs });
  const first = add(other, 0, 1, 0, 10, []);
  add(own, 1, 2, 1, 40, []);
  add(own, 1, 0, 3, 40, []);
  add(other, 1, 2, 1, 10, [first]);
  return builder.build();
}

describe('playByKeys', () => {
  it('lets a link choose the least key among those that wait, and never wait for what is not there', () => {
    const schedule = twoBroadcasts();
    // At 0 NPU 1 has only its own chunk: 40 on the link, then 10 + 5 for the other.
    for (const keys of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
    ]) {
      expect(playByKeys(schedule, LINE, Float64Array.from(keys)).finishNs).toBe(55);
    }
  });
});

describe('improveOrder', () => {
  it('keeps the best order it saw, with the replay as its plan', () => {
    const schedule = twoBroadcasts();
    const { schedule: better, finishNs } = improveOrder(schedule, LINE, new Float64Array(4), 3);
    expect(finishNs).toBe(55);
    expect(checkSchedule(better, LINE, 'broadcast')).toEqual([]);
    expect(better.plan?.endNs[3]).toBe(55);
  });

  it('finds that what others wait for has to go first', () => {
    // Two messages at NPU 0, of which the second goes on: listed order takes 50 + 10 + 5 + 10 + 5.
    const builder = new ScheduleBuilder();
    const [stays, goesOn] = [builder.addChunk(0, 1), builder.addChunk(0, 2)];
    builder.add({ chunk: stays, from: 0, to: 1, path: [0], bytes: 50, reduces: false, needs: [] });
    builder.add({ chunk: goesOn, from: 0, to: 2, path: [0, 1], bytes: 10, reduces: false, needs: [] });
    const schedule = builder.build();
    const keys = Float64Array.from([0, 1, 1]);
    expect(improveOrder(schedule, LINE, keys, 0).finishNs).toBe(80);
    // The other way round 10 + 50 + 5, as the second link has finished by then.
    expect(improveOrder(schedule, LINE, keys, 1).finishNs).toBe(65);
  });
});
