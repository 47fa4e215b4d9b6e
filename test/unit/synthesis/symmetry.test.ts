import { describe, expect, it } from 'vitest';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import { SymmetricSynthesis } from '../../../src/synthesis/symmetry/symmetric.js';
import { type Symmetries, symmetriesOf } from '../../../src/synthesis/symmetry/symmetries.js';
import type { LinkGraph } from '../../../src/topology/link-graph.js';
import { cabled, rails, ring, star, torus } from '../../support/link-graphs.js';

/** Every map keeps links, and moves every NPU or none. */
function checkGroup({ npus, links }: LinkGraph, { maps }: Symmetries): void {
  const has = new Set(links.map(({ from, to, bandwidth, latency }) => `${from} ${to} ${bandwidth} ${latency}`));
  for (const [m, map] of maps.entries()) {
    for (const { from, to, bandwidth, latency } of links) {
      expect(has).toContain(`${map[from]} ${map[to]} ${bandwidth} ${latency}`);
    }
    expect(Array.from({ length: npus }, (_, npu) => npu).filter((npu) => map[npu] === npu)).toHaveLength(
      m === 0 ? npus : 0,
    );
  }
  // Composed, two maps are a third of the group.
  const known = new Set(maps.map((map) => map.join()));
  for (const one of maps) for (const two of maps) expect(known).toContain(one.map((at) => two[at] as number).join());
}

describe('symmetries', () => {
  it('take any NPU of a ring, a torus or a star to any other', () => {
    for (const graph of [ring(6), torus(4, 4), star(5)]) {
      const found = symmetriesOf(graph) as Symmetries;
      expect([found.maps.length, found.representatives]).toEqual([graph.npus, [0]]);
      checkGroup(graph, found);
    }
  });

  it('of boxes: places in the box, times boxes', () => {
    const graph = rails(2, 8, 12, 1);
    const found = symmetriesOf(graph) as Symmetries;
    expect(found.maps).toHaveLength(16);
    checkGroup(graph, found);
    // To the switch of a box and from it, to the rail and from it: no map but the first leaves a link where it is.
    expect(found.stays).toEqual([1, 1, 1, 1]);
  });

  it('of a chain of four: its middle', () => {
    const graph = cabled(4, 4, [
      [0, 1, 1],
      [1, 2, 1],
      [2, 3, 1],
    ]);
    const found = symmetriesOf(graph) as Symmetries;
    expect(found.maps.map((map) => [...map])).toEqual([
      [0, 1, 2, 3],
      [3, 2, 1, 0],
    ]);
    expect(found.representatives).toEqual([0, 1]);
    // 0-1 with 2-3, each way; the two ways of the middle.
    expect(new Set(found.orbitOf).size).toBe(3);
  });

  it('are none where an NPU has to stay, or bandwidths differ', () => {
    const chain = cabled(3, 3, [
      [0, 1, 1],
      [1, 2, 1],
    ]);
    expect(symmetriesOf(chain)).toBeUndefined();
    const [first, ...rest] = ring(4).links;
    const lame = { ...ring(4), links: [{ ...first, bandwidth: 2 } as LinkGraph['links'][number], ...rest] };
    expect(symmetriesOf(lame)).toBeUndefined();
  });
});

describe('schedules by symmetry', () => {
  const options = { bytes: 2 ** 20, chunksPerNpu: 2, seed: 0, tries: 2, draws: 4 };

  it('are valid, with thrift and without', () => {
    for (const graph of [ring(6), torus(4, 4), star(5), rails(2, 8, 12, 1)]) {
      const synthesis = new SymmetricSynthesis(graph, symmetriesOf(graph) as Symmetries);
      for (const thrifty of [false, true]) {
        for (const collective of ['all-gather', 'all-reduce'] as const) {
          const schedule = synthesis.schedule(collective, { ...options, thrifty });
          expect(checkSchedule(schedule, graph, collective)).toEqual([]);
        }
      }
    }
  });

  it('load all links of an orbit alike', () => {
    const graph = torus(8, 8, 50);
    const synthesis = new SymmetricSynthesis(graph, symmetriesOf(graph) as Symmetries);
    const { path } = synthesis.schedule('all-gather', { ...options, thrifty: false });
    const uses = new Int32Array(graph.links.length);
    for (const link of path) uses[link] = (uses[link] as number) + 1;
    // A symmetry takes every message over a link to one over each other link of its orbit, whole rings here.
    const { orbitOf } = symmetriesOf(graph) as Symmetries;
    const perOrbit = new Map<number, Set<number>>();
    for (const [link, orbit] of orbitOf.entries()) {
      perOrbit.set(orbit, (perOrbit.get(orbit) ?? new Set()).add(uses[link] as number));
    }
    const loads = [...perOrbit.values()];
    expect(loads.map((load) => load.size)).toEqual([1, 1, 1, 1]);
    // 2 pieces to 63 NPUs, over four orbits.
    expect(loads.reduce((sum, [load = 0]) => sum + Number(load), 0)).toBe(126);
  });

  it('bring a chunk into another box once, if they are thrifty', () => {
    const graph = rails(2, 8, 12, 1);
    const synthesis = new SymmetricSynthesis(graph, symmetriesOf(graph) as Symmetries);
    const schedule = synthesis.schedule('all-gather', { ...options, thrifty: true });
    const crossings = schedule.from.filter(
      (from, i) => Math.floor(from / 8) !== Math.floor((schedule.to[i] as number) / 8),
    );
    expect(crossings).toHaveLength(16 * 2);
  });
});
