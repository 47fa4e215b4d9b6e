import { describe, expect, test } from 'vitest';
import type { WorkGraph, WorkNode } from '../../../src/workload/index.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

type Options = Omit<Parameters<typeof simulateWorkload>[0], 'topology' | 'graphs'>;

const node = (id: number, rest: object): WorkNode =>
  ({ id, name: `${id}`, dependsOn: [], ns: 1, ...rest }) as object as WorkNode;
const send = (id: number, peer: number, bytes: number, tag = id) => node(id, { kind: 'send', peer, bytes, tag });
const receive = (id: number, peer: number, bytes: number, tag = id) => node(id, { kind: 'receive', peer, bytes, tag });

/** Graphs of all NPUs from the nodes of some. */
const graphs = (npus: number, nodes: Readonly<Record<number, WorkNode[]>>): WorkGraph[] =>
  Array.from({ length: npus }, (_, npu) => ({ nodes: nodes[npu] ?? [] }));

const warned = (topology: string, given: WorkGraph[], options: Options = {}) =>
  simulateWorkload({ topology, graphs: given, ...options }).warnings.filter(({ code }) => code.startsWith('below-'));

describe('messages from NPU to NPU', () => {
  const RING = 'ring(4, 1 GB/s, 100 ns)';

  test('of one NPU go one after the other, as over a link', () => {
    const after = { ...send(2, 1, 1000), dependsOn: [1] };
    const inTurn = graphs(4, { 0: [send(1, 1, 1000), after], 1: [receive(1, 0, 1000), receive(2, 0, 1000)] });
    expect(warned(RING, inTurn)).toEqual([]);
  });

  test('0 to 2 and 1 to 2 share the second link', () => {
    const shared = graphs(4, {
      0: [send(1, 2, 1000)],
      1: [send(2, 2, 1000)],
      2: [receive(1, 0, 1000), receive(2, 1, 1000)],
    });
    // Over after 2 x 100 + 1000 ns; the shorter way has 100 ns of latency, so the link needs 2100 ns.
    const [warning, ...others] = warned(RING, shared);
    expect(warning?.code).toBe('below-link-bound');
    expect(warning?.data).toEqual({
      ...{ link: 'dimension 0: NPU 1 -> NPU 2', startNs: 0, endNs: 1200 },
      ...{ occupiedNs: 2000, latencyNs: 100, links: 1 },
    });
    expect(others).toEqual([]);
    // With queues one of them waits: nothing to warn of.
    expect(warned(RING, shared, { network: 'congestion-aware' })).toEqual([]);
  });

  test('a message that pays for the fast dimension only', () => {
    // 0 to 3 goes along both; charged are 1000 bytes at 10 GB/s, while dimension 1 needs 1000 ns.
    const diagonal = graphs(4, { 0: [send(1, 3, 1000)], 3: [receive(1, 0, 1000)] });
    expect(warned('ring(2, 10 GB/s, 0 ns) x ring(2, 1 GB/s, 0 ns)', diagonal)[0]?.data).toMatchObject({
      ...{ link: 'dimension 1: NPU 1 -> NPU 3', startNs: 0, endNs: 100, occupiedNs: 1000 },
    });
  });
});

describe('collectives of groups', () => {
  const all = (group: string) => ({
    nodes: [node(1, { kind: 'collective', collective: 'all-reduce', bytes: 40_000, group })],
  });

  test('four rings of two NPUs that lie across each other share the links of one ring', () => {
    const across = { a: [0, 4], b: [1, 5], c: [2, 6], d: [3, 7] };
    const given = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'].map(all);
    const options = { groups: across, splits: 1 };
    // An all-reduce over 2 ranks sends 2 messages of 20,000 bytes from each: 0 to 4 clockwise by links 0 ... 3, 4 to
    // 0 by links 4 ... 7, likewise for the others. Each link carries four groups: 4 x 2 x 20,000 ns.
    const [warning] = warned('ring(8, 1 GB/s, 0 ns)', given, options);
    expect(warning?.data).toMatchObject({ occupiedNs: 160_000, links: 8 });
    // Up and down a switch every NPU has links of its own.
    expect(warned('switch(8, 1 GB/s, 0 ns)', given, options)).toEqual([]);
  });

  test('neighbours have their link for themselves', () => {
    const given = ['a', 'a', 'b', 'b'].map(all);
    expect(warned('ring(4, 1 GB/s, 0 ns)', given, { groups: { a: [0, 1], b: [2, 3] }, splits: 1 })).toEqual([]);
  });
});

describe('collectives given as graphs', () => {
  const collective = (bytes: number) => ({ nodes: [node(1, { kind: 'collective', collective: 'all-gather', bytes })] });
  /** Two ranks swap some messages of 1000 bytes, all at once. */
  const swap = (count: number): WorkGraph[] =>
    [0, 1].map((rank) => ({
      nodes: Array.from({ length: count }, (_, i) => [
        send(2 * i, 1 - rank, 1000, i),
        receive(2 * i + 1, 1 - rank, 1000, i),
      ]).flat(),
    }));
  const run = (bytes: number, count: number) =>
    simulateWorkload({
      topology: 'fully-connected(2, 1 GB/s, 0 ns)',
      graphs: collective(bytes),
      customCollectives: { 'all-gather': swap(count) },
    });

  test('are held against their links as the others are', () => {
    // Four messages of 1000 ns at once over one link, over after 1000.
    const { timeNs, warnings } = run(4000, 4);
    expect(timeNs).toBe(1000);
    expect(warnings).toMatchObject([{ code: 'below-plan-bound', data: { timeNs: 1000, planNs: 4000 } }]);
    expect(run(1000, 1).warnings).toEqual([]);
  });

  test('made for another size', () => {
    // 2 ranks send 1000 each. For 999 a rank they send 2 x 1 x 999 at most; for 2001 at least 4002, of which 2000 is less than half.
    expect(run(999, 1).warnings).toMatchObject([{ code: 'inflated-bytes', data: { sent: 2000, most: 1998 } }]);
    expect(run(2001, 1).warnings).toMatchObject([{ code: 'too-few-bytes', data: { sent: 2000, least: 4002 } }]);
    expect(run(2000, 1).warnings).toEqual([]);
  });
});
