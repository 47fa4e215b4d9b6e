import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { type NcclCall, ncclChoose } from '../../../../src/costs/nccl/choose.js';
import { NCCL_COLLECTIVES } from '../../../../src/costs/nccl/names.js';
import { NCCL_PRESETS, ncclMachine } from '../../../../src/costs/nccl/presets.js';
import { ncclTuning } from '../../../../src/costs/nccl/tuning.js';

describe('what NCCL chooses', () => {
  test('a small all-reduce on four nodes takes a tree with LL', () => {
    const machine = ncclMachine('dgx-h100', { nodes: 4 });
    const choice = ncclChoose({ collective: 'all-reduce', bytes: 16, machine });
    // 6.8 + 2 (7 hops x 0.6 + 2 levels x 5) = 35.2 us; 16 bytes at 8 x 48 / 3.8 / 2 GB/s add nothing to speak of.
    expect(choice).toMatchObject({ algorithm: 'tree', protocol: 'LL', channels: 1, usedChannels: 1, countFirst: 4 });
    expect(choice.timeUs).toBeCloseTo(35.2, 2);
  });

  test('a large one takes the ring, at 2 (N - 1) / N of the wire', () => {
    const machine = ncclMachine('dgx-a100', { nodes: 2 });
    const bytes = 2 ** 33;
    const choice = ncclChoose({ collective: 'all-reduce', bytes, machine });
    expect(choice).toMatchObject({ algorithm: 'ring', protocol: 'Simple' });
    // 8 channels x 24 GB/s of bus; the latency is below a thousandth of that.
    const wireUs = (bytes * 2 * (15 / 16)) / (8 * 24 * 1000);
    expect(choice.timeUs / wireUs).toBeGreaterThan(1);
    expect(choice.timeUs / wireUs).toBeLessThan(1.02);
  });

  test('one rank has nothing to do', () => {
    const machine = ncclMachine('dgx-a100', { gpusPerNode: 1 });
    expect(ncclChoose({ collective: 'all-reduce', bytes: 1024, machine })).toMatchObject({
      algorithm: 'ring',
      protocol: 'Simple',
      timeUs: 0,
    });
  });

  test('grouped calls pay latency once per call that a channel gets, on a ring', () => {
    const machine = ncclMachine('dgx-a100');
    const one = ncclChoose({ collective: 'broadcast', bytes: 8, machine });
    // 24 channels: 49 calls are three on the fullest.
    const many = ncclChoose({ collective: 'broadcast', bytes: 8, machine, calls: 49 });
    expect(many.timeUs / one.timeUs).toBeCloseTo(3, 3);
  });

  test('the choice is the fastest candidate, and the counts add up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NCCL_PRESETS),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(...NCCL_COLLECTIVES),
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.constantFrom(1, 2, 4, 8),
        (preset, nodes, collective, log, elementBytes) => {
          const machine = ncclMachine(preset, { nodes });
          const bytes = Math.floor(2 ** log);
          const choice = ncclChoose({ collective, bytes, machine, elementBytes });
          expect(choice.timeUs).toBe(Math.min(...choice.candidates.map(({ timeUs }) => timeUs)));
          const { usedChannels, countFirst, countMiddle, countLast } = choice;
          const shares = collective === 'all-gather' || collective === 'reduce-scatter' ? nodes * 8 : 1;
          const middles = Math.max(0, usedChannels - 2);
          expect(countFirst + middles * countMiddle + countLast).toBe(Math.floor(bytes / (shares * elementBytes)));
          expect(usedChannels).toBeLessThanOrEqual(choice.channels);
          expect(choice.warps).toBeGreaterThanOrEqual(3);
        },
      ),
    );
  });
});

describe('calls and machines that cannot be', () => {
  test('name every field', () => {
    const machine = ncclMachine('dgx-a100');
    const call = { collective: 'allreduce', bytes: -1, machine, elementBytes: 0, calls: 1.5 } as unknown as NcclCall;
    const issues = issuesOf(() => ncclChoose(call));
    expect(issues.map(({ path }) => path)).toEqual(['collective', 'bytes', 'elementBytes', 'calls']);
    expect(issues[0]?.hint).toBe('did you mean "all-reduce"?');
  });

  test('unknown keys, and tunings that make no sense', () => {
    const machine = ncclTuning(ncclMachine('dgx-a100'));
    const call = { collective: 'all-reduce', bytes: 8, machine } as const;
    const typo = { ...call, byte: 8 } as NcclCall;
    expect(issuesOf(() => ncclChoose(typo))).toMatchObject([{ path: 'byte', hint: 'did you mean "bytes"?' }]);
    const rows = machine.candidates['all-reduce'].map((row) => ({ ...row, latencyUs: Number.NaN }));
    const tuning = { ...machine, candidates: { ...machine.candidates, 'all-reduce': rows } };
    expect(issuesOf(() => ncclChoose({ ...call, machine: tuning })).map(({ path }) => path)).toEqual(['machine']);
  });

  test('a machine is checked before it is tuned', () => {
    const machine = {
      ...ncclMachine('dgx-a100'),
      nodes: 0,
      ring: { channels: 2, intraGBps: Number.NaN, interGBps: 1 },
    };
    expect(issuesOf(() => ncclTuning(machine)).map(({ path }) => path)).toEqual(['nodes', 'ring.intraGBps']);
  });
});

function issuesOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  throw new Error('nothing was thrown');
}
