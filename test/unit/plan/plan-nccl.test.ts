import { describe, expect, test } from 'vitest';
import { ncclChoose } from '../../../src/costs/index.js';
import { ncclMachine } from '../../../src/costs/nccl/presets.js';
import { ncclMachineFor } from '../../../src/costs/nccl/search.js';
import { type CollectiveSpec, ConfigError, simulateCollective } from '../../../src/index.js';
import { simulateWorkload } from '../../../src/workload/index.js';

const ONE = 'switch(8, 360 GB/s, 0 ns)';
const FOUR = 'switch(8, 360 GB/s, 250 ns) x switch(4, 48 GB/s, 1 us)';

const run = (spec: Partial<CollectiveSpec>) =>
  simulateCollective({
    collective: 'all-reduce',
    topology: ONE,
    size: 1024,
    algorithms: 'nccl',
    ...spec,
  } as CollectiveSpec);

function issuesOf(spec: object): string[] {
  try {
    run(spec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('the machine that NCCL finds on a network', () => {
  test.each([
    ['dgx-v100', 70, 120],
    ['dgx-a100', 80, 240],
    ['dgx-h100', 90, 370.8],
    ['dgx-b200', 100, 721.8],
  ] as const)('%s: the ring that public logs show, or its rules give', (preset, computeCapability, insideGBps) => {
    const found = ncclMachineFor({ nodes: 1, gpusPerNode: 8, computeCapability, insideGBps, betweenGBps: 25 });
    const { ring, channels } = ncclMachine(preset);
    expect([found.ring, found.channels]).toEqual([ring, channels]);
  });

  test('several nodes: a channel for each adapter, at the speed it carries', () => {
    const several = { nodes: 2, gpusPerNode: 8, insideGBps: 370 };
    expect(ncclMachineFor({ ...several, betweenGBps: 50 }).ring).toEqual({ channels: 8, intraGBps: 48, interGBps: 48 });
    expect(ncclMachineFor({ ...several, betweenGBps: 0.05 }).ring.interGBps).toBe(0.05);
  });
});

describe('small messages take the latency of the formula', () => {
  test('a ring of LL: 6.6 us, and 0.6 us for each of 2 (n - 1) hops', () => {
    const { timeNs, nccl } = run({ algorithms: 'nccl-ring', size: 8 });
    // A byte for each rank on a wire of 360 bytes per ns takes no time.
    expect(timeNs).toBe(6600 + 14 * 600);
    expect(nccl?.predictedLatencyUs).toBeCloseTo(15, 9);
  });

  test('a tree of LL: 6.8 us, 0.6 us per hop of the chain and 5 us per level of the tree', () => {
    const { timeNs, nccl } = run({ algorithms: 'nccl-tree', size: 8, topology: FOUR });
    expect(timeNs).toBe(6800 + 2 * (7 * 600 + 2 * 5000));
    expect(nccl?.predictedLatencyUs).toBeCloseTo(35.2, 9);
  });
});

describe.each(['congestion-unaware', 'congestion-aware'] as const)('in the %s network', (network) => {
  test('large messages come to the bandwidth that NCCL counts on, and stay above the bound of their plan', () => {
    for (const [topology, algorithms] of [
      [ONE, 'nccl-ring'],
      [FOUR, 'nccl-ring'],
      [FOUR, 'nccl-tree'],
    ] as const) {
      const { timeNs, nccl, warnings, bounds } = run({
        topology,
        algorithms,
        size: '256 MiB',
        network,
        switching: 'cut-through',
      });
      expect(Math.abs(timeNs / 1000 / (nccl?.predictedUs ?? 0) - 1)).toBeLessThan(0.17);
      expect(warnings).toEqual([]);
      expect(bounds.timeOverPlan).toBeGreaterThanOrEqual(1);
    }
  });
});

test('a tree on one node: a chain that all channels share, whose inner links carry all bytes up and down', () => {
  const asked = {
    algorithms: 'nccl-tree',
    size: '256 MiB',
    switching: 'cut-through',
    network: 'congestion-aware',
  } as const;
  const { timeNs, nccl, links = [] } = run({ ...asked, linkStatistics: true });
  const carried = (npu: number) => links.filter((link) => link.npu === npu).map(({ bytes }) => bytes);
  expect(links).toHaveLength(16);
  for (const end of [0, 7]) expect(carried(end)).toEqual([2 ** 28, 2 ** 28]);
  for (const inner of [1, 2, 3, 4, 5, 6]) expect(carried(inner)).toEqual([2 ** 29, 2 ** 29]);
  // The formula counts on twice the bytes at 0.92 of the bandwidth, of which this size reaches 0.9; the wires know neither.
  const wiresUs = (nccl?.predictedLatencyUs ?? 0) + 2 ** 29 / 360e3;
  expect(nccl?.predictedUs).toBeCloseTo((nccl?.predictedLatencyUs ?? 0) + 2 ** 29 / 360e3 / 0.92 / 0.9, 0);
  expect(timeNs / 1000).toBeGreaterThan(wiresUs - 65);
  expect(Math.abs(timeNs / 1000 / wiresUs - 1)).toBeLessThan(0.02);
});

describe('what is chosen', () => {
  test('is what NCCL chooses on the machine, of rings and trees', () => {
    for (const size of [1024, 2 ** 20, 2 ** 26]) {
      const { nccl } = run({ topology: FOUR, size });
      const machine = ncclMachineFor({ nodes: 4, gpusPerNode: 8, insideGBps: 360, betweenGBps: 48 });
      const { algorithm, protocol, timeUs, usedChannels } = ncclChoose({
        collective: 'all-reduce',
        bytes: size,
        machine,
      });
      expect([nccl?.algorithm, nccl?.protocol, nccl?.predictedUs]).toEqual([algorithm, protocol, timeUs]);
      expect(nccl?.channels).toBe(usedChannels);
      expect(nccl?.why).toContain(`${algorithm} ${protocol}`);
    }
  });

  test('follows the machine and the protocol that are given', () => {
    expect(run({ nccl: { protocol: 'Simple' } }).nccl?.protocol).toBe('Simple');
    expect(run({ nccl: { machine: 'dgx-a100' } }).nccl?.computeCapability).toBe(80);
    expect(run({ nccl: { gpusPerNode: 2 } }).nccl).toMatchObject({ nodes: 4, gpusPerNode: 2 });
    const machine = ncclMachine('dgx-v100');
    expect(run({ nccl: { machine } }).nccl?.computeCapability).toBe(70);
  });

  test('sizes of shares and of the whole mean the same call', () => {
    const gather = run({ collective: 'all-gather', size: 2 ** 17 });
    const scatter = run({ collective: 'reduce-scatter', size: 2 ** 20 });
    expect(gather.nccl?.predictedUs).toBe(scatter.nccl?.predictedUs);
    expect(gather.timeNs).toBe(scatter.timeNs);
  });
});

test('on graphs, in groups and from a root', () => {
  expect(run({ topology: 'graph: dgx-1(V100, 700 ns)' }).nccl).toMatchObject({ nodes: 1, gpusPerNode: 8 });
  expect(run({ topology: 'graph: torus(4x4, 25 GB/s, 500 ns)' }).nccl).toMatchObject({ nodes: 2, gpusPerNode: 8 });
  const early = run({ collective: 'broadcast', root: 5, topology: FOUR }).finishNsByNpu as readonly number[];
  expect(early.indexOf(Math.min(...early))).toBe(5);
  const nodes = [
    { id: 0, name: 'sum', dependsOn: [], ns: 1, kind: 'collective', bytes: 8, collective: 'all-reduce', group: 'some' },
  ] as const;
  const graphs = Array.from({ length: 8 }, (_, npu) => ({ nodes: npu < 4 ? nodes : [] }));
  const { timeNs } = simulateWorkload({
    topology: ONE,
    graphs,
    groups: { some: [0, 1, 2, 3] },
    algorithms: 'nccl-ring',
  });
  expect(timeNs).toBe(6600 + 6 * 600);
});

test('a workload takes the options too', () => {
  const node = {
    id: 0,
    name: '',
    dependsOn: [],
    ns: 1,
    kind: 'collective',
    bytes: 1 << 20,
    collective: 'all-reduce',
  } as const;
  for (const nccl of [{ protocol: 'Simple' }, { machine: { preset: 'dgx-a100', netLatencyUs: 3 } }] as const) {
    const alone = run({ topology: FOUR, size: 1 << 20, nccl });
    const { timeNs } = simulateWorkload({ topology: FOUR, graphs: { nodes: [node] }, algorithms: 'nccl', nccl });
    expect(timeNs).toBe(alone.timeNs);
    expect(timeNs).not.toBe(run({ topology: FOUR, size: 1 << 20 }).timeNs);
  }
});

test('less than a byte for each rank: empty messages, and the latency', () => {
  const { timeNs } = run({ collective: 'reduce-scatter', size: 1, algorithms: 'nccl-ring' });
  // 6.6 us of LL, and 0.6 us for each of 7 hops.
  expect(timeNs).toBe(6600 + 7 * 600);
  const pat = { collective: 'reduce-scatter', size: 1, algorithms: 'nccl-pat', nccl: { gpusPerNode: 1 } } as const;
  expect(run(pat).timeNs).toBe(8000 + 3 * 4000 + 7 * 2800);
});

test('what cannot be is refused by name', () => {
  expect(issuesOf({ collective: 'all-to-all' })).toEqual(['algorithms']);
  expect(issuesOf({ collective: 'gather' })).toEqual(['algorithms']);
  expect(issuesOf({ collective: 'all-gather', algorithms: 'nccl-tree' })).toEqual(['algorithms']);
  expect(issuesOf({ algorithms: ['nccl', 'ring'], topology: FOUR })).toEqual(['algorithms']);
  expect(issuesOf({ nccl: { gpusPerNode: 3 } })).toEqual(['nccl.gpusPerNode']);
  expect(issuesOf({ nccl: { machine: 'dgx-9' } })).toEqual(['nccl.machine']);
  expect(issuesOf({ nccl: { machine: ncclMachine('dgx-a100', { nodes: 2 }) } })).toEqual(['nccl.machine']);
  expect(issuesOf({ nccl: { machine: { preset: 'dgx-9' } } })).toEqual(['nccl.machine.preset']);
  expect(issuesOf({ nccl: { machine: { preset: 'dgx-a100', nodes: 2 } } })).toEqual(['nccl.machine.nodes']);
  expect(issuesOf({ nccl: { protocol: 'LL256' } })).toEqual(['nccl.protocol']);
  expect(issuesOf({ algorithms: 'ring', nccl: {} })).toEqual(['nccl']);
  expect(issuesOf({ involvedDimensions: [true, false], topology: FOUR })).toEqual(['involvedDimensions']);
  expect(
    issuesOf({ topology: 'ring(20000, 1 GB/s, 0 ns)', algorithms: 'nccl-ring', nccl: { gpusPerNode: 8 } }),
  ).toEqual(['algorithms']);
});
