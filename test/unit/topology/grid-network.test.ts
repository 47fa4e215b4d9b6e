import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../src/topology/address.js';
import { type Dimension, hops } from '../../../src/topology/dimension.js';
import { type GridNetwork, gridNetwork } from '../../../src/topology/grid-network.js';
import { KINDS, type Line, type Wiring } from '../../../src/topology/kinds.js';
import { pathLinks } from '../../../src/topology/path.js';
import { dimensions } from '../../support/arbitraries.js';
import { dimensionOf } from '../../support/phases.js';

const all = (length: number) => Array.from({ length }, (_, i) => i);
const route = (network: GridNetwork, from: number, to: number) =>
  pathLinks(network, from, to).map((link) => network.name(link));

describe('the network of a grid', () => {
  test('numbers links by dimension, NPU and port, switches by line', () => {
    const network = gridNetwork([dimensionOf('ring', 2), dimensionOf('switch', 3)]);
    // A 2-ring has one link each way in each of 3 lines; 6 NPUs have a link each way to one of 2 switches.
    expect([network.npus, network.devices, network.links]).toEqual([6, 8, 6 + 12]);
    expect(network.groups).toEqual([{ name: 'dimension 0' }, { name: 'dimension 1' }]);
    expect(all(10).map((link) => `${network.owner(link)} ${network.port(link)}: ${network.name(link)}`)).toEqual([
      '0 +1: dimension 0: NPU 0 -> NPU 1',
      '1 +1: dimension 0: NPU 1 -> NPU 0',
      '2 +1: dimension 0: NPU 2 -> NPU 3',
      '3 +1: dimension 0: NPU 3 -> NPU 2',
      '4 +1: dimension 0: NPU 4 -> NPU 5',
      '5 +1: dimension 0: NPU 5 -> NPU 4',
      '0 up: dimension 1: NPU 0 -> switch 0',
      '0 down: dimension 1: switch 0 -> NPU 0',
      '1 up: dimension 1: NPU 1 -> switch 1',
      '1 down: dimension 1: switch 1 -> NPU 1',
    ]);
  });

  test('routes correct the lowest dimension first', () => {
    const network = gridNetwork([dimensionOf('ring', 4), dimensionOf('switch', 2), dimensionOf('fully-connected', 3)]);
    // 1 is (1, 0, 0); 23 is (3, 1, 2): half way round the ring, through the switch of NPUs 3 and 7, across to 7 + 2 * 8.
    expect(route(network, 1, 23)).toEqual([
      'dimension 0: NPU 1 -> NPU 2',
      'dimension 0: NPU 2 -> NPU 3',
      'dimension 1: NPU 3 -> switch 3',
      'dimension 1: switch 3 -> NPU 7',
      'dimension 2: NPU 7 -> NPU 23',
    ]);
    expect(route(network, 5, 5)).toEqual([]);
  });

  test('every link has its speed, its ends, its group, and an order by NPU', () => {
    fc.assert(
      fc.property(fc.array(dimensions(6), { minLength: 1, maxLength: 4 }), (drawn) => {
        const network = gridNetwork(drawn);
        fc.pre(network.npus <= 300);
        let last = -1;
        for (const link of all(network.links)) {
          const group = network.group(link);
          const place = group * network.npus + network.owner(link);
          expect(place).toBeGreaterThanOrEqual(last);
          last = place;
          const { bandwidth, latency } = drawn[group] as Dimension;
          expect([network.bandwidth(link), network.latency(link)]).toEqual([bandwidth, latency]);
          const [start, end] = [network.start(link), network.end(link)];
          expect([start, end]).toContain(network.owner(link));
          if (start < network.npus && end < network.npus) {
            const [a, b] = [addressOf(start, drawn), addressOf(end, drawn)];
            expect(a.flatMap((digit, d) => (digit === b[d] ? [] : [d]))).toEqual([group]);
          }
        }
        expect(new Set(all(network.links).map((link) => network.name(link))).size).toBe(network.links);
      }),
      { numRuns: 60 },
    );
  });

  test('a route is connected and has the hops of each dimension in turn', () => {
    fc.assert(
      fc.property(fc.array(dimensions(6), { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), (drawn, a, b) => {
        const network = gridNetwork(drawn);
        const [from, to] = [a % network.npus, b % network.npus];
        const links = pathLinks(network, from, to);
        let at = from;
        for (const link of links) {
          expect(network.start(link)).toBe(at);
          at = network.end(link);
        }
        expect(at).toBe(to);
        const [mine, theirs] = [addressOf(from, drawn), addressOf(to, drawn)];
        const groups = drawn.flatMap((dimension, d) => {
          const distance = ((theirs[d] as number) - (mine[d] as number) + dimension.npus) % dimension.npus;
          return distance === 0 ? [] : new Array<number>(hops(dimension, distance)).fill(d);
        });
        expect(links.map((link) => network.group(link))).toEqual(groups);
      }),
    );
  });

  test('a million NPUs take no time or memory of their own', () => {
    const network = gridNetwork([dimensionOf('ring', 1024), dimensionOf('ring', 1024)]);
    // Two rings, two links each.
    expect(network.links).toBe(4 * 2 ** 20);
    // Half way round both: 512 hops each.
    expect(pathLinks(network, 0, 512 * 1024 + 512)).toHaveLength(1024);
  });
});

/** An open chain: a ring without the links between its ends. Its NPUs are not alike. */
function line(npus: number): Line {
  const owner = (link: number) => Math.floor((link + 1) / 2);
  const isUp = (link: number) => link % 2 === 0;
  return {
    npus,
    switches: 0,
    alike: npus <= 2,
    // NPU 0 has a link up only, the last one down only: 0 up, 1 down, 1 up, 2 down, ...
    first: (npu) => (npu === 0 ? 0 : Math.min(2 * npu - 1, 2 * (npus - 1))),
    owner,
    next: (npu, to) => (to > npu ? 2 * npu : 2 * npu - 1),
    start: owner,
    end: (link) => (isUp(link) ? owner(link) + 1 : owner(link) - 1),
    port: (link) => (isUp(link) ? '+1' : '-1'),
    hops: (from, to) => Math.abs(to - from),
    diameter: npus - 1,
    averageHops: npus < 2 ? 0 : (npus + 1) / 3,
    cut: () => 1,
    // The cable in the middle.
    everybodyLoad: Math.floor((npus * npus) / 4),
    swapLoad: () => Number.NaN,
  };
}

describe('a kind of dimension of our own', () => {
  const kinds: Readonly<Record<'ring' | 'switch' | 'fully-connected' | 'line', Wiring>> = {
    ...KINDS,
    line: Object.assign(line, { hops: (_: number, distance: number) => distance }),
  };
  const ofKind = <K extends string>(kind: K, npus: number) => ({ kind, npus, bandwidth: 1, latency: 10 });

  test('a 3 x 2 mesh', () => {
    const mesh = gridNetwork([ofKind('line', 3), ofKind('line', 2)], kinds);
    // 2 rows of 2 cables and 3 columns of 1.
    expect(mesh.links).toBe(2 * (2 * 2 + 3));
    expect(all(mesh.links).map((link) => `${mesh.start(link)}>${mesh.end(link)}`)).toEqual([
      ...['0>1', '1>0', '1>2', '2>1', '3>4', '4>3', '4>5', '5>4'],
      ...['0>3', '1>4', '2>5', '3>0', '4>1', '5>2'],
    ]);
    expect(route(mesh, 0, 5)).toEqual([
      'dimension 0: NPU 0 -> NPU 1',
      'dimension 0: NPU 1 -> NPU 2',
      'dimension 1: NPU 2 -> NPU 5',
    ]);
  });

  test('goes with the others in one grid', () => {
    const network = gridNetwork([ofKind('switch', 2), ofKind('line', 4), ofKind('ring', 3)], kinds);
    for (const from of all(network.npus)) {
      for (const to of all(network.npus)) {
        const [a, b] = [Math.floor(from / 2) % 4, Math.floor(to / 2) % 4];
        const crossed = pathLinks(network, from, to).filter((link) => network.group(link) === 1);
        expect(crossed).toHaveLength(Math.abs(a - b));
      }
    }
  });
});
