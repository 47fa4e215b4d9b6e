import { describe, expect, test } from 'vitest';
import { simulateWorkload, type WorkGraph, type WorkloadSpec, type WorkNode } from '../../../../src/workload/index.js';

// NPUs of these workloads do the same, until ids decide which of two events of one tick comes first. Links serve
// 1 byte per ns without latency, so a message of 10 bytes takes 10 ns per hop.

type Node = Partial<WorkNode> & { readonly kind: string };

function graph(...nodes: readonly Node[]): WorkGraph {
  const all = nodes.map((node, id) => ({ id, name: `${id}`, ns: 10, dependsOn: [], ...node }));
  return { nodes: all as unknown as WorkNode[] };
}

const needs = (...dependsOn: number[]) => ({ dependsOn });
const compute = (rest: object = {}): Node => ({ kind: 'compute', ...rest });
const send = (peer: unknown, rest: object = {}) => ({ kind: 'send', peer, bytes: 10, tag: 0, ...rest }) as Node;
const receive = (peer: unknown, rest: object = {}) => ({ kind: 'receive', peer, bytes: 10, tag: 0, ...rest }) as Node;
const collective = (name: string, rest: object): Node => ({ kind: 'collective', collective: name, ...rest }) as Node;

const ring = (npus: number) => ({ kind: 'ring', npus, bandwidth: 1, latency: 0 }) as const;
const on = (npus: number) => (step: number) => ({ stride: 1, size: npus, step });

const queues = { network: 'congestion-aware', endpointDelay: 0, splits: 1 } as const;
const noQueues = { ...queues, network: 'congestion-unaware' } as const;

/**
 * Checks that the run with folding notices a tie, and ends as that of every NPU does.
 * @param times - per NPU that has these nodes: when they end, ns.
 */
function expectTieNoticed(
  spec: WorkloadSpec,
  atNs: number,
  nodes: readonly number[],
  times: readonly number[][],
): void {
  const { engine: _, ...full } = simulateWorkload({ ...spec, nodeTimes: true, folding: 'off' });
  const { engine, ...folded } = simulateWorkload({ ...spec, nodeTimes: true });
  const ends = (full.nodeTimes ?? []).map(({ endNs }) => nodes.map((node) => endNs[node]));
  expect(ends.filter((one) => one.every((end) => end !== undefined))).toEqual(times);
  expect(folded).toEqual(full);
  expect(engine.reason).toContain(`every NPU is simulated: at ${atNs} ns things happen at once`);
}

describe('a message that comes to a link as it becomes free', () => {
  test('after the end of the occupation: elsewhere it came first, and what follows from it is later', () => {
    // At 10 ns, the message to the far corner comes to the second link of its way, which a message of that link's own
    // NPU leaves. If it starts at once, its arrival at 20 ns is before the end of the second computation, which begins
    // in that tick as well; if it has waited, ids decide. The first to finish gets the CPU.
    const graphs = [0, 1, 2, 3].map((npu) =>
      graph(
        ...[send(npu ^ 2, { cpu: true }), send(npu ^ 3), compute(), compute(needs(2))],
        ...[compute({ cpu: true, ...needs(1) }), compute({ cpu: true, ...needs(3) })],
      ),
    );
    const first = [30, 40];
    const second = [40, 30];
    expectTieNoticed({ topology: [ring(2), ring(2)], graphs, ...queues }, 20, [4, 5], [second, first, second, first]);
  });

  test('before the end of the occupation: elsewhere it starts at once, and what follows from it is earlier', () => {
    // Messages 2 back and 3 ahead come to second links at 10 ns as others leave those. At 20 ns the end of the send
    // 2 back starts one of 20 bytes on the link that the message 3 ahead of another NPU comes to.
    const to = on(6);
    const graphs = graph(
      ...[send(to(-2), { cpu: true }), receive(to(2))],
      ...[send(to(3), { cpu: true, tag: 1, bytes: 20 }), send(to(3), { tag: 2 })],
    );
    const times = [30, 30, 30, 30, 50, 50].map((end) => [end, 90]);
    expectTieNoticed({ topology: [ring(6)], graphs, ...queues }, 20, [3, 2], times);
  });
});

test('a start that another finish of the tick may bring about: its message comes to the link before or after others', () => {
  // At 10 ns an NPU's send ends, which frees the CPU, and a message comes that both other sends wait for. If the message
  // is first, the NPU's own send of 10 bytes goes ahead of the CPU's of 20; else the CPU's is first by number.
  const to = on(3);
  const graphs = graph(
    ...[send(to(-1), { cpu: true }), receive(to(1))],
    ...[send(to(1), { cpu: true, bytes: 20, ...needs(1) }), send(to(1), needs(1))],
  );
  const times = [
    [30, 40],
    [30, 40],
    [40, 20],
  ];
  expectTieNoticed({ topology: [ring(3)], graphs, ...queues }, 10, [2, 3], times);
});

describe('two collectives that begin on one NPU', () => {
  const to = on(2);

  test('with queues at links: the first to begin has the first queue', () => {
    // At 10 ns the end of the send lets one of a column begin, the message that comes one of all. Of the two queues of
    // the second dimension, the first is for the first of them, and for the third, which comes at 50 ns.
    const column = { bytes: 40, group: 'column' };
    const graphs = graph(
      ...[send(to(1)), receive(to(1)), collective('reduce-scatter', { bytes: 40, cpu: true, ...needs(1) })],
      ...[collective('all-reduce', { ...column, cpu: true, ...needs(2) }), collective('all-reduce', column)],
    );
    const groups = { column: [{ stride: 2, size: 2 }] };
    const machine = { ...queues, queuesPerDimension: 2, activeChunks: 1, decomposition: 'baseline' } as const;
    const times = [150, 130, 150, 130].map((end) => [end, 80]);
    expectTieNoticed({ topology: [ring(2), ring(2)], graphs, groups, ...machine }, 10, [3, 4], times);
  });

  test('without queues at links: one has to wait for the other', () => {
    // At 10 ns the end of the send frees the CPU for one, and the message that comes lets the NPU begin the other.
    const swap = { bytes: 20 };
    const graphs = graph(
      ...[send(to(1), { cpu: true }), receive(to(1))],
      ...[collective('all-to-all', { ...swap, ...needs(1) }), collective('all-to-all', { ...swap, cpu: true })],
    );
    const times = [
      [70, 40],
      [40, 70],
    ];
    expectTieNoticed(
      { topology: [ring(2)], graphs, ...noQueues, endpointDelay: 10, activeChunks: 1 },
      10,
      [2, 3],
      times,
    );
  });

  test('without queues at links: chunks of one overtake those that wait, if it begins before another leaves', () => {
    // At 30 ns the first chunk of the all-gather leaves, after 5 + 20 + 5 ns, and the computation ends. That comes first
    // as all NPUs are simulated: the three smaller chunks of the reduce-scatter, of 5 + 5 + 5 ns, go before the two
    // that wait. Played phase by phase the chunk leaves first, and the next of 30 ns starts.
    const graphs = graph(
      ...[send(on(4)(1)), collective('all-gather', { bytes: 60, cpu: true })],
      ...[compute({ ns: 30 }), collective('reduce-scatter', { bytes: 60, ...needs(2) })],
    );
    const machine = { ...noQueues, endpointDelay: 5, splits: 3, activeChunks: 1, algorithms: 'direct' } as const;
    const smallest = { intraDimensionScheduling: 'smallest-first' } as const;
    expectTieNoticed({ topology: [ring(4)], graphs, ...machine, ...smallest }, 30, [1, 3], Array(4).fill([135, 75]));
  });

  test('without queues at links: which chunk of the first ends last decides how much room chunks of the next find', () => {
    // The four chunks of the all-to-all end at 61 ns, the first and the last in the queue that the all-reduce enters.
    // If another is last, two of its chunks start as they enter, else one, and then the smallest of those that wait.
    const groups = { row: [{ stride: 1, size: 3 }] };
    const graphs = graph(
      collective('all-to-all', { bytes: 64, group: 'row' }),
      collective('all-reduce', { bytes: 64 }),
    );
    const machine = { ...noQueues, endpointDelay: 10, splits: 3, activeChunks: 4, queuesPerDimension: 3 } as const;
    const smallest = { intraDimensionScheduling: 'smallest-first', localMemoryBandwidth: 1600 } as const;
    const times = [309, 302, 302, 309, 302, 302, 309, 302, 302].map((end) => [61, end]);
    expectTieNoticed({ topology: [ring(3), ring(3)], graphs, groups, ...machine, ...smallest }, 61, [0, 1], times);
  });
});

test('chunks of a collective that begins enter queues in the order in which those become free', () => {
  // The two chunks of the all-to-all end at 100 ns, each in its own queue. The second to end lets the reduce-scatter
  // begin, and leaves its queue only then: chunks of the reduce-scatter start first in the other queue.
  const graphs = graph(
    collective('all-to-all', { bytes: 120, group: 'column' }),
    collective('reduce-scatter', { bytes: 120 }),
  );
  const groups = { column: [{ stride: 2, size: 3 }] };
  const machine = { ...queues, endpointDelay: 10, splits: 2, queuesPerDimension: 2, activeChunks: 1 };
  const times = [230, 230, 230, 230, 220, 220].map((end) => [100, end]);
  expectTieNoticed({ topology: [ring(2), ring(3)], graphs, groups, ...machine }, 100, [0, 1], times);
});

test('what follows a collective descends from the chunk that ends last, and that may be another elsewhere', () => {
  // Chunks of the first all-to-all end at 70 ns, each in its own queue; one of the second then starts there. A send
  // that follows the collective by 10 ns comes to a link in the tick of a chunk's first message, which pays 10 ns.
  const to = on(3);
  const graphs = graph(
    ...[collective('all-to-all', { bytes: 60, cpu: true }), collective('all-to-all', { bytes: 60 })],
    ...[compute(needs(0)), send(to(-1), { cpu: true, ...needs(2) }), receive(to(1))],
  );
  const machine = { ...queues, endpointDelay: 10, splits: 2, queuesPerDimension: 2, activeChunks: 1 };
  const times = [
    [70, 150, 90, 100],
    [70, 140, 100, 100],
    [70, 140, 100, 90],
  ];
  expectTieNoticed({ topology: [ring(3)], graphs, ...machine }, 80, [0, 1, 3, 4], times);
});

describe('a channel', () => {
  const inOrder = [20, 30];
  const swapped = [30, 20];

  test.each([
    ['with', queues],
    ['without', noQueues],
  ])('for which two receives are posted, %s queues at links: the first gets the first message', (_, machine) => {
    // At 10 ns the end of the send to the next posts one, and the message from the one before another.
    const to = on(3);
    const graphs = graph(
      ...[receive(to(-1)), send(to(1)), send(to(2)), receive(to(1), needs(1))],
      ...[send(to(2)), receive(to(1), needs(0))],
    );
    const times = [inOrder, swapped, swapped];
    expectTieNoticed({ topology: [ring(3)], graphs, ...machine }, 10, [3, 5], times);
  });

  test('to which a message comes, and ends a receive that posts another, as a send posts one too', () => {
    const to = on(2);
    const graphs = graph(
      ...[send(to(1)), receive(to(1)), send(to(1)), receive(to(1), needs(0))],
      ...[receive(to(1), needs(1)), send(to(1))],
    );
    expectTieNoticed({ topology: [ring(2)], graphs, ...queues }, 10, [3, 4], [inOrder, swapped]);
  });

  test('to which a message comes for a receive posted in this tick: another post may have been first', () => {
    // Of each three NPUs, the first sends to the last of the other three, and lets the second send to it as well. Both
    // messages come at 20 ns, that of the second first: it posts a receive, which gets the other message. A
    // computation that ends posts a receive for this channel too: before both or after both.
    const graphs = [0, 3].flatMap((first) => {
      const far = 5 - first;
      return [
        graph(send(first + 1, { cpu: true, tag: 1 }), compute(), send(far, needs(1)), send(far, needs(2))),
        graph(receive(first, { tag: 1 }), send(far, { tag: 2, ...needs(0) })),
        graph(
          ...[receive(4 - first, { tag: 2 }), receive(3 - first, needs(0))],
          ...[compute(), compute(needs(2)), receive(3 - first, needs(3))],
        ),
      ];
    });
    const topology = [{ kind: 'fully-connected', npus: 6, bandwidth: 1, latency: 0 }] as const;
    expectTieNoticed({ topology, graphs, ...queues }, 20, [1, 4], [swapped, inOrder]);
  });
});
