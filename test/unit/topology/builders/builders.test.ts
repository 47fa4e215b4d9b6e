import { describe, expect, test } from 'vitest';
import { dgx1, dgxA100, railOptimised } from '../../../../src/topology/builders/boxes.js';
import { dragonfly } from '../../../../src/topology/builders/dragonfly.js';
import { fatTree } from '../../../../src/topology/builders/fat-tree.js';
import { fullyConnected, hypercube, mesh, ring, star, torus } from '../../../../src/topology/builders/regular.js';
import { graphNetwork } from '../../../../src/topology/graph-network.js';
import type { NamedGraph } from '../../../../src/topology/named-graph.js';
import { pathCost, pathLinks } from '../../../../src/topology/path.js';
import { pathsOf } from '../issues.js';

const speed = { bandwidth: 25, latency: 500 };

/** Cables as `a-b`, each once; every link must have its like the other way. */
function cables({ links }: NamedGraph): string[] {
  const written = new Set(links.map(({ from, to, bandwidth, latency }) => `${from}>${to} ${bandwidth} ${latency}`));
  for (const { from, to, bandwidth, latency } of links) {
    expect(written).toContain(`${to}>${from} ${bandwidth} ${latency}`);
  }
  return links.filter(({ from, to }) => from < to).map(({ from, to }) => `${from}-${to}`);
}

function bandwidthOut({ links }: NamedGraph, device: number): number {
  return links.filter(({ from }) => from === device).reduce((sum, { bandwidth }) => sum + bandwidth, 0);
}

function linkOf({ links }: NamedGraph, from: number, to: number) {
  return links.find((link) => link.from === from && link.to === to);
}

function diameter(graph: NamedGraph): number {
  const network = graphNetwork(graph);
  let most = 0;
  for (let from = 0; from < graph.npus; from++) {
    for (let to = 0; to < graph.npus; to++) most = Math.max(most, pathCost(network, from, to).hops);
  }
  return most;
}

describe('regular graphs', () => {
  test('ring', () => {
    expect(cables(ring({ npus: 4, ...speed }))).toEqual(['0-1', '0-3', '1-2', '2-3']);
    expect(cables(ring({ npus: 2, ...speed }))).toEqual(['0-1']);
  });

  test('torus: a ring along every dimension', () => {
    // 4 x 3: 3 rings of 4 cables, 4 of 3.
    const graph = torus({ sizes: [4, 3], ...speed });
    expect(cables(graph)).toHaveLength(3 * 4 + 4 * 3);
    // Half of 4, a third of 3 rounded down.
    expect(diameter(graph)).toBe(2 + 1);
  });

  test('mesh: a chain along every dimension, lowest dimension first on the way', () => {
    const graph = mesh({ sizes: [3, 2], ...speed });
    expect(cables(graph)).toEqual(['0-1', '1-2', '3-4', '4-5', '0-3', '1-4', '2-5']);
    expect(diameter(graph)).toBe(3);
    const network = graphNetwork(graph);
    expect(pathLinks(network, 5, 0).map((link) => network.name(link))).toEqual([
      'dimension 0: NPU 5 -> NPU 4',
      'dimension 0: NPU 4 -> NPU 3',
      'dimension 1: NPU 3 -> NPU 0',
    ]);
  });

  test('hypercube: one bit of difference', () => {
    const graph = hypercube({ dimensions: 3, ...speed });
    expect(cables(graph).sort()).toEqual(
      ['0-1', '2-3', '4-5', '6-7', '0-2', '1-3', '4-6', '5-7', '0-4', '1-5', '2-6', '3-7'].sort(),
    );
    expect(diameter(graph)).toBe(3);
  });

  test('fully connected, and a star', () => {
    expect(cables(fullyConnected({ npus: 3, ...speed }))).toEqual(['0-1', '0-2', '1-2']);
    expect(cables(star({ npus: 3, ...speed }))).toEqual(['0-3', '1-3', '2-3']);
  });

  test('take quantities, and say all that is wrong', () => {
    expect(ring({ npus: 2, bandwidth: '25 GB/s', latency: '1 us' }).links[0]).toMatchObject({
      bandwidth: 25,
      latency: 1000,
    });
    expect(pathsOf(() => torus({ sizes: [4, 0], bandwidth: 0, latency: '1 GB/s' }))).toEqual([
      'sizes[1]',
      'bandwidth',
      'latency',
    ]);
    expect(pathsOf(() => ring({ npus: 2, ...speed, nmae: 1 } as never))).toEqual(['nmae']);
  });

  test('do not fill memory with what should be a grid', () => {
    expect(pathsOf(() => torus({ sizes: [4096, 4096], ...speed }))).toEqual(['sizes']);
    // 4096 * 4095 links are more than 2^22.
    expect(pathsOf(() => fullyConnected({ npus: 4096, ...speed }))).toEqual(['']);
    expect(pathsOf(() => fatTree({ down: [1000, 1000, 1000], ...speed }))).toEqual(['']);
    expect(pathsOf(() => fatTree({ down: [1, 1, 1, 1], up: 2 ** 22, ...speed }))).toEqual(['']);
    expect(
      pathsOf(() => dragonfly({ groups: 10, routers: 9000, localBandwidth: 1, globalBandwidth: 1, latency: 0 })),
    ).toEqual(['']);
  });
});

describe('fat tree', () => {
  test('two levels: each leaf has a cable to every spine', () => {
    const graph = fatTree({ down: [4, 4], up: 2, oversubscription: 2, bandwidth: 50, latency: 500 });
    // Leaves are 16 ... 19, spines 20 and 21.
    expect([graph.npus, graph.devices]).toEqual([16, 22]);
    expect(cables(graph).slice(0, 16)).toEqual(
      Array.from({ length: 16 }, (_, npu) => `${npu}-${16 + Math.floor(npu / 4)}`),
    );
    expect(cables(graph).slice(16)).toEqual(['16-20', '16-21', '17-20', '17-21', '18-20', '18-21', '19-20', '19-21']);
    // 4 * 50 from below, half of that upwards over 2 cables.
    expect(linkOf(graph, 16, 20)).toMatchObject({ bandwidth: 50 });
    expect(graph.groups).toEqual([{ name: 'NPU-leaf' }, { name: 'leaf-spine' }]);
    expect(graph.names?.slice(-2)).toEqual(['leaf-spine: leaf 3 -> spine 1', 'leaf-spine: spine 1 -> leaf 3']);
  });

  test('without oversubscription every level carries all the bandwidth of the NPUs', () => {
    // 2 NPUs per leaf, 3 leaves per pod, 2 pods; 2 spines above a leaf, 4 cores above a spine.
    const graph = fatTree({ down: [2, 3, 2], up: [2, 4], ...speed });
    // 6 leaves; per pod 2 spines; 2 * 4 cores.
    expect(graph.devices).toBe(12 + 6 + 2 * 2 + 2 * 4);
    const perTier = [0, 0, 0];
    for (const [i, { from, to, bandwidth }] of graph.links.entries()) {
      if (from < to)
        perTier[graph.groupOf?.[i] as number] = (perTier[graph.groupOf?.[i] as number] as number) + bandwidth;
    }
    expect(perTier).toEqual([12 * 25, 12 * 25, 12 * 25]);
    // Up to a core and down again.
    expect(diameter(graph)).toBe(6);
  });

  test('NPUs of one leaf are reached through different spines, which share the load evenly', () => {
    const graph = fatTree({ down: [4, 4, 4], up: [4, 4], ...speed });
    const network = graphNetwork(graph);
    const used = new Map<number, number>();
    // A shift by half of all: everything crosses a core.
    for (let npu = 0; npu < 64; npu++) {
      const links = pathLinks(network, npu, (npu + 32) % 64);
      expect(links).toHaveLength(6);
      for (const link of links) used.set(link, (used.get(link) ?? 0) + 1);
    }
    expect(new Set(used.values())).toEqual(new Set([1]));
  });

  test('a single level is a star', () => {
    expect(cables(fatTree({ down: 3, ...speed }))).toEqual(['0-3', '1-3', '2-3']);
  });

  test('lists need one entry per level', () => {
    expect(pathsOf(() => fatTree({ down: [2, 2], up: [1, 1], oversubscription: [], ...speed }))).toEqual([
      'up',
      'oversubscription',
    ]);
  });
});

describe('dragonfly', () => {
  const options = { groups: 4, routers: 3, localBandwidth: 50, globalBandwidth: 25, latency: 500 };

  test('every two groups are joined, by their members in turn', () => {
    const graph = dragonfly(options);
    expect([graph.npus, graph.devices]).toEqual([12, 12]);
    const local = ['0-1', '0-2', '1-2', '3-4', '3-5', '4-5', '6-7', '6-8', '7-8', '9-10', '9-11', '10-11'];
    expect(cables(graph)).toEqual([...local, '0-3', '1-6', '2-9', '4-7', '5-10', '8-11']);
    expect(linkOf(graph, 0, 3)).toMatchObject({ bandwidth: 25 });
    expect(linkOf(graph, 0, 1)).toMatchObject({ bandwidth: 50 });
    // Local, global, local.
    expect(diameter(graph)).toBe(3);
  });

  test('with NPUs of their own on every router', () => {
    const graph = dragonfly({ ...options, npus: 2, npuBandwidth: 10, globalLatency: '1 us' });
    expect([graph.npus, graph.devices]).toEqual([24, 36]);
    expect(linkOf(graph, 3, 24 + 1)).toMatchObject({ bandwidth: 10, latency: 500 });
    expect(linkOf(graph, 24, 27)).toMatchObject({ bandwidth: 25, latency: 1000 });
    expect(diameter(graph)).toBe(5);
    expect(graph.names?.at(-1)).toBe('global: router 3.2 -> router 2.2');
  });
});

describe('boxes', () => {
  const options = { boxes: 2, npusPerBox: 4, boxBandwidth: 300, railBandwidth: 25, latency: 500 };

  test('rails join the NPUs of the same place', () => {
    const graph = railOptimised(options);
    // 2 box switches (8, 9), 4 rails (10 ... 13).
    expect(cables(graph)).toEqual([
      ...['0-8', '1-8', '2-8', '3-8', '4-9', '5-9', '6-9', '7-9'],
      ...['0-10', '1-11', '2-12', '3-13', '4-10', '5-11', '6-12', '7-13'],
    ]);
    const network = graphNetwork(graph);
    // Without spines another rail is reached through a box.
    expect(pathCost(network, 0, 4).hops).toBe(2);
    expect(pathCost(network, 0, 5).hops).toBe(4);
  });

  test('one rail joins all', () => {
    const graph = railOptimised({ ...options, rails: 1 });
    expect(graph.devices).toBe(8 + 2 + 1);
    expect(pathCost(graphNetwork(graph), 0, 5).hops).toBe(2);
  });

  test('spines carry what the rails have, over the oversubscription', () => {
    const graph = railOptimised({ ...options, spines: 2, oversubscription: 4 });
    // A rail has 2 NPUs at 25; a quarter of 50 over 2 spines.
    expect(linkOf(graph, 10, 14)).toMatchObject({ bandwidth: 6.25 });
    expect(graph.devices).toBe(8 + 2 + 4 + 2);
  });

  test('DGX-1V: six NVLinks per GPU, two hops at most', () => {
    const graph = dgx1({ gpus: 'V100', latency: '700 ns' });
    for (let gpu = 0; gpu < 8; gpu++) expect(bandwidthOut(graph, gpu)).toBe(6 * 25);
    expect(cables(graph)).toHaveLength(16);
    expect(linkOf(graph, 0, 1)).toMatchObject({ bandwidth: 50, latency: 700 });
    expect(linkOf(graph, 0, 2)).toMatchObject({ bandwidth: 25 });
    expect(diameter(graph)).toBe(2);
    // The quads are fully connected, and every GPU has one cable to the other quad.
    const inside = cables(graph).filter((pair) => (pair[0] as string) < '4' === (pair[2] as string) < '4');
    expect(inside).toHaveLength(12);
  });

  test('DGX-1P: four NVLinks per GPU', () => {
    const graph = dgx1({ gpus: 'P100', latency: 700 });
    for (let gpu = 0; gpu < 8; gpu++) expect(bandwidthOut(graph, gpu)).toBe(4 * 20);
    expect(linkOf(dgx1({ gpus: 'P100', latency: 700, bandwidth: 1 }), 0, 1)).toMatchObject({ bandwidth: 1 });
  });

  test('DGX A100: a single box has its switch only', () => {
    const graph = dgxA100({ boxes: 1, latency: 700 });
    expect(graph.devices).toBe(9);
    expect(bandwidthOut(graph, 0)).toBe(300);
    const two = dgxA100({ boxes: 2, latency: 700, railLatency: 2000, rails: 1 });
    expect(two.devices).toBe(16 + 2 + 1);
    expect(linkOf(two, 0, 18)).toMatchObject({ bandwidth: 25, latency: 2000 });
  });
});

test('every builder makes a network that is connected', () => {
  const graphs = [
    torus({ sizes: [3, 1, 2], ...speed }),
    mesh({ sizes: 1, ...speed }),
    hypercube({ dimensions: 1, ...speed }),
    star({ npus: 1, ...speed }),
    fatTree({ down: [3, 1, 2], up: [3, 2], ...speed }),
    dragonfly({ groups: 7, routers: 2, localBandwidth: 1, globalBandwidth: 1, latency: 0 }),
    dragonfly({ groups: 1, routers: 1, localBandwidth: 1, globalBandwidth: 1, latency: 0 }),
    railOptimised({ boxes: 3, npusPerBox: 5, rails: 2, spines: 1, boxBandwidth: 1, railBandwidth: 1, latency: 0 }),
  ];
  for (const graph of graphs) {
    expect(graphNetwork(graph).npus).toBe(graph.npus);
    expect(graph.names).toHaveLength(graph.links.length);
    expect(graph.groupOf).toHaveLength(graph.links.length);
  }
});
