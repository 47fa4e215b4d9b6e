import { describe, expect, test } from 'vitest';
import { readEdgeList } from '../../../src/topology/edge-list.js';
import { graphNetwork } from '../../../src/topology/graph-network.js';
import { issuesOf, pathsOf } from './issues.js';

const link = (from: number | string, to: number | string, more: object = {}) => ({
  from,
  to,
  bandwidth: '25 GB/s',
  latency: '500 ns',
  both: true,
  ...more,
});

describe('a list of links', () => {
  test('has NPUs by number, switches by name, and links one way or both', () => {
    const graph = readEdgeList({
      npus: 2,
      switches: ['s0', 's1'],
      links: [link(0, 's0'), link(1, 's0', { tier: 'slow', bandwidth: 1 }), link(0, 1, { both: false, latency: 0.5 })],
    });
    expect(graph).toEqual({
      npus: 2,
      devices: 4,
      links: [
        { from: 0, to: 2, bandwidth: 25, latency: 500 },
        { from: 2, to: 0, bandwidth: 25, latency: 500 },
        { from: 1, to: 2, bandwidth: 1, latency: 500 },
        { from: 2, to: 1, bandwidth: 1, latency: 500 },
        { from: 0, to: 1, bandwidth: 25, latency: 0.5 },
      ],
      names: [
        'links: NPU 0 -> s0',
        'links: s0 -> NPU 0',
        'slow: NPU 1 -> s0',
        'slow: s0 -> NPU 1',
        'links: NPU 0 -> NPU 1',
      ],
      groups: [{ name: 'links' }, { name: 'slow' }],
      groupOf: [0, 0, 1, 1, 0],
      ties: 'first',
    });
    expect(graphNetwork(graph).next(0, 1)).toBe(4);
  });

  test('may be empty for one NPU', () => {
    expect(readEdgeList({ npus: 1, links: [] })).toMatchObject({ npus: 1, devices: 1, groups: [{ name: 'links' }] });
  });

  test('says all that is wrong at once, where it was written', () => {
    const input = {
      npus: 3,
      switches: ['spine', 'spine'],
      links: [
        link(0, 1),
        link(0, 3),
        link('spin', 2),
        link(2, 2),
        link(0, 1, { bandwidth: '0 GB/s', latency: 'soon', colour: 'red' }),
        'a cable',
        link(1, 0, { both: false }),
        link(-1, 0.5),
      ],
    };
    expect(issuesOf(() => readEdgeList(input)).map(({ path, got, hint }) => [path, got, hint])).toEqual([
      ['links[4].bandwidth', '"0 GB/s"', undefined],
      ['links[4].latency', '"soon"', undefined],
      ['links[4].colour', 'an unknown key', undefined],
      ['links[5]', '"a cable"', undefined],
      ['switches[1]', '"spine"', undefined],
      ['links[1].to', '3', undefined],
      ['links[2].from', '"spin"', 'did you mean "spine"?'],
      ['links[7].from', '-1', undefined],
      ['links[7].to', '0.5', undefined],
      ['links[3].to', 'NPU 2', undefined],
      ['links[6]', 'another from NPU 1 to NPU 0, after links[0]', undefined],
    ]);
  });

  test('names NPUs without a way', () => {
    expect(issuesOf(() => readEdgeList({ npus: 3, links: [link(0, 1)] })).map(({ got }) => got)).toEqual([
      'none from NPU 0 to NPU 2',
    ]);
    expect(
      issuesOf(() => readEdgeList({ npus: 2, links: [link(0, 1, { both: false })] })).map(({ got }) => got),
    ).toEqual(['none from NPU 1 to NPU 0']);
  });

  test.each([
    [undefined, ['']],
    [[], ['npus', 'links']],
    ['npus', ['']],
    [{}, ['npus', 'links']],
    [{ npus: 0, links: 7, switch: [] }, ['npus', 'links', 'switch']],
    [
      { npus: 2, links: [{}], ties: 'none' },
      ['ties', 'links[0].from', 'links[0].to', 'links[0].bandwidth', 'links[0].latency'],
    ],
    [{ npus: 2, switches: [7, ''], links: [] }, ['switches[0]', 'switches[1]']],
    [{ npus: 2, links: [link(0, 1, { both: 'yes', tier: 3 })] }, ['links[0].both', 'links[0].tier']],
  ])('%j', (input, paths) => {
    expect(pathsOf(() => readEdgeList(input))).toEqual(paths);
  });
});
