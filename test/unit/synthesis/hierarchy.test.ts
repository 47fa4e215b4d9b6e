import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeMsccl } from '../../../src/formats/msccl/write-msccl.js';
import { simulateCollective } from '../../../src/simulate.js';
import { balancedOrders } from '../../../src/synthesis/hierarchy/balance.js';
import { hierarchies } from '../../../src/synthesis/hierarchy/hierarchies.js';
import { levelsOf } from '../../../src/synthesis/hierarchy/levels.js';
import { hierarchical } from '../../../src/synthesis/portfolio/hierarchical.js';
import { synthesise } from '../../../src/synthesis/portfolio/portfolio.js';
import { replay } from '../../../src/synthesis/replay.js';
import { checkSchedule } from '../../../src/synthesis/schedule-check.js';
import { toStepProgram } from '../../../src/synthesis/to-program.js';
import { ring, torus } from '../../../src/topology/builders/regular.js';
import type { DirectedLink, LinkGraph } from '../../../src/topology/link-graph.js';

const LINK = { bandwidth: 50, latency: 500 };
const SQUARE = torus({ sizes: [4, 4], ...LINK });
const COLLECTIVES = ['all-gather', 'reduce-scatter', 'all-reduce'] as const;

/** Boxes on a switch each, and all NPUs on one more; NPU `numbers[i]` is at place i, box by box. */
function boxes(count: number, size: number, numbers = Array.from({ length: count * size }, (_, i) => i)): LinkGraph {
  const npus = count * size;
  const cable = (a: number, b: number, bandwidth: number): DirectedLink[] => [
    { from: a, to: b, bandwidth, latency: 100 },
    { from: b, to: a, bandwidth, latency: 100 },
  ];
  const links = numbers.flatMap((npu, place) => [
    ...cable(npu, npus + Math.floor(place / size), 200),
    ...cable(npu, npus + count, 25),
  ]);
  return { npus, devices: npus + count + 1, links };
}

describe('levels of a network', () => {
  it('are clusters by bandwidth, however their NPUs are numbered', () => {
    // Box 0 has the even NPUs, box 1 the odd ones.
    const [first] = hierarchies(boxes(2, 4, [0, 2, 4, 6, 1, 3, 5, 7]));
    expect(first).toEqual({ sizes: [4, 2], npuAt: [0, 2, 4, 6, 1, 3, 5, 7], isByBandwidth: true });
  });

  it('are the dimensions of a torus, and no others that need NPUs in between', () => {
    const fitting = hierarchies(SQUARE).filter((one) => levelsOf(SQUARE, one) !== undefined);
    expect(fitting.map(({ sizes }) => sizes)).toEqual([[4, 4]]);
    const [rows, columns] = levelsOf(SQUARE, fitting[0] as (typeof fitting)[0]) ?? [];
    expect(rows?.map(({ npus }) => npus)[1]).toEqual([4, 5, 6, 7]);
    expect(columns?.map(({ npus }) => npus)[1]).toEqual([1, 5, 9, 13]);
    // Two links for each of the four NPUs, all lines alike.
    expect(rows?.[0]?.graph.links).toHaveLength(8);
    expect(new Set([...(rows ?? []), ...(columns ?? [])].map(({ key }) => key)).size).toBe(1);
  });

  it('leave switches of all boxes to the level between boxes, and divide links that lines share', () => {
    const graph = boxes(2, 4);
    const [inside, across] =
      levelsOf(graph, { sizes: [4, 2], npuAt: [0, 1, 2, 3, 4, 5, 6, 7], isByBandwidth: true }) ?? [];
    expect(inside?.[0]?.graph).toMatchObject({ npus: 4, devices: 5 });
    expect(new Set(inside?.[0]?.graph.links.map(({ bandwidth }) => bandwidth))).toEqual(new Set([200]));
    expect(across?.[0]?.graph).toMatchObject({ npus: 2, devices: 3 });
    // Two leaves of two NPUs with one link up each: two lines, of half the bandwidth each.
    const up = (a: number, b: number) => [a, b].map((from, i) => ({ from, to: [b, a][i] as number, ...LINK }));
    const tree = { npus: 4, devices: 7, links: [up(0, 4), up(1, 4), up(2, 5), up(3, 5), up(4, 6), up(5, 6)].flat() };
    const [, upper] = levelsOf(tree, { sizes: [2, 2], npuAt: [0, 1, 2, 3], isByBandwidth: false }) ?? [];
    const widths = upper?.[0]?.graph.links.map(({ bandwidth }) => bandwidth).sort((a, b) => a - b);
    expect(widths).toEqual([25, 25, 25, 25, 50, 50, 50, 50]);
  });
});

describe('shares of the orders of levels', () => {
  it('are equal where levels are', () => {
    expect(balancedOrders([4, 4], [1, 1])).toEqual([
      { levels: [0, 1], part: 0.5 },
      { levels: [1, 0], part: 0.5 },
    ]);
  });

  it('keep slow links for what fast ones leave', () => {
    // Level 1 takes 8 times as long: busy for 8 / 8 of a byte after level 0, which is as long as level 0.
    expect(balancedOrders([8, 4], [1, 8])).toEqual([{ levels: [0, 1], part: 1 }]);
  });
});

describe('a hierarchical composition', () => {
  it('is near the bound where both dimensions of a torus are busy all the time', () => {
    const bytes = 2 ** 24;
    const [found] = synthesise(SQUARE, 'all-reduce', { bytes }, [hierarchical]);
    // Every NPU sends 2 * 15/16 of the data at least, over four links of 50 bytes per ns.
    expect(found?.finishNs).toBeLessThan((1.01 * (2 * bytes * 15)) / 16 / 200);
    expect(found?.settings).toMatchObject({ levels: [4, 4], orders: [{ part: 0.5 }, { part: 0.5 }] });
  });

  it('carries several chunks in one message, which a program says', () => {
    const bytes = 2 ** 16;
    const [found] = synthesise(boxes(4, 4), 'all-reduce', { bytes }, [hierarchical]);
    const { schedule } = found as NonNullable<typeof found>;
    expect(Math.max(...(schedule.runs?.length ?? []))).toBeGreaterThan(1);
    expect(schedule.runs?.chunkBytes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    const program = toStepProgram(schedule, 16, 'all-reduce');
    expect(program.bytes.reduce((most, size) => Math.max(most, size), 0)).toBe(Math.max(...schedule.bytes));
  });

  it('is found in any network of levels, valid, and played as planned', () => {
    const level = fc.record({ size: fc.integer({ min: 2, max: 4 }), bandwidth: fc.integer({ min: 1, max: 9 }) });
    const network = fc.tuple(level, level, fc.nat(), fc.boolean()).map(([inner, outer, seed, isDirect]) => {
      const npus = inner.size * outer.size;
      const numbers = Array.from({ length: npus }, (_, i) => i);
      numbers.sort((a, b) => (((a + 1) * (seed + 7919)) % 101) - (((b + 1) * (seed + 7919)) % 101) || a - b);
      if (!isDirect) return boxes(outer.size, inner.size, numbers);
      return torus({ sizes: [inner.size, outer.size], bandwidth: inner.bandwidth, latency: 500 });
    });
    const collective = fc.constantFrom(...COLLECTIVES);
    const bytes = fc.integer({ min: 16, max: 100_000 });
    fc.assert(
      fc.property(network, collective, bytes, (graph, what, size) => {
        const [found] = synthesise(graph, what, { bytes: size, effort: 0.02 }, [hierarchical]);
        if (found === undefined) return;
        expect(checkSchedule(found.schedule, graph, what)).toEqual([]);
        expect(replay(found.schedule, graph, { order: 'planned' }).finishNs).toBeCloseTo(found.finishNs, 6);
      }),
      { numRuns: 25 },
    );
  });

  it('is refused for more NPUs than it takes sensible time for', () => {
    const large = ring({ npus: 1153, ...LINK });
    expect(() => synthesise(large, 'all-reduce', { bytes: 2 ** 20 })).toThrow(/graph.npus.*at most 1152.*got 1153/);
    expect(() => synthesise(large, 'all-to-all', { bytes: 2 ** 20 })).toThrow(/at most 141/);
  });

  it('has none to offer where NPUs form no levels', () => {
    expect(synthesise(ring({ npus: 7, ...LINK }), 'all-gather', { bytes: 7000 }, [hierarchical])).toEqual([]);
  });
});

describe('chunks that travel together', () => {
  const [found] = synthesise(SQUARE, 'all-reduce', { bytes: 2 ** 16, effort: 0.1 }, [hierarchical]);
  const { schedule } = found as NonNullable<typeof found>;
  const runs = schedule.runs as NonNullable<typeof schedule.runs>;

  it('have to be there, and to have the bytes of their message', () => {
    const longer = { ...runs, length: runs.length.map((length, i) => (i === 0 ? length + 10_000 : length)) };
    expect(checkSchedule({ ...schedule, runs: longer }, SQUARE, 'all-reduce')[0]).toMatch(/which do not exist/);
    const larger = { ...runs, chunkBytes: runs.chunkBytes.map((bytes) => bytes + 1) };
    expect(checkSchedule({ ...schedule, runs: larger }, SQUARE, 'all-reduce')[0]).toMatch(/transfer 0 carries/);
  });

  it('are refused where a column is missing or short', () => {
    const short = { ...runs, length: runs.length.slice(1) };
    expect(() => checkSchedule({ ...schedule, runs: short }, SQUARE, 'all-reduce')).toThrow(/schedule.runs.length/);
    const none = { length: runs.length } as typeof runs;
    expect(() => checkSchedule({ ...schedule, runs: none }, SQUARE, 'all-reduce')).toThrow(/schedule.runs.chunkBytes/);
  });
});

describe('a composition of many NPUs', () => {
  const graph = torus({ sizes: [12, 12], ...LINK });
  const bytes = 144 * 4096;

  it('sends together what takes the same way, and plays as planned', () => {
    const [found] = synthesise(graph, 'all-gather', { bytes, effort: 0.1 }, [hierarchical]);
    const { schedule } = found as NonNullable<typeof found>;
    // 11 messages along a row and 11 along a column for each NPU, piece and cut, instead of 143.
    expect(schedule.chunk.length % (144 * 22)).toBe(0);
    const carried = schedule.runs?.length.reduce((sum, length) => sum + length, 0) ?? 0;
    expect(carried).toBe(143 * schedule.chunkSource.length);
    expect(checkSchedule(schedule, graph, 'all-gather')).toEqual([]);
    const program = toStepProgram(schedule, 144, 'all-gather');
    // What is in a message does not lie in a row in the buffer, which a file in MSCCL's format cannot say.
    expect(() => writeMsccl(program, { collective: 'all-gather' })).toThrow(/in a row/);
    const spec = { topology: graph, network: 'congestion-aware', collective: 'all-gather' } as const;
    const { timeNs } = simulateCollective({ ...spec, size: 4096, endpointDelay: 0, program });
    expect(timeNs / (found?.finishNs ?? 0)).toBeCloseTo(1, 2);
  });
});
