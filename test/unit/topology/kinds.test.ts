import { describe, expect, test } from 'vitest';
import { hops } from '../../../src/topology/dimension.js';
import { KINDS, type Line } from '../../../src/topology/kinds.js';

const names = ['ring', 'switch', 'fully-connected'] as const;
const sizes = [1, 2, 3, 4, 5, 8];
const count = (npus: number) => Array.from({ length: npus }, (_, i) => i);

/** Hops along the line's own links from one NPU to another. */
function walked(line: Line, from: number, to: number): number {
  let steps = 0;
  for (let at = from; at !== to; at = line.end(line.next(at, to))) {
    expect(line.start(line.next(at, to))).toBe(at);
    expect(++steps).toBeLessThanOrEqual(line.npus + line.switches);
  }
  return steps;
}

describe.each(names.flatMap((name) => sizes.map((npus) => [name, npus] as const)))('%s of %i', (name, npus) => {
  const line = KINDS[name](npus);
  const links = count(line.first(npus));
  const pairs = count(npus * npus)
    .map((pair) => [Math.floor(pair / npus), pair % npus] as const)
    .filter(([from, to]) => from !== to);

  test('links belong to the NPU that they leave, else to the one they lead to, in order', () => {
    for (const link of links) {
      const owner = line.owner(link);
      expect(owner).toBe(line.start(link) < npus ? line.start(link) : line.end(link));
      expect(line.first(owner)).toBeLessThanOrEqual(link);
      expect(link).toBeLessThan(line.first(owner + 1));
    }
  });

  test('no two links join the same devices, and each NPU names its own apart', () => {
    expect(new Set(links.map((link) => `${line.start(link)} ${line.end(link)}`)).size).toBe(links.length);
    expect(new Set(links.map((link) => `${line.owner(link)} ${line.port(link)}`)).size).toBe(links.length);
  });

  test('ways, distances and summaries agree', () => {
    const distances = pairs.map(([from, to]) => walked(line, from, to));
    expect(pairs.map(([from, to]) => line.hops(from, to))).toEqual(distances);
    const apart = pairs.map(([from, to]) =>
      hops({ kind: name, npus, bandwidth: 1, latency: 0 }, (to - from + npus) % npus),
    );
    expect(apart).toEqual(distances);
    expect(line.diameter).toBe(Math.max(0, ...distances));
    const sum = distances.reduce((total, distance) => total + distance, 0);
    expect(line.averageHops).toBeCloseTo(pairs.length === 0 ? 0 : sum / pairs.length, 12);
    expect(line.alike).toBe(true);
  });

  test('a cut is the fewest links out of NPUs in a row, whichever side the switch is on', () => {
    for (const width of count(npus).slice(1)) {
      const inside = (device: number, withSwitch: boolean) => (device < npus ? device < width : withSwitch);
      const out = (withSwitch: boolean) =>
        links.filter((link) => inside(line.start(link), withSwitch) && !inside(line.end(link), withSwitch)).length;
      expect(line.cut(width)).toBe(Math.min(out(false), out(true)));
    }
  });
});

test('the links of each kind', () => {
  const described = (name: (typeof names)[number], npus: number) => {
    const line = KINDS[name](npus);
    return count(line.first(npus)).map((link) => `${line.start(link)}>${line.end(link)} ${line.port(link)}`);
  };
  expect(described('ring', 2)).toEqual(['0>1 +1', '1>0 +1']);
  expect(described('ring', 3)).toEqual(['0>1 +1', '0>2 -1', '1>2 +1', '1>0 -1', '2>0 +1', '2>1 -1']);
  // Device 2 is the switch.
  expect(described('switch', 2)).toEqual(['0>2 up', '2>0 down', '1>2 up', '2>1 down']);
  expect(described('fully-connected', 3)).toEqual([
    '0>1 to 1',
    '0>2 to 2',
    '1>0 to 0',
    '1>2 to 2',
    '2>0 to 0',
    '2>1 to 1',
  ]);
  for (const name of names) expect(described(name, 1)).toEqual([]);
});

test('half way round a ring goes clockwise', () => {
  const line = KINDS.ring(6);
  // From 4 to 1 it is 3 either way.
  expect(line.port(line.next(4, 1))).toBe('+1');
  expect(line.port(line.next(4, 2))).toBe('-1');
});
