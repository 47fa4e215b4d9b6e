import { expect, test } from 'vitest';
import { type CollectiveSpec, simulateCollective } from '../../../../src/index.js';

const DIRECT_ON_A_RING: CollectiveSpec = {
  collective: 'reduce-scatter',
  topology: [{ kind: 'ring', npus: 4, bandwidth: 1, latency: 10 }],
  size: 400,
  splits: 1,
  algorithms: 'direct',
  endpointDelay: 1,
  localMemoryBandwidth: 'unlimited',
  network: 'congestion-aware',
  linkStatistics: true,
};

test('one NPU for all: messages wait for the links of the NPUs that they pass', () => {
  const { timeNs, finishNsByNpu, dimensions, links, engine } = simulateCollective(DIRECT_ON_A_RING);
  expect(engine.reason).toBe('messages contend for links; one NPU stands for all');
  // At 1 each NPU sends 100 bytes to each of the others, those 1 and 2 ahead clockwise. The second leaves
  // at 101, is at the next NPU at 101 + 100 + 10 = 211, at its destination at 321, and is paid for at 322.
  expect(timeNs).toBe(322);
  expect(finishNsByNpu).toBeUndefined();
  // Clockwise: the first, the second, and the second of the NPU before. It waited from 1 to 101.
  const clockwise = { bytes: 300, messages: 3, busyNs: 300, waitedNs: 100, longestQueue: 1 };
  const back = { bytes: 100, messages: 1, busyNs: 100, waitedNs: 0, longestQueue: 0 };
  expect(links).toEqual(
    [0, 1, 2, 3].flatMap((npu) => [
      { dimension: 0, npu, name: '+1', ...clockwise },
      { dimension: 0, npu, name: '-1', ...back },
    ]),
  );
  expect(dimensions[0]?.links).toEqual({
    used: 8,
    bytes: 1600,
    mostBytes: 300,
    messages: 16,
    mostBusyNs: 300,
    waitedNs: 400,
    longestQueue: 1,
  });
});

test('starts over where a message comes to a link in the tick in which the link becomes free', () => {
  // Without latency the second message is at the next NPU at 201, when the link there is done with its own:
  // on one NPU that is known first, on another the message comes first and waits for 0 ns.
  const spec = { ...DIRECT_ON_A_RING, topology: [{ kind: 'ring' as const, npus: 4, bandwidth: 1, latency: 0 }] };
  const { engine, ...answer } = simulateCollective(spec);
  expect(engine.reason).toMatch(/^at 201 ns things happen at once.*every NPU is simulated$/);
  const queues = new Set(answer.links?.filter(({ name }) => name === '+1').map(({ longestQueue }) => longestQueue));
  expect(queues.size).toBeGreaterThan(0);
  expect(answer).toEqual(answerOf({ ...spec, folding: 'off' }));
});

test.each([
  ['ring', 'switch', 'one NPU stands for all'],
  ['halving-doubling', 'switch', 'one NPU stands for all'],
  ['halving-doubling', 'fully-connected', 'one NPU stands for all'],
  // Partners swap over links that lead one clockwise and the other anticlockwise.
  ['halving-doubling', 'ring', 'every NPU is simulated'],
  ['double-binary-tree', 'switch', 'every NPU is simulated'],
] as const)('%s over a %s of 8: %s', (algorithms, kind, who) => {
  const spec: CollectiveSpec = {
    ...DIRECT_ON_A_RING,
    collective: 'all-reduce',
    topology: [{ kind, npus: 8, bandwidth: 1, latency: 10 }],
    algorithms,
    size: 4096,
    splits: 3,
    activeChunks: 2,
  };
  const { engine, ...answer } = simulateCollective(spec);
  expect(engine.reason).toBe(`messages contend for links; ${who}`);
  expect(answer).toEqual(answerOf({ ...spec, folding: 'off' }));
});

test('a tree is played by its own NPUs, each of which stands for those of the other dimensions', () => {
  const spec: CollectiveSpec = {
    ...DIRECT_ON_A_RING,
    collective: 'all-reduce',
    topology: [
      { kind: 'ring', npus: 3, bandwidth: 4, latency: 10 },
      { kind: 'switch', npus: 4, bandwidth: 1, latency: 100 },
    ],
    algorithms: ['ring', 'double-binary-tree'],
    size: 12_000,
    splits: 2,
  };
  const { engine, ...answer } = simulateCollective(spec);
  expect(engine.reason).toBe('messages contend for links; 4 NPUs stand for all');
  expect(answer).toEqual(answerOf({ ...spec, folding: 'off' }));
});

test('a million NPUs with queues, but not a report for each of their links', () => {
  const spec: CollectiveSpec = {
    collective: 'all-reduce',
    topology: Array.from({ length: 4 }, (_, d) => ({ kind: 'ring', npus: 32, bandwidth: 600 / 4 ** d, latency: 500 })),
    size: 2 ** 30,
    splits: 8,
    network: 'congestion-aware',
  };
  const { dimensions } = simulateCollective(spec);
  // Each NPU uses its two links in every dimension but the last, where all-reduce goes one way.
  expect(dimensions.map(({ links }) => links?.used)).toEqual([2 ** 21, 2 ** 21, 2 ** 21, 2 ** 20]);
  const dimension = { kind: 'switch' as const, npus: 32, bandwidth: 1, latency: 500 };
  const larger = {
    ...spec,
    size: 2 ** 40,
    topology: [...(spec.topology as readonly object[]), dimension],
  } as CollectiveSpec;
  expect(() => simulateCollective({ ...larger, linkStatistics: true })).toThrow(/^linkStatistics: /);
});

function answerOf(spec: CollectiveSpec): unknown {
  const { engine: _, ...answer } = simulateCollective(spec);
  return answer;
}
