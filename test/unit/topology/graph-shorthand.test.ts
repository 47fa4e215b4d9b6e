import { describe, expect, test } from 'vitest';
import { dgx1, dgxA100, railOptimised } from '../../../src/topology/builders/boxes.js';
import { dragonfly } from '../../../src/topology/builders/dragonfly.js';
import { fatTree } from '../../../src/topology/builders/fat-tree.js';
import { fullyConnected, hypercube, mesh, ring, star, torus } from '../../../src/topology/builders/regular.js';
import { isGraphShorthand, readGraphShorthand } from '../../../src/topology/graph-shorthand.js';
import { issuesOf } from './issues.js';

const speed = { bandwidth: '25 GB/s', latency: '500 ns' };

describe('a graph in one line', () => {
  test.each([
    ['graph: ring(8, 25 GB/s, 500 ns)', ring({ npus: 8, ...speed })],
    ['graph:ring(8,25,500)', ring({ npus: 8, ...speed })],
    ['  graph :  ring ( 8 , latency = 500 ns, bandwidth=25 GB/s ) ', ring({ npus: 8, ...speed })],
    ['graph: torus(4x2, 25 GB/s, 500 ns)', torus({ sizes: [4, 2], ...speed })],
    ['graph: torus(4 × 2, 25 GB/s, 500 ns)', torus({ sizes: [4, 2], ...speed })],
    ['graph: mesh(4, 25 GB/s, 500 ns)', mesh({ sizes: [4], ...speed })],
    ['graph: hypercube(3, 25 GB/s, 500 ns)', hypercube({ dimensions: 3, ...speed })],
    ['graph: fully-connected(4, 25 GB/s, 500 ns)', fullyConnected({ npus: 4, ...speed })],
    ['graph: star(4, 25 GB/s, 500 ns)', star({ npus: 4, ...speed })],
    [
      'graph: fat-tree(4x4, 25 GB/s, 500 ns, up = 2, oversubscription = 1.5)',
      fatTree({ down: [4, 4], ...speed, up: 2, oversubscription: 1.5 }),
    ],
    ['graph: fat-tree(4x2x2, 25 GB/s, 500 ns, up = 2x1)', fatTree({ down: [4, 2, 2], ...speed, up: [2, 1] })],
    [
      'graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns)',
      dragonfly({ groups: 4, routers: 3, localBandwidth: 50, globalBandwidth: 25, latency: 500 }),
    ],
    [
      'graph: rail-optimised(2, 4, 300 GB/s, 25 GB/s, 500 ns, spines = 2)',
      railOptimised({ boxes: 2, npusPerBox: 4, boxBandwidth: 300, railBandwidth: 25, latency: 500, spines: 2 }),
    ],
    ['graph: dgx-1(V100, 700 ns)', dgx1({ gpus: 'V100', latency: 700 })],
    ['graph: dgx-a100(2, 700 ns, railLatency = 2 us)', dgxA100({ boxes: 2, latency: 700, railLatency: 2000 })],
  ])('%s', (text, graph) => {
    expect(isGraphShorthand(text)).toBe(true);
    expect(readGraphShorthand(text)).toEqual(graph);
  });

  test('is told from the shorthand of a grid', () => {
    expect(isGraphShorthand('ring(8, 25 GB/s, 500 ns)')).toBe(false);
  });

  test.each([
    ['graph: trous(4x2, 25, 500)', '', 'did you mean "torus"?'],
    ['graph: constructor(4x2, 25, 500)', '', undefined],
    ['graph:', '', undefined],
    ['graph: ring', '', undefined],
    ['graph: ring(8, 25', '', undefined],
    ['graph: ring(8, 25, 500) x ring(8, 25, 500)', '', undefined],
    ['graph: ring(8, 25, 500, 3)', '', undefined],
    ['graph: ring(8, , 500)', '', undefined],
    ['graph: ring(8, 25, 500, npus = 8)', '', undefined],
    ['graph: ring(8, 25)', 'latency', undefined],
    ['graph: ring(eight, 25, 500)', 'npus', undefined],
    ['graph: ring(8x8, 25, 500)', 'npus', undefined],
    ['graph: ring(8, 25, 500, nups = 8)', 'nups', 'did you mean "npus"?'],
    ['graph: ring(8, fast, 500)', 'bandwidth', undefined],
    ['graph: fat-tree(4x4, 25, 500, oversubscription = 0)', 'oversubscription', undefined],
    ['graph: dgx-1(A100, 500)', 'gpus', 'did you mean "V100"?'],
    ['graph: ring(8, 25, 500, __proto__ = 8)', '', undefined],
  ])('%j is wrong at %j', (text, path, hint) => {
    const issues = issuesOf(() => readGraphShorthand(text));
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(issues[0]?.hint).toBe(hint);
  });
});
