import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlgorithmName, type CollectiveSpec, type DimensionSpec, simulateCollective } from '../../src/index.js';
import type { PhaseReport } from '../../src/report/result.js';
import { addressOf } from '../../src/topology/address.js';
import { specs } from '../support/arbitraries.js';
import { bytesSent } from '../support/closed-forms.js';
import { programOf } from '../support/phases.js';
import { phasesOf } from '../support/phases-of.js';
import { receiverOf } from '../support/replay.js';

const networkOf = ({ topology }: CollectiveSpec) =>
  topology as readonly (DimensionSpec & { bandwidth: number; latency: number })[];

describe('bytes of a result', () => {
  test('per dimension: the closed forms, times the chunks', () => {
    fc.assert(
      fc.property(specs({ flat: false }), (spec) => {
        const network = networkOf(spec);
        const result = simulateCollective(spec);
        const { chunks, dimensions } = result;
        const phases = phasesOf(result);
        const expected = network.map(() => 0);
        for (const { algorithm, collective, dimension, bytes } of phases) {
          const n = (network[dimension] as DimensionSpec).npus;
          expected[dimension] =
            (expected[dimension] as number) + chunks * bytesSent(algorithm as AlgorithmName, collective, n, bytes);
        }
        expect(dimensions.map(({ bytesSentPerNpu }) => bytesSentPerNpu)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('of a flat algorithm: each message in the lowest dimension in which the addresses differ', () => {
    const flat = specs({ npus: 16, npusPerDimension: 4 }).filter(({ algorithms }) =>
      `${algorithms}`.startsWith('one-'),
    );
    fc.assert(
      fc.property(flat, fc.nat(), (spec, who) => {
        const network = networkOf(spec);
        const result = simulateCollective(spec);
        const { npus, chunks, dimensions } = result;
        const [{ algorithm, collective, bytes }] = phasesOf(result) as [PhaseReport];
        const program = programOf(algorithm as AlgorithmName, collective, npus, bytes);
        const rank = who % npus;
        const from = addressOf(rank, network);
        const expected = network.map(() => 0);
        for (let k = 0; k < program.sends; k++) {
          const to = addressOf(receiverOf(program, npus, rank, k), network);
          const d = from.findIndex((digit, i) => digit !== to[i]);
          expected[d] = (expected[d] as number) + chunks * (program.bytes[k % program.bytes.length] as number);
        }
        expect(dimensions.map(({ bytesSentPerNpu }) => bytesSentPerNpu)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('sum up to the wire time and utilisation; the bottleneck is the longest wire', () => {
    fc.assert(
      fc.property(specs(), (spec) => {
        const { dimensions, bottleneck, timeNs } = simulateCollective(spec);
        const wires = dimensions.map(({ wireNs }) => wireNs);
        expect(wires).toEqual(
          dimensions.map(({ bytesSentPerNpu }, d) => bytesSentPerNpu / (networkOf(spec)[d]?.bandwidth as number)),
        );
        expect(wires[bottleneck]).toBe(Math.max(...wires));
        expect(dimensions.map(({ utilisation }) => utilisation)).toEqual(
          wires.map((wireNs) => (timeNs === 0 ? 0 : wireNs / timeNs)),
        );
      }),
    );
  });

  test('every chunk is as large as the next, none smaller than a byte per NPU', () => {
    fc.assert(
      fc.property(specs(), (spec) => {
        const { chunks, chunkPlans, npus, bytes, collective } = simulateCollective(spec);
        const chunkBytes = chunkPlans[0]?.bytes ?? 0;
        const { splits = 4 } = spec;
        expect(chunks * chunkBytes).toBeGreaterThanOrEqual(bytes);
        expect(chunks).toBeGreaterThanOrEqual(splits);
        if (collective !== 'all-gather') expect(chunkBytes).toBeGreaterThanOrEqual(npus);
        // One chunk fewer would not be enough, unless chunks were inflated to a byte per NPU.
        if (chunkBytes !== npus) expect((chunks - 1) * chunkBytes).toBeLessThan(bytes);
      }),
    );
  });
});
