import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SymmetricCollective } from '../../src/collectives/collective.js';
import { countReducing, reduces, sentBytes, type TokenProgram } from '../../src/collectives/token-program.js';
import { phaseDuration } from '../../src/engine/phase/phase-duration.js';
import type { AlgorithmName } from '../../src/index.js';
import { addressOf } from '../../src/topology/address.js';
import { type Dimension, hops, messageDelay } from '../../src/topology/dimension.js';
import {
  type AlgorithmFamily,
  bandwidths,
  byteCounts,
  COLLECTIVES,
  dimensions,
  FAMILIES,
} from '../support/arbitraries.js';
import { bytesSent } from '../support/closed-forms.js';
import { Contributions } from '../support/contributions.js';
import { phaseOf, programOf } from '../support/phases.js';
import { type Message, type Replay, replay, senderTo } from '../support/replay.js';

interface Case {
  readonly family: AlgorithmFamily;
  readonly name: AlgorithmName;
  readonly collective: SymmetricCollective;
  readonly ranks: number;
}

const MOST_RANKS = 16;

/** Every algorithm, collective and number of ranks up to sixteen. */
const CASES: readonly Case[] = FAMILIES.flatMap((family) =>
  COLLECTIVES.filter((collective) => family !== 'halving-doubling' || collective !== 'all-to-all').flatMap(
    (collective) =>
      range(2, MOST_RANKS)
        .filter((ranks) => family !== 'halving-doubling' || Number.isInteger(Math.log2(ranks)))
        .flatMap((ranks) => namesOf(family, ranks).map((name) => ({ family, name, collective, ranks }))),
  ),
);

function namesOf(family: AlgorithmFamily, ranks: number): AlgorithmName[] {
  if (family !== 'windowed-direct') return [family];
  // Every window where that is quick, else those at both ends and in the middle.
  const windows = ranks <= 10 ? range(1, ranks) : [1, 2, 3, Math.floor(ranks / 2), ranks - 2, ranks - 1];
  return windows.map((window): AlgorithmName => `direct:${window}`);
}

/** Time that depends on the distance only, as in every network here: all ranks stay in step. */
const COSTS = {
  delay: (_from: number, _to: number, bytes: number) => 100 + bytes,
  endpoint: 10,
  reduction: (bytes: number) => 3 * bytes,
};

/** What has to hold for every program, however its messages are timed. */
function checkMessages(program: TokenProgram, ranks: number, { sent, received, finish }: Replay): void {
  const packets = range(0, program.sends - 1);
  for (let rank = 0; rank < ranks; rank++) {
    const own = sent[rank] as readonly Message[];
    expect(own.map(({ packet }) => packet)).toEqual(packets);
    expect(own.every(({ to }) => to !== rank && to >= 0 && to < ranks)).toBe(true);
    expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sentBytes(program));
    // As many come in, each once, from where its number says and as large as the own one of that number.
    const taken = (received[rank] as readonly Message[]).toSorted((a, b) => a.packet - b.packet);
    expect(taken.map(({ packet, from, bytes }) => [packet, from, bytes])).toEqual(
      packets.map((packet) => [packet, senderTo(program, ranks, rank, packet), own[packet]?.bytes]),
    );
  }
  expect(new Set(finish).size).toBe(1);
  expect(finish[0]).toBeGreaterThanOrEqual(0);
}

/** What each rank has to hold at the end. */
function checkOutcome({ collective, ranks }: Case, data: Contributions): void {
  const everyRank = range(0, ranks - 1);
  for (const rank of everyRank) {
    switch (collective) {
      case 'reduce-scatter':
        expect(data.blocks(rank)).toEqual([rank]);
        expect(data.reduced(rank)).toEqual([rank]);
        break;
      case 'all-reduce':
        expect(data.reduced(rank)).toEqual(everyRank);
        break;
      case 'all-gather':
        expect(data.blocks(rank)).toEqual(everyRank);
        break;
      case 'all-to-all': {
        const mine = data.blocks(rank).filter((item) => item % ranks === rank);
        expect(mine).toEqual(everyRank.map((origin) => origin * ranks + rank));
      }
    }
  }
}

describe('every rank ends with every contribution exactly once', () => {
  // 2n bytes per block: nothing is truncated, not even at the turn of halving-doubling.
  const bytesFor = (ranks: number) => 2 * ranks * ranks;

  test.each(FAMILIES)('%s, in packets as large as the blocks they carry', (family) => {
    for (const each of CASES.filter((one) => one.family === family)) {
      const { name, collective, ranks } = each;
      const program = programOf(name, collective, ranks, bytesFor(ranks));
      const data = new Contributions(name, collective, ranks);
      const played = replay(program, ranks, COSTS, data);
      checkMessages(program, ranks, played);
      checkOutcome(each, data);
      const block = collective === 'all-gather' ? bytesFor(ranks) : bytesFor(ranks) / ranks;
      const sizes = played.sent.flat().map((message) => [message.bytes, data.blocksIn(message) * block]);
      expect(sizes.filter(([bytes, expected]) => bytes !== expected)).toEqual([]);
    }
  });

  test('also when some distances take much longer than others', () => {
    const slow = fc.array(fc.nat(500), { minLength: MOST_RANKS, maxLength: MOST_RANKS });
    fc.assert(
      fc.property(fc.constantFrom(...CASES), slow, fc.nat(20), fc.nat(20), (each, byDistance, endpoint, reduction) => {
        const { name, collective, ranks } = each;
        const program = programOf(name, collective, ranks, bytesFor(ranks));
        const data = new Contributions(name, collective, ranks);
        const played = replay(
          program,
          ranks,
          {
            // The shorter way round: then a pair that exchanges pays alike both ways.
            delay: (from, to) => 1 + (byDistance[Math.min(Math.abs(to - from), ranks - Math.abs(to - from))] as number),
            endpoint,
            reduction: () => reduction,
          },
          data,
        );
        checkMessages(program, ranks, played);
        checkOutcome(each, data);
      }),
      { numRuns: 100 },
    );
  });
});

describe('bytes sent equal the closed forms', () => {
  test.each(FAMILIES)('%s', (family) => {
    for (const { name, collective, ranks } of CASES.filter((one) => one.family === family)) {
      // At least one byte per rank, as chunking makes sure; odd sizes are truncated on the way.
      for (const bytes of [ranks, ranks + 1, 1000, 1023, 2 ** 20, 123_456_789, 2 ** 32 - 1]) {
        const program = programOf(name, collective, ranks, bytes);
        expect(sentBytes(program), `${name} ${collective} over ${ranks}`).toBe(
          bytesSent(name, collective, ranks, bytes),
        );
      }
    }
  });
});

describe('reductions', () => {
  test('are counted as they are paid', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CASES), fc.nat(200), ({ name, collective, ranks }, count) => {
        const program = programOf(name, collective, ranks, 1000);
        const one = range(0, count - 1).filter((k) => reduces(program, k)).length;
        expect(countReducing(program, count)).toBe(one);
      }),
    );
  });

  test('a ring pays for n - 1, the others never for more than they receive', () => {
    for (const { family, name, collective, ranks } of CASES) {
      const program = programOf(name, collective, ranks, 1000);
      const paid = countReducing(program, program.sends + program.window);
      if (collective === 'all-gather' || collective === 'all-to-all') expect(paid).toBe(0);
      else if (family === 'ring') expect(paid).toBe(ranks - 1);
      else expect(paid).toBeLessThanOrEqual(ranks - 1);
    }
  });
});

describe('the duration of a phase is what playing every rank takes', () => {
  const networks = fc.array(dimensions(6), { minLength: 1, maxLength: 3 });

  test('over one dimension and over all of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAMILIES),
        fc.constantFrom(...COLLECTIVES),
        networks,
        fc.nat(8),
        byteCounts(2 ** 24),
        fc.nat(30),
        bandwidths,
        (family, collective, drawn, window, size, endpoint, memoryBandwidth) => {
          const network = family === 'halving-doubling' ? drawn.map(toPowerOfTwo) : drawn;
          const ranks = network.reduce((product, { npus }) => product * npus, 1);
          fc.pre(ranks > 1 && ranks <= MOST_RANKS && (family !== 'halving-doubling' || collective !== 'all-to-all'));
          const name: AlgorithmName = family === 'windowed-direct' ? `one-direct:${window + 1}` : `one-${family}`;
          const bytes = Math.max(size, ranks);
          checkDuration(name, collective, network, bytes, { delay: endpoint, memoryBandwidth });
        },
      ),
      { numRuns: 300 },
    );
  });

  function checkDuration(
    name: AlgorithmName,
    collective: SymmetricCollective,
    network: readonly Dimension[],
    bytes: number,
    endpoint: { readonly delay: number; readonly memoryBandwidth: number },
  ) {
    const phase = phaseOf(name, collective, network, bytes);
    const { ranks } = phase.dimension;
    const played = replay(programOf(name, collective, ranks, bytes), ranks, {
      // A message is charged in the lowest dimension in which the addresses differ: derived here from the addresses.
      delay: (from, to, size) => {
        const a = addressOf(from, network);
        const b = addressOf(to, network);
        const d = a.findIndex((digit, i) => digit !== b[i]);
        const dimension = network[d] as Dimension;
        const distance = ((b[d] as number) - (a[d] as number) + dimension.npus) % dimension.npus;
        return messageDelay(dimension, hops(dimension, distance), size);
      },
      endpoint: endpoint.delay,
      reduction: (size) => 3 * Math.trunc((size / (endpoint.memoryBandwidth * 1e9)) * 1e9),
    });
    expect(new Set(played.finish)).toEqual(new Set([phaseDuration(phase, endpoint)]));
  }
});

function toPowerOfTwo(dimension: Dimension): Dimension {
  return { ...dimension, npus: 2 ** Math.floor(Math.log2(dimension.npus)) };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
