import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CIRCUIT_ALGORITHMS } from '../../src/cluster/circuits/steps.js';
import {
  type CircuitOptions,
  type CircuitTimes,
  circuitProgram,
  circuitSteps,
  playCircuits,
  scheduleCircuits,
} from '../../src/cluster/index.js';
import { ROOTED_COLLECTIVES, SYMMETRIC_COLLECTIVES } from '../../src/collectives/collective.js';
import { verify } from '../../src/collectives/verify/verify.js';
import { simulateCollective } from '../../src/simulate.js';

const options: fc.Arbitrary<CircuitOptions> = fc.record({
  steps: fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 200 }), circuit: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  switches: fc.integer({ min: 1, max: 3 }),
  bandwidth: fc.integer({ min: 1, max: 5 }),
  latency: fc.integer({ min: 0, max: 20 }),
  reconfiguration: fc.integer({ min: 0, max: 100 }),
});

const exact = (asked: CircuitOptions) => scheduleCircuits({ ...asked, search: 'exact' });
const above = (ns: number) => ns * (1 + 1e-9);

/** Holds a timeline against the rules of the machine, which know nothing of how it was found. */
function checkTimeline(asked: CircuitOptions, { timeNs, transfers }: CircuitTimes): void {
  const near = 1e-6 * timeNs;
  const latency = Number(asked.latency);
  const ends = asked.steps.map((_, s) => Math.max(...transfers.filter(({ step }) => step === s).map((t) => t.endNs)));
  asked.steps.forEach(({ bytes }, s) => {
    const sent = transfers.filter(({ step }) => step === s).reduce((sum, t) => sum + t.bytes, 0);
    expect(Math.abs(sent - Number(bytes))).toBeLessThanOrEqual(near * Number(asked.bandwidth));
  });
  for (let place = 0; place < asked.switches; place++) {
    let free = 0;
    let held: number | undefined;
    for (const transfer of transfers.filter((t) => t.switch === place)) {
      const { circuit } = asked.steps[transfer.step] as { circuit: number };
      const ready = circuit === held ? free : free + Number(asked.reconfiguration);
      expect(transfer.startNs).toBeGreaterThanOrEqual(ready - near);
      expect(transfer.startNs).toBeGreaterThanOrEqual((ends[transfer.step - 1] ?? 0) - near);
      const sending = transfer.bytes / Number(asked.bandwidth);
      expect(Math.abs(transfer.endNs - transfer.startNs - latency - sending)).toBeLessThanOrEqual(near);
      expect('reconfigureNs' in transfer).toBe(circuit !== held);
      free = transfer.endNs;
      held = circuit;
    }
  }
  expect(Math.abs((ends.at(-1) ?? 0) - timeNs)).toBeLessThanOrEqual(near);
}

describe('laws of circuit schedules', () => {
  test('ideal <= exact <= local search <= greedy, and local search <= naive', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const best = exact(asked);
        const local = scheduleCircuits(asked);
        expect(best.quality.kind).toBe('optimal');
        expect(best.idealNs).toBeLessThanOrEqual(above(best.timeNs));
        expect(best.timeNs).toBeLessThanOrEqual(above(local.timeNs));
        expect(local.timeNs).toBeLessThanOrEqual(above(scheduleCircuits({ ...asked, search: 'greedy' }).timeNs));
        expect(local.timeNs).toBeLessThanOrEqual(above(local.naiveNs));
        if (best.oneShotNs !== undefined) expect(local.timeNs).toBeLessThanOrEqual(above(best.oneShotNs));
      }),
    );
  });

  test('every timeline obeys the rules', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const best = exact(asked);
        checkTimeline(asked, best);
        const local = scheduleCircuits(asked);
        checkTimeline(asked, local);
        expect(playCircuits(asked, local.plan).timeNs).toBe(local.timeNs);
      }),
      { numRuns: 300 },
    );
  });

  test('no plan at all beats the exact search', () => {
    const plans = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(options, plans, (asked, sets) => {
        const lists = asked.steps.map((_, i) => {
          const list = [0, 1, 2].filter((place) => place < asked.switches && (sets[i] as number) & (1 << place));
          return list.length === 0 ? [0] : list;
        });
        expect(exact(asked).timeNs).toBeLessThanOrEqual(above(playCircuits(asked, lists).timeNs));
      }),
    );
  });

  test('one more switch, more bandwidth or faster changes are never slower', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const { timeNs } = exact(asked);
        expect(exact({ ...asked, switches: asked.switches + 1 }).timeNs).toBeLessThanOrEqual(above(timeNs));
        expect(exact({ ...asked, bandwidth: Number(asked.bandwidth) * 1.5 }).timeNs).toBeLessThanOrEqual(above(timeNs));
        const reconfiguration = Number(asked.reconfiguration) / 2;
        expect(exact({ ...asked, reconfiguration }).timeNs).toBeLessThanOrEqual(above(timeNs));
      }),
      { numRuns: 50 },
    );
  });

  test('changes that take no time make the optimum ideal', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const { timeNs, idealNs } = exact({ ...asked, reconfiguration: 0 });
        expect(Math.abs(timeNs - idealNs)).toBeLessThanOrEqual(1e-9 * idealNs);
      }),
    );
  });

  test('twice the bytes, latency and change take twice as long; other names for circuits change nothing', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const doubled = {
          ...asked,
          steps: asked.steps.map(({ bytes, circuit }) => ({ bytes: 2 * Number(bytes), circuit: 10 - circuit })),
          latency: 2 * Number(asked.latency),
          reconfiguration: 2 * Number(asked.reconfiguration),
        };
        const ratio = exact(doubled).timeNs / exact(asked).timeNs;
        expect(ratio).toBeCloseTo(2, 8);
      }),
    );
  });
});

describe('laws of circuits that are played', () => {
  const circuits = fc.record({
    kind: fc.constant('circuits' as const),
    npus: fc.constantFrom(2, 4, 8),
    switches: fc.integer({ min: 1, max: 3 }),
    bandwidth: fc.integer({ min: 1, max: 50 }),
    latency: fc.integer({ min: 0, max: 1000 }),
    reconfiguration: fc.integer({ min: 0, max: 10_000 }),
  });
  const wires = fc.record({
    kind: fc.constantFrom('ring' as const, 'switch' as const),
    npus: fc.constantFrom(2, 3),
    bandwidth: fc.integer({ min: 1, max: 50 }),
    latency: fc.integer({ min: 0, max: 1000 }),
  });
  const sizes = {
    topology: fc.tuple(fc.oneof(circuits, wires), circuits),
    size: fc.integer({ min: 1, max: 1e6 }),
    splits: fc.integer({ min: 1, max: 4 }),
    activeChunks: fc.integer({ min: 1, max: 3 }),
  };
  const spec = fc.oneof(
    fc.record({
      ...sizes,
      collective: fc.constantFrom(...SYMMETRIC_COLLECTIVES),
      algorithms: fc.constantFrom(
        ...(['ring', 'direct', 'direct:2', 'bidirectional-ring', 'one-ring', 'one-direct'] as const),
      ),
    }),
    fc.record({
      ...sizes,
      collective: fc.constantFrom(...ROOTED_COLLECTIVES),
      algorithms: fc.constantFrom(...(['ring', 'tree', 'direct'] as const)),
    }),
  );

  test('any algorithm ends, not before its links allow, and a port sets one circuit at a time', () => {
    fc.assert(
      fc.property(spec, (asked) => {
        const result = simulateCollective({ ...asked, timeline: true });
        const { timeNs, bounds, reconfigurations = [], dimensions } = result;
        expect(timeNs).toBeGreaterThanOrEqual(bounds.planNs);
        expect(timeNs).toBeGreaterThanOrEqual(bounds.networkNs * (1 - 1e-9) - asked.topology.length * 1000);
        for (const { utilisation } of dimensions) expect(utilisation).toBeLessThanOrEqual(1);
        const free = new Map<string, number>();
        for (const { npu, dimension, switch: place, to, startNs, endNs } of reconfigurations) {
          // Both ends rest meanwhile.
          for (const port of [`${dimension} ${place} out ${npu}`, `${dimension} ${place} in ${to}`]) {
            expect(startNs).toBeGreaterThanOrEqual(free.get(port) ?? 0);
            free.set(port, endNs);
          }
        }
        expect(simulateCollective({ ...asked, timeline: true })).toEqual(result);
      }),
      { numRuns: 90 },
    );
  });

  test('schedules of every search compute their collective, in the time of the model', () => {
    const asked = fc.record({
      algorithm: fc.constantFrom(...CIRCUIT_ALGORITHMS),
      npus: fc.constantFrom(2, 4, 8),
      search: fc.constantFrom('greedy' as const, 'local-search' as const, 'exact' as const),
      switches: fc.integer({ min: 1, max: 3 }),
      bytes: fc.integer({ min: 1000, max: 1e6 }),
      reconfiguration: fc.integer({ min: 0, max: 1e5 }),
    });
    fc.assert(
      fc.property(asked, ({ algorithm, npus, search, switches, bytes, reconfiguration }) => {
        const steps = circuitSteps(algorithm, npus, bytes);
        const machine = { switches, bandwidth: 1, latency: 10, reconfiguration };
        const schedule = scheduleCircuits({ ...machine, steps, search, maxNodes: 200 });
        const { program, collective } = circuitProgram(algorithm, npus, schedule);
        expect(verify(program, collective)).toEqual([]);
        const free = { endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;
        const topology = [{ kind: 'circuits', npus, ...machine }] as const;
        const { timeNs } = simulateCollective({ topology, collective, program, size: bytes, ...free });
        // Each step may end a ns early, and carry half a byte more or less.
        expect(Math.abs(timeNs - schedule.timeNs)).toBeLessThanOrEqual(2 * steps.length);
      }),
      { numRuns: 60 },
    );
  });
});
