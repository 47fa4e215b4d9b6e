import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlgorithmName } from '../../../../src/collectives/algorithms.js';
import type { Collective } from '../../../../src/collectives/collective.js';
import { reductionNs } from '../../../../src/costs/endpoint.js';
import { phaseDuration } from '../../../../src/engine/phase/phase-duration.js';
import { messageDelay } from '../../../../src/topology/dimension.js';
import type { DimensionKind } from '../../../../src/topology/kinds.js';
import { bandwidths, byteCounts, KINDS, latencies } from '../../../support/arbitraries.js';
import { dimensionOf, phaseOf } from '../../../support/phases.js';

// 1 byte per ns and 10 ns per hop; end points take 10 ns, memory moves 2 bytes per ns. A
// message of 100 bytes over one hop so takes D = 110 and its reduction R = 3 * 50 = 150.
const ENDPOINT = { delay: 10, memoryBandwidth: 2 };

function lasts(
  name: AlgorithmName,
  collective: Collective,
  kind: DimensionKind,
  npus: number,
  bytes: number,
  endpoint = ENDPOINT,
): number {
  return phaseDuration(phaseOf(name, collective, [dimensionOf(kind, npus)], bytes), endpoint);
}

describe('ring', () => {
  test('over 4, 100 bytes per message', () => {
    // e + 3 (D + e + R) + 3 (D + e) = 10 + 3 * 270 + 3 * 120.
    expect(lasts('ring', 'all-reduce', 'ring', 4, 400)).toBe(1180);
    // e + 3 (D + e + R); e + 3 (D + e).
    expect(lasts('ring', 'reduce-scatter', 'ring', 4, 400)).toBe(820);
    expect(lasts('ring', 'all-gather', 'ring', 4, 100)).toBe(370);
    // 6 messages: e + 6 (D + e).
    expect(lasts('ring', 'all-to-all', 'ring', 4, 400)).toBe(730);
    // A switch is two hops: D = 120.
    expect(lasts('ring', 'all-gather', 'switch', 4, 100)).toBe(400);
  });

  test('for any numbers: the closed forms of docs/model.md, section 4', () => {
    const ranks = fc.integer({ min: 2, max: 200 });
    fc.assert(
      fc.property(
        fc.record({ kind: fc.constantFrom(...KINDS), npus: ranks, bandwidth: bandwidths, latency: latencies }),
        byteCounts(),
        fc.nat(50),
        bandwidths,
        (dimension, bytes, e, memoryBandwidth) => {
          const n = dimension.npus;
          const times = (size: number) => ({
            D: messageDelay(dimension, dimension.kind === 'switch' ? 2 : 1, size),
            R: 3 * Math.trunc((size / (memoryBandwidth * 1e9)) * 1e9),
          });
          const share = times(Math.floor(bytes / n));
          const whole = times(bytes);
          const duration = (collective: Collective) =>
            phaseDuration(phaseOf('ring', collective, [dimension], bytes), { delay: e, memoryBandwidth });
          expect(duration('all-reduce')).toBe(e + (n - 1) * (share.D + e + share.R) + (n - 1) * (share.D + e));
          expect(duration('reduce-scatter')).toBe(e + (n - 1) * (share.D + e + share.R));
          expect(duration('all-gather')).toBe(e + (n - 1) * (whole.D + e));
          expect(duration('all-to-all')).toBe(e + ((n * (n - 1)) / 2) * (share.D + e));
        },
      ),
    );
  });

  test('over all of 2 x 3 NPUs: every message pays for dimension 0 only', () => {
    const slow = dimensionOf('switch', 3, 0.001, 5000);
    // Six ranks of 100 bytes: e + 5 (D + e + R).
    const flat = phaseOf('one-ring', 'reduce-scatter', [dimensionOf('ring', 2), slow], 600);
    expect(phaseDuration(flat, ENDPOINT)).toBe(10 + 5 * 270);
  });
});

describe('halving-doubling', () => {
  test('over 4, fully connected', () => {
    // 200 bytes, then 100 (reduced first: R = 150), then 100, then 200; e before each and at the end.
    expect(lasts('halving-doubling', 'all-reduce', 'fully-connected', 4, 400)).toBe(
      5 * 10 + 210 + 150 + 110 + 110 + 210,
    );
    expect(lasts('halving-doubling', 'reduce-scatter', 'fully-connected', 4, 400)).toBe(3 * 10 + 210 + 150 + 110);
    // 100 to the rank two away, then 200 to the next.
    expect(lasts('halving-doubling', 'all-gather', 'fully-connected', 4, 100)).toBe(3 * 10 + 110 + 210);
  });

  test('over 4 in a ring: the peer two away costs a hop more, once each way', () => {
    expect(lasts('halving-doubling', 'all-reduce', 'ring', 4, 400)).toBe(840 + 2 * 10);
  });

  test('over 8, truncated at the turn: 15, 7, 3, then 2, 4, 8 bytes', () => {
    // R(7) = 3 * trunc(3.5) = 9, R(3) = 3 * trunc(1.5) = 3.
    const messages = 6 * 10 + (15 + 7 + 3 + 2 + 4 + 8);
    expect(lasts('halving-doubling', 'all-reduce', 'fully-connected', 8, 31)).toBe(7 * 10 + messages + 9 + 3);
  });
});

describe('direct', () => {
  test('over 3, fully connected, all at once', () => {
    // Sent at 10, received at 120, paid for at 280.
    expect(lasts('direct', 'reduce-scatter', 'fully-connected', 3, 300)).toBe(280);
    // Then sent at 280, received at 390, paid for at 400.
    expect(lasts('direct', 'all-reduce', 'fully-connected', 3, 300)).toBe(400);
    expect(lasts('direct', 'all-gather', 'fully-connected', 3, 100)).toBe(130);
    expect(lasts('direct', 'all-to-all', 'fully-connected', 3, 300)).toBe(130);
  });

  test('over 4 in a ring: the rank two away takes a hop more', () => {
    // D = 110, 120, 110: received at 120, 120, 130, the last one paid for at 140 or, reduced, at 290.
    expect(lasts('direct', 'all-gather', 'ring', 4, 100)).toBe(140);
    expect(lasts('direct', 'reduce-scatter', 'ring', 4, 400)).toBe(290);
    // Tokens at 280, 280, 290 send on 1, 2 and 3 away: received at 390, 400, 400, paid for at 410.
    expect(lasts('direct', 'all-reduce', 'ring', 4, 400)).toBe(410);
  });

  test('a barrier holds tokens back until all have been heard', () => {
    // 20 ns per hop, no reduction: received at 130, 130, 150. Tokens of 140 wait for the one of
    // 160, which lets all three go: received at 280, 280, 300, paid for at 310.
    const slower = dimensionOf('ring', 4, 1, 20);
    const phase = phaseOf('direct', 'all-reduce', [slower], 400);
    expect(phaseDuration(phase, { delay: 10, memoryBandwidth: 1e9 })).toBe(310);
  });

  test('two at a time over 4 in a ring', () => {
    // Sent at 10 (to 1 and 2 away), received at 120 and 130. Packet 2 is free at 280 and goes 3
    // away, received at 390, paid for at 400 (not reduced: the groups alternate); packet 3 at 290.
    expect(lasts('direct:2', 'reduce-scatter', 'ring', 4, 400)).toBe(400);
  });

  test('one at a time is a chain', () => {
    // D = 110, 120, 110 and e four times; of packets 0-3 the second and the last reduce.
    expect(lasts('direct:1', 'reduce-scatter', 'ring', 4, 400)).toBe(4 * 10 + 110 + 120 + 110 + 2 * 150);
  });
});

describe('without end-point delay', () => {
  const free = { delay: 0, memoryBandwidth: 1e9 };

  test('only messages take time', () => {
    expect(lasts('ring', 'all-reduce', 'ring', 4, 400, free)).toBe(6 * 110);
    expect(lasts('halving-doubling', 'all-reduce', 'fully-connected', 4, 400, free)).toBe(210 + 110 + 110 + 210);
    expect(lasts('direct', 'all-gather', 'ring', 4, 100, free)).toBe(120);
    // Received at 110, 110, 120, which opens the barrier; on to 1, 2 and 3 away: 230, 240, 230.
    expect(lasts('direct', 'all-reduce', 'ring', 4, 400, free)).toBe(240);
  });

  test('nor latency, a message of nothing takes none', () => {
    const phase = phaseOf('halving-doubling', 'all-reduce', [dimensionOf('ring', 2, 1, 0)], 2);
    // 1 byte there; floor(1 / 2) * 2 = 0 bytes back.
    expect(phaseDuration(phase, free)).toBe(1);
  });
});

describe('a reduction', () => {
  test('is three passes over memory, each truncated', () => {
    expect(reductionNs({ delay: 0, memoryBandwidth: 2 }, 100)).toBe(150);
    // 99 / 2 = 49.5, three times 49 and not 148.
    expect(reductionNs({ delay: 0, memoryBandwidth: 2 }, 99)).toBe(147);
    expect(reductionNs({ delay: 0, memoryBandwidth: 1600 }, 1599)).toBe(0);
    expect(reductionNs({ delay: 0, memoryBandwidth: 1600 }, 1600)).toBe(3);
    expect(reductionNs({ delay: 0, memoryBandwidth: 1600 }, 0)).toBe(0);
  });

  test('is computed in seconds: 24000 / 1.6e12 * 1e9 is 14.999999999999998', () => {
    expect(24_000 / 1600).toBe(15);
    expect(reductionNs({ delay: 0, memoryBandwidth: 1600 }, 24_000)).toBe(3 * 14);
  });
});
