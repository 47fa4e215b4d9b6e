import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/synthesis/replay.js';
import { finishNs, inOrderOf, type TransferSchedule, type TransferTimes } from '../../src/synthesis/schedule.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import { TACCL_VARIANTS } from '../../src/synthesis/taccl/ordering.js';
import { taccl } from '../../src/synthesis/taccl/taccl.js';
import { tacos } from '../../src/synthesis/tacos/tacos.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';

/** Graphs in which a one-way ring connects all NPUs, with more links of any bandwidth at random. */
const connectedGraph: fc.Arbitrary<LinkGraph> = fc.integer({ min: 2, max: 9 }).chain((npus) => {
  const quantities = { bandwidth: fc.integer({ min: 1, max: 4 }), latency: fc.integer({ min: 0, max: 50 }) };
  const ring = fc.tuple(
    ...Array.from({ length: npus }, (_, i) =>
      fc.record({ from: fc.constant(i), to: fc.constant((i + 1) % npus), ...quantities }),
    ),
  );
  const npu = fc.integer({ min: 0, max: npus - 1 });
  const more = fc.array(
    fc.record({ from: npu, to: npu, ...quantities }).filter(({ from, to }) => from !== to),
    { maxLength: 20 },
  );
  return fc.record({
    npus: fc.constant(npus),
    devices: fc.constant(npus),
    links: fc.tuple(ring, more).map((l) => l.flat()),
  });
});

const COLLECTIVES = ['all-gather', 'reduce-scatter', 'all-reduce'] as const;

/** The plan is valid, and keeping its order is never later than the plan. */
function expectSound(schedule: TransferSchedule, graph: LinkGraph, collective: (typeof COLLECTIVES)[number]): void {
  expect(checkSchedule(schedule, graph, collective)).toEqual([]);
  const { endNs } = schedule.plan as TransferTimes;
  const played = replay(schedule, graph, { order: 'planned' });
  for (const [i, end] of played.endNs.entries()) expect(end).toBeLessThanOrEqual((endNs[i] as number) + 1e-3);
  expect(played.finishNs).toBe(finishNs(played));
  // Without an order every transfer still gets there, and in the order found it takes as long.
  const come = replay(schedule, graph, { order: 'first-come' });
  const again = replay(inOrderOf(schedule, come.hopStartNs), graph, { order: 'planned' });
  expect(again.finishNs).toBeCloseTo(come.finishNs, 6);
}

describe('TACOS on any connected graph', () => {
  it('is valid for every collective, and its replay in order never later than its plan', () => {
    fc.assert(
      fc.property(
        connectedGraph,
        fc.constantFrom(...COLLECTIVES),
        fc.record({
          bytes: fc.integer({ min: 1, max: 100_000 }),
          chunksPerNpu: fc.integer({ min: 1, max: 4 }),
          variant: fc.constantFrom('reserve', 'earlier'),
          linkUse: fc.constantFrom('until-sent', 'until-arrival'),
          draws: fc.integer({ min: 1, max: 5 }),
          seed: fc.nat(),
        }),
        (graph, collective, options) => {
          const schedule = tacos(graph, collective, options);
          expectSound(schedule, graph, collective);
          const phases = collective === 'all-reduce' ? 2 : 1;
          expect(schedule.chunk.length).toBe(phases * graph.npus * (graph.npus - 1) * options.chunksPerNpu);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('TACCL over shortest paths on any connected graph', () => {
  it('is valid in every variant', () => {
    fc.assert(
      fc.property(
        connectedGraph,
        fc.constantFrom(...COLLECTIVES),
        fc.record({
          bytes: fc.integer({ min: 1, max: 100_000 }),
          chunksPerNpu: fc.integer({ min: 1, max: 3 }),
          variant: fc.constantFrom(...TACCL_VARIANTS),
        }),
        (graph, collective, options) => expectSound(taccl(graph, collective, options), graph, collective),
      ),
      { numRuns: 200 },
    );
  });
});
