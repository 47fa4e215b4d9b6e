import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/collectives/algorithms.js';
import { finishOfRanks, timesOfSteps } from '../../src/collectives/chain.js';
import { SYMMETRIC_COLLECTIVES } from '../../src/collectives/collective.js';
import { expand } from '../../src/collectives/expand.js';
import { StepBuilder } from '../../src/collectives/step-builder.js';
import { verify } from '../../src/collectives/verify/verify.js';
import { copyNs, reductionNs } from '../../src/costs/endpoint.js';
import { readMsccl } from '../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../src/formats/msccl/write-msccl.js';
import { delayTo, everyNpu } from '../../src/topology/logical-dimension.js';
import { bandwidths, dimensions } from '../support/arbitraries.js';
import { playGiven } from '../support/given-program.js';
import { programOf } from '../support/phases.js';
import { replay } from '../support/replay.js';

const algorithmNamed = (name: string) => {
  const definition = ALGORITHMS.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`no algorithm ${name}`);
  return definition;
};

describe('an algorithm spelled out takes as long as it does in tokens', () => {
  // Window 1, where the order of packets is the order of sending.
  test.each(['ring', 'halving-doubling'] as const)('%s', (name) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SYMMETRIC_COLLECTIVES),
        fc.array(dimensions(4), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 2 ** 24 }),
        fc.nat(30),
        bandwidths,
        (collective, drawn, size, delay, memoryBandwidth) => {
          const network = drawn.map((one) => (one.npus === 3 ? { ...one, npus: 4 } : one));
          const ranks = network.reduce((product, { npus }) => product * npus, 1);
          fc.pre(ranks > 1 && ranks <= 16 && !(name === 'halving-doubling' && collective === 'all-to-all'));
          const bytes = Math.max(size, ranks);
          const endpoint = { delay, memoryBandwidth };
          const axis = everyNpu(network);
          const tokens = replay(programOf(name, collective, ranks, bytes), ranks, {
            delay: (from, to, packet) => delayTo(axis, to - from, packet),
            endpoint: delay,
            reduction: (packet) => reductionNs(endpoint, packet),
          });
          const program = expand(algorithmNamed(name), { collective, ranks, bytes });
          const played = playGiven(program, { collective, dimensions: network, endpoint });
          expect(played.finishNs).toEqual(tokens.finish);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Ranks that send each other messages in rounds, with computations, copies and reductions between; no circles. */
const programs = fc
  .record({
    ranks: fc.integer({ min: 2, max: 5 }),
    sendsEnd: fc.constantFrom('issued' as const, 'arrived' as const),
    rounds: fc.array(
      fc.record({
        from: fc.nat(),
        ahead: fc.nat(),
        bytes: fc.integer({ min: 1, max: 100_000 }),
        channel: fc.nat(2),
        local: fc.constantFrom('compute' as const, 'copy' as const, 'reduce' as const, undefined),
        chained: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ ranks, sendsEnd, rounds }) => {
    const steps = new StepBuilder({ ranks, sendsEnd });
    const last: (number | undefined)[] = [];
    const after = (rank: number, chained: boolean) => {
      const step = last[rank];
      return chained && step !== undefined ? { after: step } : {};
    };
    for (const { from: start, ahead, bytes, channel, local, chained } of rounds) {
      const from = start % ranks;
      const to = (from + 1 + (ahead % (ranks - 1))) % ranks;
      if (local !== undefined) {
        const options = { bytes, ...after(from, true) };
        if (local === 'compute') last[from] = steps.compute(from, bytes % 1000, options);
        else last[from] = steps[local](from, [], [], options);
      }
      const options = { bytes, channel: channel + 3 * bytes };
      last[from] = steps.send(from, to, [], { ...options, ...after(from, chained) });
      last[to] = steps.receive(to, from, [], { ...options, ...after(to, chained) });
    }
    return steps.build();
  });

test('without contention a program takes as long as the longest chain of its steps', () => {
  fc.assert(
    fc.property(programs, fc.nat(30), bandwidths, (program, delay, memoryBandwidth) => {
      const endpoint = { delay, memoryBandwidth };
      const network = [{ kind: 'ring', npus: program.ranks, bandwidth: 12.5, latency: 100 } as const];
      const axis = everyNpu(network);
      const times = timesOfSteps(program, {
        endpoint: delay,
        message: (from, to, bytes) => delayTo(axis, to - from, bytes),
        reduction: (bytes) => reductionNs(endpoint, bytes),
        copy: (bytes) => copyNs(endpoint, bytes),
      });
      const { finishNs } = playGiven(program, { dimensions: network, endpoint });
      expect(finishNs).toEqual([...finishOfRanks(program, times)]);
    }),
  );
});

describe('written for MSCCL and read again', () => {
  test('algorithms are what they were, and stay what they have become', () => {
    const names = ['ring', 'direct', 'double-binary-tree', 'bidirectional-ring'];
    for (const name of names) {
      for (const collective of ['all-reduce', 'reduce-scatter', 'all-gather'] as const) {
        for (const ranks of [2, 4, 8]) {
          const definition = algorithmNamed(name);
          const claimed = definition.alwaysAllReduce ? 'all-reduce' : collective;
          const program = expand(definition, { collective, ranks, bytes: ranks });
          const once = readMsccl(writeMsccl(program, { name: `${name} & co`, collective: claimed }));
          expect([once.name, once.collective]).toEqual([`${name} & co`, claimed]);
          expect(verify(once.program, claimed)).toEqual([]);
          const twice = readMsccl(writeMsccl(once.program, { collective: claimed }));
          expect(twice.program).toEqual(once.program);
        }
      }
    }
  });
});
