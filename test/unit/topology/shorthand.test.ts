import { describe, expect, test } from 'vitest';
import { type CollectiveOptions, ConfigError, type DimensionSpec, simulateAllReduce } from '../../../src/index.js';
import { readShorthand } from '../../../src/topology/shorthand.js';

describe('the shorthand for topologies', () => {
  test('is kind(npus, bandwidth, latency) joined by x', () => {
    expect(readShorthand('ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)')).toEqual([
      { kind: 'ring', npus: 8, bandwidth: '600 GiB/s', latency: '500 ns' },
      { kind: 'switch', npus: 32, bandwidth: '25 GiB/s', latency: '2 us' },
    ]);
  });

  test.each([
    'ring(8,600,500)xswitch(32,25,2)',
    '  ring ( 8 , 600 , 500 )  x  switch( 32 , 25 , 2 )  ',
    'ring(8,600,500)\n×\tswitch(32,25,2)',
  ])('does not mind spaces: %j', (text) => {
    expect(readShorthand(text)).toEqual([
      { kind: 'ring', npus: 8, bandwidth: '600', latency: '500' },
      { kind: 'switch', npus: 32, bandwidth: '25', latency: '2' },
    ]);
  });

  test('means the same as the list it stands for', () => {
    const options = (topology: CollectiveOptions['topology']) => ({ topology, size: '1 MiB', timeline: true });
    const list: readonly DimensionSpec[] = [
      { kind: 'fully-connected', npus: 4, bandwidth: (600 * 2 ** 30) / 1e9, latency: 500 },
      { kind: 'switch', npus: 2, bandwidth: 25, latency: 0.5 },
    ];
    expect(simulateAllReduce(options('fully-connected(4, 600 GiB/s, 500 ns) x switch(2, 200 Gbit/s, 500 ps)'))).toEqual(
      simulateAllReduce(options(list)),
    );
  });

  test.each([
    ['', '[0]'],
    ['ring', '[0]'],
    ['ring(8, 600 GiB/s)', '[0]'],
    ['ring(8, 600 GiB/s, 500 ns, 1)', '[0]'],
    ['ring(8, 1, 1) x', '[1]'],
    ['ring(8, 1, 1) x switch', '[1]'],
    ['ring(8, 1, 1) switch(2, 1, 1)', '[0]'],
    ['(8, 1, 1)', '[0]'],
    ['ring((8, 1, 1))', '[0]'],
    ['ring(8, 1, 1', '[0]'],
  ])('%j is malformed at %s', (text, path) => {
    expect(readShorthand(text)).toMatchObject({ path });
    expect(() => simulateAllReduce({ topology: text, size: 100 })).toThrow(ConfigError);
  });

  test.each([
    ['rng(8, 1, 1)', 'topology[0].kind'],
    ['ring(8, 1, 1) x ring(eight, 1, 1)', 'topology[1].npus'],
    ['ring(, 1, 1)', 'topology[0].npus'],
    ['ring(8.5, 1, 1)', 'topology[0].npus'],
    ['ring(8, fast, 1)', 'topology[0].bandwidth'],
    ['ring(8, 1, 1 GB/s)', 'topology[0].latency'],
    ['ring(8, , 1)', 'topology[0].bandwidth'],
  ])('%j is wrong at %s', (text, path) => {
    try {
      simulateAllReduce({ topology: text, size: 100 });
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).issues.map((issue) => issue.path)).toEqual([path]);
    }
  });

  test('hides nothing else that is wrong', () => {
    try {
      simulateAllReduce({ topology: 'ring(8) x switch(9)', size: -1 });
      expect.unreachable();
    } catch (error) {
      const paths = (error as ConfigError).issues.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining(['topology[0]', 'topology[1]', 'size']));
    }
  });
});
