import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../../../src/engine/event-queue.js';
import { eventOf, indexOf, kindOf, LINK, MESSAGE, TIMER } from '../../../../src/engine/events.js';
import { LinkQueues } from '../../../../src/engine/message/link-queues.js';
import type { Dimension } from '../../../../src/topology/dimension.js';
import { edgesOf } from '../../../../src/topology/edges-of.js';
import { graphNetwork } from '../../../../src/topology/graph-network.js';
import { gridNetwork } from '../../../../src/topology/grid-network.js';
import type { Network } from '../../../../src/topology/network.js';
import { pathDelay } from '../../../../src/topology/path.js';
import { pathDelay as gridDelay } from '../../../../src/topology/path-delay.js';
import { bandwidths, latencies } from '../../../support/arbitraries.js';
import { dimensionOf } from '../../../support/phases.js';

interface Message {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

interface Links {
  send(id: number, from: number, to: number, bytes: number): void;
  forward(id: number): boolean;
  release(link: number): void;
  isQuiet(): boolean;
}

/** Plays messages; when each arrived, in order of arrival. */
function play(queue: EventQueue, links: Links, messages: readonly Message[]): [id: number, ns: number][] {
  const arrivals: [number, number][] = [];
  for (const [id, { at }] of messages.entries()) queue.schedule(at, eventOf(TIMER, id));
  for (let event = queue.take(); event !== undefined; event = queue.take()) {
    const index = indexOf(event);
    if (kindOf(event) === TIMER) {
      const { from, to, bytes } = messages[index] as Message;
      links.send(index, from, to, bytes);
    } else if (kindOf(event) === LINK) links.release(index);
    else if (kindOf(event) === MESSAGE && links.forward(index)) arrivals.push([index, queue.now]);
  }
  expect(links.isQuiet()).toBe(true);
  return arrivals;
}

const traffic = fc.array(
  fc.record({ at: fc.nat(200), from: fc.nat(), to: fc.nat(), bytes: fc.oneof(fc.nat(20), fc.nat(5000)) }),
  { minLength: 1, maxLength: 60 },
);
const networks = fc.array(
  fc.record({
    kind: fc.constantFrom('ring' as const, 'switch' as const, 'fully-connected' as const),
    npus: fc.integer({ min: 1, max: 5 }),
    bandwidth: bandwidths,
    latency: latencies,
  }),
  { minLength: 1, maxLength: 3 },
);

describe('queues of links', () => {
  test('a grid and the same wires as a graph: the same arrivals, in order, and the same links', () => {
    fc.assert(
      fc.property(networks, traffic, (dimensions, drawn) => {
        const network = gridNetwork(dimensions);
        const messages = drawn.map((message) => ({
          ...message,
          from: message.from % network.npus,
          to: message.to % network.npus,
        }));
        const queue = new EventQueue();
        const queues = new LinkQueues(network, queue);
        const arrived = play(queue, queues, messages);
        const graphQueue = new EventQueue();
        const asGraph = new LinkQueues(graphNetwork(edgesOf(network)), graphQueue);
        expect(play(graphQueue, asGraph, messages)).toEqual(arrived);
        expect(asGraph.uses()).toEqual(queues.uses());
      }),
      { numRuns: 400 },
    );
  });

  test('a link serves in the order of arrival and frees before the message is there', () => {
    // 100 bytes at 3 per ns: occupied for trunc(33.3) = 33, there after trunc(10.7 + 33.3) = 44.
    const queue = new EventQueue();
    const queues = new LinkQueues(gridNetwork([dimensionOf('ring', 4, 3, 10.7)]), queue);
    const message = { at: 0, from: 0, to: 1, bytes: 100 };
    expect(play(queue, queues, [message, { ...message, at: 5 }])).toEqual([
      [0, 44],
      [1, 77],
    ]);
    expect(queues.uses()).toEqual([
      { dimension: 0, links: 1, bytes: 200, messages: 2, busyNs: 66, waitedNs: 28, longestQueue: 1 },
    ]);
  });
});

describe('cut-through', () => {
  const arrivals = (dimensions: readonly Dimension[], messages: readonly Message[]) => {
    const queue = new EventQueue();
    return play(queue, new LinkQueues(gridNetwork(dimensions), queue, 'cut-through'), messages);
  };

  test('pays one serialisation through a switch, where store-and-forward pays two', () => {
    const dimensions = [dimensionOf('switch', 4, 2, 100)];
    const message = { at: 7, from: 0, to: 3, bytes: 1000 };
    // Head at the switch at 7 + 100; the link down starts then: 107 + 100 + 1000 / 2.
    expect(arrivals(dimensions, [message])).toEqual([[0, 707]]);
    const queue = new EventQueue();
    // 7 + 2 * (100 + 500).
    expect(play(queue, new LinkQueues(gridNetwork(dimensions), queue), [message])).toEqual([[0, 1207]]);
  });

  test('NPUs of a ring pass a message on while it arrives', () => {
    // 2 latencies of 100, once 500.
    const ring = dimensionOf('ring', 8, 2, 100);
    const message = { at: 0, from: 0, to: 2, bytes: 1000 };
    expect(arrivals([ring], [message])).toEqual([[0, 700]]);
    // Its head is at NPU 1 at 100, where another message has the link until 500: 500 + 100 after that.
    expect(arrivals([ring], [{ ...message, from: 1 }, message])).toEqual([
      [0, 600],
      [1, 500 + 600],
    ]);
  });

  test('an NPU that takes a message to another dimension has all of it first', () => {
    // From 0 to 2 along the ring, 2 * 100 + 500, and up: two links of 10, once 250.
    const dimensions = [dimensionOf('ring', 4, 2, 100), dimensionOf('switch', 2, 4, 10)];
    expect(arrivals(dimensions, [{ at: 0, from: 0, to: 6, bytes: 1000 }])).toEqual([[0, 700 + 270]]);
  });

  test('messages meet at the link down and leave it one after the other', () => {
    // Heads of both at the switch at 100. The first holds the link down 100 ... 600 and is there at 700;
    // the second holds it 600 ... 1100 and is there at 1200.
    const messages = [0, 1].map((from) => ({ at: 0, from, to: 3, bytes: 1000 }));
    expect(arrivals([dimensionOf('switch', 4, 2, 100)], messages)).toEqual([
      [0, 700],
      [1, 1200],
    ]);
  });

  /** NPU 0, switches 2, 3, ..., NPU 1 in a row; bandwidth and latency of each link there. */
  const chain = (...speeds: (readonly [bandwidth: number, latency: number])[]) => {
    const devices = [0, ...speeds.slice(1).map((_, i) => 2 + i), 1];
    const there = speeds.map(([bandwidth, latency], i) => {
      return { from: devices[i] as number, to: devices[i + 1] as number, bandwidth, latency };
    });
    const back = { from: 1, to: 0, bandwidth: 1, latency: 0 };
    return graphNetwork({ npus: 2, devices: speeds.length + 1, links: [...there, back] });
  };
  const through = (network: Network, ...sizes: number[]) => {
    const queue = new EventQueue();
    const queues = new LinkQueues(network, queue, 'cut-through');
    const messages = sizes.map((bytes) => ({ at: 0, from: 0, to: 1, bytes }));
    return { ns: play(queue, queues, messages).map(([, ns]) => ns), busyNs: queues.uses().map(({ busyNs }) => busyNs) };
  };

  test('a slower link sets its own pace', () => {
    // Head at 10; 1000 bytes at 2 per ns from then, and 30 more. The message before leaves the link at 510.
    const network = chain([10, 10], [2, 30]);
    expect(through(network, 1000)).toEqual({ ns: [540], busyNs: [100, 500] });
    // The second starts at 100, its head is there at 110 and waits until 510: 510 + 500 + 30.
    expect(through(network, 1000, 1000)).toEqual({ ns: [540, 1040], busyNs: [200, 1000] });
  });

  test('a faster link has the pace of the one before', () => {
    // The tail is at the switch at 10 + 500, and 30 later at the NPU; the link is held 10 ... 510, not 100 ns.
    const network = chain([2, 10], [10, 30]);
    expect(through(network, 1000)).toEqual({ ns: [540], busyNs: [500, 500] });
    // The second starts at 500, is at the switch from 510 to 1010, finds the link free at 510.
    expect(through(network, 1000, 1000)).toEqual({ ns: [540, 1040], busyNs: [1000, 1000] });
  });

  test('a pace lasts over switches until a slower link', () => {
    // Tails at 10 + 500 = 510, 510 + 10 = 520 and 520 + 10; by itself the third link would be done at 20 + 100 + 10.
    expect(through(chain([2, 10], [10, 10], [10, 10]), 1000).ns).toEqual([530]);
    // The third is the slowest: from its head's arrival at 20, 1000 ns and 10.
    expect(through(chain([2, 10], [10, 10], [1, 10]), 1000).ns).toEqual([1030]);
  });

  test('alone, costs what the whole route costs: its latencies and one serialisation at the slowest link', () => {
    const speeds = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(100)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(speeds, fc.nat(10_000), (drawn, bytes) => {
        const network = chain(...drawn);
        expect(through(network, bytes).ns).toEqual([pathDelay(network, 0, 1, bytes)]);
      }),
    );
  });

  test('fractions of latencies add up as without congestion', () => {
    // trunc(2 * 0.9 + 10).
    const message = { at: 0, from: 0, to: 1, bytes: 10 };
    expect(arrivals([dimensionOf('switch', 2, 1, 0.9)], [message])).toEqual([[0, 11]]);
    // The second starts at 10, and its head is at the switch at 10 + trunc(0.9), when the link is free.
    expect(arrivals([dimensionOf('switch', 2, 1, 0.9)], [message, message])).toEqual([
      [0, 11],
      [1, 21],
    ]);
  });

  test('on a grid a message alone costs the sum over dimensions, and others never make it faster', () => {
    const latency = fc.oneof(fc.nat(1000), fc.double({ min: 0, max: 1000, noNaN: true }));
    const dimension = fc
      .tuple(
        fc.constantFrom('ring' as const, 'switch' as const, 'fully-connected' as const),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0.5, max: 100, noNaN: true }),
        latency,
      )
      .map(([kind, npus, bandwidth, ns]) => dimensionOf(kind, npus, bandwidth, ns));
    const drawn = fc.record({
      dimensions: fc.array(dimension, { minLength: 1, maxLength: 3 }),
      messages: fc.array(fc.record({ at: fc.nat(3000), from: fc.nat(), to: fc.nat(), bytes: fc.nat(100_000) }), {
        minLength: 1,
        maxLength: 8,
      }),
    });
    fc.assert(
      fc.property(drawn, ({ dimensions, messages }) => {
        const npus = dimensions.reduce((product, one) => product * one.npus, 1);
        const sent = messages.map((one) => ({ ...one, from: one.from % npus, to: one.to % npus }));
        const delay = ({ from, to, bytes }: Message) => gridDelay(dimensions, from, to, bytes);
        for (const one of sent) expect(arrivals(dimensions, [one])).toEqual([[0, one.at + delay(one)]]);
        for (const [id, ns] of arrivals(dimensions, sent)) {
          const one = sent[id] as Message;
          expect(ns).toBeGreaterThanOrEqual(one.at + delay(one));
        }
      }),
    );
  });
});
