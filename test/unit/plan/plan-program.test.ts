import { expect, test } from 'vitest';
import { StepBuilder } from '../../../src/collectives/step-builder.js';
import { simulateAllGather, simulateAllReduce } from '../../../src/index.js';

const topology = 'ring(2, 1 GB/s, 5 ns)';

/** Two ranks send each other all they have, and add what they get. */
function exchange(): StepBuilder {
  const steps = new StepBuilder({ ranks: 2, blocks: 1 });
  for (const rank of [0, 1]) {
    const sent = steps.send(rank, 1 - rank, 0);
    const received = steps.receive(rank, 1 - rank, 1);
    steps.reduce(rank, 1, 0, { after: [sent, received] });
  }
  return steps;
}

test('a schedule of one message each way', () => {
  const result = simulateAllReduce({ topology, size: 100, program: exchange().build(), localMemoryBandwidth: 1 });
  // 10 before the message, 5 + 100 on its way, 10 after it, and 3 x 100 to add it.
  expect(result.timeNs).toBe(10 + 105 + 10 + 300);
  expect(result).toMatchObject({ ranks: 2, chunks: 1, bytes: 100, warnings: [] });
  expect(result.chunkPlans[0]?.phases[0]).toMatchObject({ algorithm: 'program', bytes: 100 });
  const aware = simulateAllReduce({
    ...{ topology, size: 100, program: exchange().build(), localMemoryBandwidth: 1 },
    network: 'congestion-aware',
  });
  expect(aware.timeNs).toBe(425);
});

test('that does not compute the collective is refused, unless nothing is claimed', () => {
  const steps = new StepBuilder({ ranks: 2, blocks: 1 });
  steps.send(0, 1, 0);
  steps.receive(1, 0, 0);
  const program = steps.build();
  expect(() => simulateAllReduce({ topology, size: 100, program })).toThrow(/rank 0/);
  const { warnings, timeNs } = simulateAllReduce({ topology, size: 100, program, programClaim: 'unchecked' });
  expect(warnings.map(({ code }) => code)).toEqual(['claim-not-checked']);
  expect(timeNs).toBe(10 + 105 + 10);
});

test('blocks are whole bytes', () => {
  const steps = new StepBuilder({ ranks: 2, blocks: 4 });
  for (const rank of [0, 1]) {
    const sent = steps.send(rank, 1 - rank, [0, 1, 2, 3]);
    const received = steps.receive(rank, 1 - rank, [4, 5, 6, 7]);
    steps.reduce(rank, [4, 5, 6, 7], [0, 1, 2, 3], { after: [sent, received] });
  }
  const { warnings } = simulateAllReduce({ topology, size: 5, program: steps.build() });
  expect(warnings[0]).toMatchObject({ code: 'inflated-bytes', data: { simulated: 8, asked: 5, blocks: 4 } });
});

test.each([
  [5, 'program: expected a program, as StepBuilder and readMsccl make it, got 5'],
  [{}, 'program: expected a program, as StepBuilder and readMsccl make it, got an object'],
])('%o is none', (program, message) => {
  expect(() => simulateAllGather({ topology, size: 8, program: program as never })).toThrow(message);
});

test('one for another number of ranks is refused', () => {
  const program = exchange().build();
  expect(() => simulateAllReduce({ topology: 'ring(4, 1 GB/s, 0 ns)', size: 8, program })).toThrow(
    'program: expected a schedule of 4 ranks, one per NPU, got one of 2',
  );
});
