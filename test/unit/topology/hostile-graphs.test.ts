import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { readEdgeList } from '../../../src/topology/edge-list.js';
import { graphNetwork } from '../../../src/topology/graph-network.js';
import { readGraphShorthand } from '../../../src/topology/graph-shorthand.js';
import type { NamedGraph } from '../../../src/topology/named-graph.js';

/** A connected network, or a ConfigError with something in it. */
function readsOrSaysWhy(read: () => NamedGraph): void {
  try {
    const network = graphNetwork(read());
    for (let to = 0; to < Math.min(network.npus, 10); to++) expect(network.next(0, to) >= 0).toBe(to !== 0);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues.length).toBeGreaterThan(0);
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    1,
    2,
    -1,
    0.5,
    1e300,
    Number.NaN,
    '',
    's',
    '25 GB/s',
    '1 ns',
    '__proto__',
    null,
    true,
    [],
    {},
  ),
  fc.anything({ maxDepth: 1 }),
);

describe('whatever is given as a graph', () => {
  test('a list of links, sound or not', () => {
    const edge = fc.record(
      { from: odd, to: odd, bandwidth: odd, latency: odd, both: odd, tier: odd, more: odd },
      { requiredKeys: [] },
    );
    const sound = fc.record({
      from: fc.oneof(fc.nat(2), fc.constant('s')),
      to: fc.oneof(fc.nat(2), fc.constant('s')),
      bandwidth: fc.constant('1 GB/s'),
      latency: fc.constant(1),
      both: fc.constant(true),
    });
    const input = fc.oneof(
      odd,
      fc.record({ npus: odd, switches: odd, links: fc.array(fc.oneof(edge, odd)), ties: odd }, { requiredKeys: [] }),
      fc.record({ npus: fc.constantFrom(2, 3), switches: fc.constant(['s']), links: fc.array(fc.oneof(sound, edge)) }),
      fc.record({ npus: fc.constantFrom(1, 2, 3), switches: fc.constant(['s']), links: fc.array(sound) }),
    );
    fc.assert(
      fc.property(input, (value) => readsOrSaysWhy(() => readEdgeList(value))),
      { numRuns: 1000 },
    );
  });

  test('a line, sound or not', () => {
    const names = [
      'ring',
      'torus',
      'mesh',
      'hypercube',
      'star',
      'fat-tree',
      'dragonfly',
      'rail-optimised',
      'dgx-1',
      'x',
    ];
    const values = [
      '2',
      '3',
      '0',
      '2x2',
      '3x1x2',
      '1.5',
      '25 GB/s',
      '1 us',
      'V100',
      'up = 2',
      'npus=2',
      'spines = 1',
      '-1',
    ];
    const line = fc
      .tuple(fc.constantFrom(...names), fc.array(fc.constantFrom(...values), { maxLength: 7 }))
      .map(([name, list]) => `graph: ${name}(${list.join(', ')})`);
    fc.assert(
      fc.property(
        fc.oneof(
          line,
          fc.string().map((text) => `graph:${text}`),
        ),
        (text) => readsOrSaysWhy(() => readGraphShorthand(text)),
      ),
      { numRuns: 2000 },
    );
  });
});
