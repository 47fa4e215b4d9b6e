import { describe, expect, test } from 'vitest';
import type { NcclWire } from '../../../../src/collectives/nccl/channel-writer.js';
import { countPatMessages, ncclPatProgram, patBlocks } from '../../../../src/collectives/nccl/pat-program.js';
import { SEND, type StepProgram } from '../../../../src/collectives/step-program.js';
import { verify } from '../../../../src/collectives/verify/verify.js';
import { ncclMachine } from '../../../../src/costs/nccl/presets.js';
import { simulateCollective } from '../../../../src/simulate.js';
import { pathsOf } from '../../../support/issue-paths.js';

const wire = (ranks: number, part: Partial<NcclWire> = {}): NcclWire => ({
  ...{ ranks, baseNs: 5, perByte: 1, hopNs: () => 3, relays: () => [] },
  ...part,
});

const sends = ({ does }: StepProgram) => does.filter((what) => what === SEND).length;
const sentBytes = ({ does, bytes }: StepProgram) =>
  does.reduce((sum, what, step) => sum + (what === SEND ? (bytes[step] as number) : 0), 0);

describe.each([2, 3, 4, 5, 7, 8, 13, 16])('trees of %i ranks', (ranks) => {
  test.each(['all-gather', 'reduce-scatter'] as const)('%s computes what it claims', (collective) => {
    for (const messageBytes of [10, 35, 1000]) {
      const request = { collective, ranks, parts: [100, 100, 37], chunkBytes: 10, messageBytes };
      const blocks = patBlocks(request);
      const own = { at: 0, perRank: blocks / ranks, perBlock: 1 };
      const cargo = { blocks, ...(collective === 'all-gather' ? { input: own } : { output: own }) };
      expect(verify(ncclPatProgram(request, wire(ranks, { cargo })), collective)).toEqual([]);
    }
  });

  test('every rank sends what the others need once, in as few messages as a buffer allows', () => {
    for (const collective of ['all-gather', 'reduce-scatter'] as const) {
      const request = { collective, ranks, parts: [10], chunkBytes: 10, messageBytes: 1e6 };
      const program = ncclPatProgram(request, wire(ranks));
      expect([sends(program), sentBytes(program)]).toEqual([
        ranks * Math.ceil(Math.log2(ranks)),
        10 * ranks * (ranks - 1),
      ]);
      const single = { ...request, messageBytes: 1 };
      expect(sends(ncclPatProgram(single, wire(ranks)))).toBe(countPatMessages(single));
    }
  });
});

describe('nccl-pat', () => {
  const machine = { topology: 'switch(8, 48 GB/s, 0 ns)', nccl: { gpusPerNode: 1 } } as const;

  test.each(['congestion-unaware', 'congestion-aware'] as const)(
    'a small call takes the latency of the formula: %s',
    (network) => {
      const asked = { ...machine, network, switching: 'cut-through', size: 8, algorithms: 'nccl-pat' } as const;
      for (const collective of ['all-gather', 'reduce-scatter'] as const) {
        const { timeNs, nccl } = simulateCollective({ ...asked, collective });
        // 8 us, three rounds of 14 us / 3.5, and 2.8 us for each of 7 shares; the formula counts 8. A share of a byte takes no time.
        expect(Math.abs(timeNs - (8000 + 3 * 4000 + 7 * 2800))).toBeLessThan(10);
        expect(nccl).toMatchObject({ algorithm: 'pat', protocol: 'Simple', nodes: 8, gpusPerNode: 1 });
        expect(nccl?.predictedLatencyUs).toBeCloseTo(8 + 12 + 22.4, 9);
      }
    },
  );

  test('a large call keeps its links busy and stays above the bound of its plan', () => {
    for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
      const asked = { ...machine, network, switching: 'cut-through', size: '64 MiB', algorithms: 'nccl-pat' } as const;
      const { bounds, warnings } = simulateCollective({ ...asked, collective: 'all-gather' });
      expect(bounds.timeOverPlan).toBeGreaterThanOrEqual(1);
      expect(bounds.timeOverPlan).toBeLessThan(1.6);
      expect(warnings).toEqual([]);
    }
  });

  test('nccl chooses it where its formula does, and only there', () => {
    const at = (size: number) => simulateCollective({ ...machine, collective: 'all-gather', size, algorithms: 'nccl' });
    expect(at(64).nccl?.candidates.map(({ algorithm }) => algorithm)).toContain('pat');
    const whole = { collective: 'all-gather', size: 64, algorithms: 'nccl-pat' } as const;
    expect(pathsOf(() => simulateCollective({ ...whole, topology: machine.topology }))).toEqual(['algorithms']);
    expect(pathsOf(() => simulateCollective({ ...whole, ...machine, collective: 'all-reduce' }))).toEqual([
      'algorithms',
    ]);
    const given = { gpusPerNode: 1, machine: ncclMachine('dgx-h100', { nodes: 8, gpusPerNode: 1 }) };
    expect(simulateCollective({ ...whole, ...machine, nccl: given }).nccl?.algorithm).toBe('pat');
  });
});
