import { expect, test } from 'vitest';
import { type CollectiveSpec, simulateCollective } from '../../../../src/index.js';

test('a ring of 3 by hand: each of 4 messages leaves when the one before has come and been added', () => {
  const { messageTimeline = [], engine } = simulateCollective({
    ...{ collective: 'all-reduce', topology: 'ring(3, 1 GB/s, 10 ns)', size: 300, splits: 1, endpointDelay: 5 },
    ...{ localMemoryBandwidth: 'unlimited', messageTimeline: true },
  });
  // 100 bytes at 1 byte per ns and a hop of 10 ns: 110 ns; 5 ns for the end point before each.
  const own = messageTimeline.filter(({ from }) => from === 0);
  expect(own).toEqual(
    [0, 1, 2, 3].map((i) => ({
      ...{ from: 0, to: 1, bytes: 100, chunk: 0, phase: 0 },
      ...{ sentNs: 5 + i * 115, arrivedNs: 115 + i * 115 },
    })),
  );
  expect(messageTimeline.length).toBe(3 * 4);
  expect(engine.messages).toBe(3 * 4);
  expect(engine.reason).toContain('every message is recorded');
});

test.each(['congestion-unaware', 'congestion-aware'] as const)('%s: the log changes no time', (network) => {
  const spec: CollectiveSpec = {
    ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns) x switch(2, 1 GB/s, 10 ns)', size: 4096 },
    ...{ splits: 4, activeChunks: 2, network },
  };
  const { messageTimeline = [], timeNs } = simulateCollective({ ...spec, messageTimeline: true });
  expect(timeNs).toBe(simulateCollective(spec).timeNs);
  expect(simulateCollective(spec).messageTimeline).toBeUndefined();
  for (const { sentNs, arrivedNs } of messageTimeline) expect(arrivedNs).toBeGreaterThanOrEqual(sentNs + 10);
});

test('the phase engine has no messages to show', () => {
  const spec = { collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns)', size: 4096 } as const;
  expect(() => simulateCollective({ ...spec, engine: 'phase', messageTimeline: true })).toThrow(
    'every message is recorded',
  );
});
