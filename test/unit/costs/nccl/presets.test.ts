import { describe, expect, test } from 'vitest';
import { NCCL_PRESETS, ncclChannels, ncclMachine, ncclNvlsChannels } from '../../../../src/costs/nccl/presets.js';
import { ncclTuning } from '../../../../src/costs/nccl/tuning.js';

describe('machine presets', () => {
  test('every preset can be tuned at any number of nodes', () => {
    for (const preset of NCCL_PRESETS) {
      for (const nodes of [1, 2, 3, 64]) {
        const { candidates } = ncclTuning(ncclMachine(preset, { nodes }));
        expect(candidates['all-reduce'].length).toBeGreaterThanOrEqual(6);
      }
    }
  });

  test('channels follow from the graph that is given', () => {
    const ring = { channels: 4, intraGBps: 24, interGBps: 24 };
    expect(ncclMachine('dgx-a100', { nodes: 2, ring })).toMatchObject({ channels: 8, ring });
    // Few and fast on Hopper and later: doubled once more.
    const fast = { channels: 4, intraGBps: 48, interGBps: 48 };
    expect(ncclChannels({ nodes: 2, computeCapability: 90, ring: fast })).toBe(16);
    expect(ncclChannels({ nodes: 1, computeCapability: 90, ring: fast })).toBe(8);
    expect(ncclChannels({ nodes: 1, computeCapability: 90, ring: { ...fast, channels: 40 } })).toBe(64);
  });

  test('an unknown preset is named, with a guess', () => {
    expect(() => ncclMachine('dgx-h10' as 'dgx-h100')).toThrow(/preset: expected one of .*did you mean "dgx-h100"/);
  });

  test('NVLS gets more channels on Blackwell, where the network keeps up', () => {
    const ring = { channels: 8, intraGBps: 48, interGBps: 48 };
    const channels = (nodes: number, computeCapability: number, interGBps = 48, gpusPerNode = 8) =>
      ncclNvlsChannels({ nodes, gpusPerNode, computeCapability, ring: { ...ring, interGBps } });
    expect([channels(1, 90), channels(4, 90)]).toEqual([16, 16]);
    expect([channels(1, 100), channels(2, 100), channels(4, 100)]).toEqual([24, 32, 24]);
    expect([channels(4, 100, 24), channels(4, 100, 96), channels(4, 100, 96, 16)]).toEqual([32, 24, 32]);
  });
});
