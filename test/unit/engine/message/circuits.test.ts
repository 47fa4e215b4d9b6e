import { describe, expect, test } from 'vitest';
import { StepBuilder } from '../../../../src/collectives/step-builder.js';
import type { StepProgram } from '../../../../src/collectives/step-program.js';
import { writeMsccl } from '../../../../src/formats/index.js';
import { type CollectiveSpec, simulateAllReduce, simulateAllToAll, simulateCollective } from '../../../../src/index.js';

/** 1 byte per ns and port, 5 ns from NPU to NPU, 100 ns for a change. */
const on = (npus: number, switches: number) =>
  `circuits(${npus}, 1 GB/s, 5 ns, switches = ${switches}, reconfiguration = 100 ns)`;
const free = { splits: 1, endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;

function play(program: StepProgram, topology: CollectiveSpec['topology']) {
  const given = { program: { ...program, isSized: true } as const, programClaim: 'unchecked' } as const;
  return simulateCollective({ ...free, ...given, topology, size: 1, collective: 'all-reduce', timeline: true });
}

const builder = (ranks: number, sendsEnd: 'issued' | 'arrived' = 'arrived') =>
  new StepBuilder({ ranks, blocks: 1, paysEndpoint: false, sendsEnd });

/** One message, and its receive. */
function message(steps: StepBuilder, from: number, to: number, bytes: number, place?: number, after: number[] = []) {
  const channel = place ?? 9;
  const id = steps.send(from, to, 0, { bytes, channel, after, ...(place === undefined ? {} : { switch: place }) });
  steps.receive(to, from, 0, { bytes, channel });
  return id;
}

describe('a message', () => {
  test('sets its circuit first: 100 to set it, 40 bytes, 5 on the way', () => {
    const steps = builder(2);
    message(steps, 0, 1, 40, 0);
    const { timeNs, reconfigurations } = play(steps.build(), on(2, 1));
    expect(timeNs).toBe(145);
    expect(reconfigurations).toEqual([{ npu: 0, dimension: 0, switch: 0, to: 1, startNs: 0, endNs: 100 }]);
  });

  test('without a switch goes over all, an equal part over each', () => {
    const steps = builder(2);
    message(steps, 0, 1, 40);
    const { timeNs, reconfigurations } = play(steps.build(), on(2, 4));
    expect(timeNs).toBe(100 + 10 + 5);
    expect(reconfigurations).toHaveLength(4);
  });

  test('follows another on the same circuit when that has left: 100 + 40 + 30 + 5', () => {
    const steps = builder(2);
    message(steps, 0, 1, 40, 0);
    message(steps, 0, 1, 30, 0);
    expect(play(steps.build(), on(2, 1)).timeNs).toBe(175);
  });

  test('on another circuit waits until the one before has arrived: 145, then 100 + 30 + 5', () => {
    const steps = builder(3, 'issued');
    message(steps, 0, 1, 40, 0);
    message(steps, 0, 2, 30, 0);
    const { timeNs, reconfigurations } = play(steps.build(), on(3, 1));
    expect(timeNs).toBe(145 + 135);
    expect(reconfigurations?.map(({ to, startNs }) => [to, startNs])).toEqual([
      [1, 0],
      [2, 145],
    ]);
  });

  test('to where another arrives waits for it, and takes the end over', () => {
    const steps = builder(3);
    message(steps, 0, 2, 40, 0);
    message(steps, 1, 2, 30, 0);
    expect(play(steps.build(), on(3, 1)).timeNs).toBe(145 + 135);
    // Over two switches nobody is in the way.
    const apart = builder(3);
    message(apart, 0, 2, 40, 0);
    message(apart, 1, 2, 30, 1);
    expect(play(apart.build(), on(3, 2)).timeNs).toBe(145);
  });

  test('that came later for the same end goes later, even with the circuit in place', () => {
    const steps = builder(3, 'issued');
    message(steps, 0, 2, 40, 0);
    message(steps, 1, 2, 30, 0);
    // Comes to NPU 0's port at 120, while NPU 1 waits since 0.
    const late = steps.compute(0, 120);
    message(steps, 0, 2, 10, 0, [late]);
    // 145, then 135 for NPU 1, then the circuit once more: 100 + 10 + 5.
    expect(play(steps.build(), on(3, 1)).timeNs).toBe(145 + 135 + 115);
  });
});

describe('a change of circuits', () => {
  test('ahead of need hides behind what other switches send', () => {
    const steps = builder(3);
    const first = message(steps, 0, 1, 200, 0);
    const set = steps.reconfigure(0, 2, { switch: 1 });
    message(steps, 0, 2, 30, 1, [first, set]);
    // 100 + 200 + 5, and 35 behind that: the circuit is there since 100.
    expect(play(steps.build(), on(3, 2)).timeNs).toBe(340);
  });

  test('waits for what its port has to send, and is over at once where the circuit is there', () => {
    const steps = builder(3, 'issued');
    message(steps, 0, 1, 40, 0);
    const same = steps.reconfigure(0, 1, { switch: 0 });
    const other = steps.reconfigure(0, 2, { switch: 0, after: same });
    steps.compute(0, 7, { after: other });
    // Sent at 140 and there at 145; then another 100.
    expect(play(steps.build(), on(3, 1)).timeNs).toBe(145 + 100 + 7);
  });

  test('without a switch changes all; the step is over when the last is there', () => {
    const steps = builder(3, 'issued');
    message(steps, 0, 1, 40, 1);
    const set = steps.reconfigure(0, 2);
    steps.compute(0, 7, { after: set });
    const { timeNs, reconfigurations } = play(steps.build(), on(3, 2));
    expect(timeNs).toBe(145 + 100 + 7);
    expect(reconfigurations).toHaveLength(3);
  });

  test('takes nobody the circuit that is set for them', () => {
    const steps = builder(3);
    for (const rank of [0, 1]) for (let i = 0; i < 3; i++) message(steps, rank, 2, 10, 0);
    // Both take turns: six messages, each with a change before it.
    expect(play(steps.build(), on(3, 1)).timeNs).toBe(6 * 115);
  });
});

describe('built-in algorithms set circuits as they need them', () => {
  const at = { ...free, topology: on(4, 2), size: 400 } as const;

  test('a ring once: 100, then 6 steps of 50 ns and 5', () => {
    expect(simulateAllReduce(at).timeNs).toBe(100 + 6 * 55);
  });

  test('halving-doubling before every step with another partner: 2, 1, 1, 2', () => {
    expect(simulateAllReduce({ ...at, algorithms: 'halving-doubling' }).timeNs).toBe(300 + (100 + 50 + 50 + 100) + 20);
  });

  test('direct for every peer', () => {
    expect(simulateAllToAll({ ...at, algorithms: 'direct' }).timeNs).toBe(3 * (100 + 50 + 5));
  });

  test('what ports did', () => {
    const { links, dimensions, bounds, timeNs } = simulateAllReduce({ ...at, linkStatistics: true });
    expect(links).toHaveLength(8);
    expect(links?.[1]).toEqual({
      ...{ dimension: 0, npu: 0, name: 'switch 1', bytes: 300, messages: 6, busyNs: 300 },
      ...{ waitedNs: 100, longestQueue: 1, reconfigurations: 1, reconfiguringNs: 100 },
    });
    expect(dimensions[0]?.links).toMatchObject({ used: 8, reconfigurations: 8, mostReconfiguringNs: 100 });
    // As if circuits were always there.
    expect(bounds.planNs).toBe(timeNs - 100);
  });

  test('several dimensions: each pays for its own', () => {
    const topology = `${on(2, 1)} x ring(2, 1 GB/s, 5 ns) x ${on(2, 2)}`;
    // Up and down: 200 bytes twice in the first, 100 twice in the second, 50 of 100 twice in the third, at twice the speed.
    expect(simulateAllReduce({ ...free, topology, size: 400 }).timeNs).toBe(100 + 2 * 205 + 2 * 105 + 100 + 2 * 30);
  });

  test('with requests, too', () => {
    // A request of 8,192 bytes over two switches before each of six messages, on circuits of its own.
    expect(simulateAllReduce({ ...at, rendezvous: true }).timeNs).toBeGreaterThan(6 * 4096);
  });
});

describe('what does not fit is refused', () => {
  const ring = 'ring(3, 1 GB/s, 5 ns)';
  const changing = builder(3);
  changing.reconfigure(0, 1, { switch: 0 });
  const program = changing.build();

  test.each<[string, StepProgram, string, RegExp]>([
    ['no circuits', program, ring, /^program: expected no step that sets circuits/],
    [
      'a switch that is not there',
      messageOn(2),
      on(3, 2),
      /rank 0, step 0 \(send to rank 1\): expected a switch from 0/,
    ],
    ['another dimension', program, `ring(3, 1 GB/s, 5 ns) x ${on(1, 2)}`, /to rank 1\): expected a peer along a dim/],
    [
      'fixed ways',
      { ...messageOn(0), route: { first: Int32Array.of(0, 1, 1), links: Int32Array.of(0) } },
      on(3, 2),
      /^program.route: expected none: on circuits steps name switches/,
    ],
  ])('%s', (_, bad, topology, message) => {
    expect(() => play(bad, topology)).toThrow(message);
  });

  test('a network that knows no contention', () => {
    expect(() => simulateAllReduce({ topology: on(4, 2), size: 400, network: 'congestion-unaware' })).toThrow(
      'network: expected congestion-aware, because messages wait while circuits are set, got "congestion-unaware"',
    );
  });

  test('dimensions that lack something, or have too much', () => {
    const issues = (topology: unknown) => {
      try {
        simulateAllReduce({ topology: topology as string, size: 400 });
      } catch (error) {
        return (error as { issues: { path: string }[] }).issues.map(({ path }) => path);
      }
      return [];
    };
    const whole = { kind: 'circuits', npus: 4, bandwidth: 1, latency: 5, switches: 2, reconfiguration: 100 };
    expect(issues([whole])).toEqual([]);
    expect(issues([{ ...whole, switches: 0, reconfiguration: 0.5 }])).toEqual([
      'topology[0].switches',
      'topology[0].reconfiguration',
    ]);
    expect(issues('circuits(4, 1 GB/s, 5 ns)')).toEqual(['topology[0].switches', 'topology[0].reconfiguration']);
    expect(issues('ring(4, 1 GB/s, 5 ns, switches = 2)')).toEqual(['topology[0].switches']);
    expect(issues('circuits(4, 1 GB/s, switches = 2)')).toEqual(['topology[0]']);
  });

  test('in the builder', () => {
    const steps = builder(2);
    steps.reconfigure(0, 0);
    steps.reconfigure(0, 2);
    steps.send(0, 1, 0, { switch: -1 });
    steps.receive(1, 0, 0, { switch: 0 });
    expect(() => steps.build()).toThrow(
      /step 0 \(reconfigure, rank 0\): expected another rank.*\n.*a peer from 0 to 1.*\n.*a switch, a whole number.*\n.*no switch, except on a send/,
    );
  });

  test('in a file that has no word for it', () => {
    expect(() => writeMsccl(program, { collective: undefined })).toThrow(/program: expected no step that sets/);
  });
});

function messageOn(place: number): StepProgram {
  const steps = builder(3);
  message(steps, 0, 1, 1, place);
  return steps.build();
}
