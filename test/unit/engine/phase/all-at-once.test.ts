import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drain } from '../../../../src/base/slices.js';
import type { Collective } from '../../../../src/collectives/collective.js';
import type { TokenProgram } from '../../../../src/collectives/token-program.js';
import { allAtOnce } from '../../../../src/engine/phase/all-at-once.js';
import { barrierIsTie, phaseDuration } from '../../../../src/engine/phase/phase-duration.js';
import { playPhase } from '../../../../src/engine/phase/phase-player.js';
import { type Phase, planPhases } from '../../../../src/plan/phases.js';
import { delayIn, physicalDimension } from '../../../../src/topology/logical-dimension.js';
import { COLLECTIVES, KINDS } from '../../../support/arbitraries.js';
import { algorithmOf, dimensionOf, phaseOf } from '../../../support/phases.js';

const ENDPOINT = { delay: 10, memoryBandwidth: 2 };

describe('direct without a limit, in closed form', () => {
  test('over a ring of 5, 100 bytes per message', () => {
    // 1 and 2 hops of 10 ns, 100 ns of serialisation: d = 110, 120, 120, 110; r = 3 * 50.
    const phase = (collective: Collective) => phaseOf('direct', collective, [dimensionOf('ring', 5)], 500);
    // 2 e + 120 + r.
    expect(phaseDuration(phase('reduce-scatter'), ENDPOINT)).toBe(20 + 120 + 150);
    // f = 280, 280, 290, 290; the barrier opens at 130; T = 280.
    // Packets leave at 280, 280, 290, 290 and arrive at 390, 400, 410, 400: the last is paid for at 420.
    expect(phaseDuration(phase('all-reduce'), ENDPOINT)).toBe(420);
  });

  test('is what the player finds, ties of barriers included', () => {
    let ties = 0;
    let open = 0;
    const drawn = fc.record({
      collective: fc.constantFrom(...COLLECTIVES),
      kind: fc.constantFrom(...KINDS),
      npus: fc.integer({ min: 3, max: 40 }),
      bandwidth: fc.constantFrom(0.5, 1, 7, 50),
      latency: fc.constantFrom(0, 1, 2.5, 10, 500),
      bytes: fc.integer({ min: 1, max: 20_000 }),
      delay: fc.constantFrom(0, 1, 2, 10, 50),
      memoryBandwidth: fc.constantFrom(0.7, 2, 1600, 1e9),
    });
    fc.assert(
      fc.property(drawn, ({ collective, kind, npus, bandwidth, latency, bytes, delay, memoryBandwidth }) => {
        const phase = phaseOf('direct', collective, [{ kind, npus, bandwidth, latency }], bytes);
        const endpoint = { delay, memoryBandwidth };
        const known = allAtOnce(phase.lanes[0] as TokenProgram, delayIn(phase.dimension), endpoint);
        const played = playPhase(phase, endpoint);
        expect(known?.barrierIsTie).toBe(played.barrierIsTie);
        expect(drain(barrierIsTie(phase, endpoint))).toBe(played.barrierIsTie);
        if (played.barrierIsTie) ties++;
        else if (known?.ns !== undefined) {
          open++;
          expect(known?.ns).toBe(played.time[played.last]);
        }
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(ties, open)).toBeGreaterThan(50);
  });

  test('holds for communicator groups, whose cycles are longer', () => {
    for (const collective of COLLECTIVES) {
      for (let npus = 3; npus < 12; npus++) {
        const active = {
          dimension: physicalDimension([dimensionOf('ring', npus)], 0),
          algorithm: algorithmOf('direct'),
        };
        const [phase] = planPhases(collective, 'baseline', [active], 500, { group: true }) as [Phase];
        const played = playPhase(phase, ENDPOINT);
        const known = allAtOnce(phase.lanes[0] as TokenProgram, delayIn(phase.dimension), ENDPOINT);
        expect(known?.barrierIsTie).toBe(played.barrierIsTie);
        if (known?.ns !== undefined) expect(known.ns).toBe(played.time[played.last]);
      }
    }
  });
});
