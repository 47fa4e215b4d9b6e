import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulateAllReduce } from '../../src/index.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const { at } = testFolder();
const TOPOLOGY = 'ring(4, 50 GB/s, 500 ns) x switch(2, 25 GB/s, 1 us)';
const ARGV = ['collective', '--topology', TOPOLOGY, '-b', '1M'];
const SPEC = { topology: TOPOLOGY, size: '1 MiB' } as const;

describe('every option of a spec has a flag', () => {
  test.each<[string[], object]>([
    [
      ['--routing', 'dimension-order', '--algorithms', 'one-ring'],
      { routing: 'dimension-order', algorithms: 'one-ring' },
    ],
    [['--inter-dimension-scheduling', 'themis'], { interDimensionScheduling: 'themis' }],
    [['--intra-dimension-scheduling', 'smallest-first'], { intraDimensionScheduling: 'smallest-first' }],
    [['--start-times', '0,1,2 us,0,0,0,0,0'], { startTimes: [0, 1, '2 us', 0, 0, 0, 0, 0] }],
    [['--rendezvous'], { rendezvous: true }],
    [
      ['--gen-model', 'gamma=1e-5, delta=2e-5,epsilon=1e-4,threshold=1', '--algorithms', 'direct'],
      {
        genModel: { gammaUsPerByte: 1e-5, deltaUsPerByte: 2e-5, epsilonUsPerByte: 1e-4, incastThreshold: 1 },
        algorithms: 'direct',
      },
    ],
    [['--folding', 'off', '--engine', 'message'], { folding: 'off', engine: 'message' }],
    [
      ['--network', 'congestion-aware', '--switching', 'cut-through'],
      { network: 'congestion-aware', switching: 'cut-through' },
    ],
    [['--network', 'congestion-aware', '--link-statistics'], { network: 'congestion-aware', linkStatistics: true }],
  ])('%s', async (flags, options) => {
    const { code, out } = await cli(...ARGV, ...flags, '--json');
    expect(code).toBe(0);
    const expected = JSON.parse(JSON.stringify(simulateAllReduce({ ...SPEC, ...options })));
    expect(JSON.parse(out).results).toEqual([expected]);
  });

  test.each([
    ['--routing', 'shortest'],
    ['--switching', 'wormhole'],
    ['--inter-dimension-scheduling', 'themiss'],
    ['--start-times', '0,1'],
    ['--engine', 'packet'],
    ['--gen-model', 'beta=3'],
    ['--gen-model', 'gamma=7'],
  ])('%s %s is refused under the name of the flag', async (flag, value) => {
    const { code, err } = await cli(...ARGV, flag, value);
    expect([code, err.split(/[[:]/)[0], err.includes(`error: ${flag}`)]).toEqual([2, 'error', true]);
  });
});

test('--link-statistics lists the busiest links: each NPU has 2 in its ring and 2 to its switch', async () => {
  const { out } = await cli(...ARGV, '--network', 'congestion-aware', '--link-statistics');
  expect(out).toContain('# the 10 busiest of 32 links at 1048576 bytes\n# dimension  NPU  link');
});

describe('--perfetto', () => {
  test('writes a file whole, in folders that it makes', async () => {
    const { code } = await cli(...ARGV, '--perfetto', at('new/phases.json'));
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(at('new/phases.json'), 'utf8')).traceEvents.length).toBeGreaterThan(10);
  });

  test('does not replace what is read', async () => {
    const network = 'topology: [Ring]\nnpus_count: [4]\nbandwidth: [50]\nlatency: [500]\n';
    writeFileSync(at('net.yml'), network);
    const { code, err } = await cli('collective', '--network', at('net.yml'), '--perfetto', at('net.yml'));
    expect([code, err]).toEqual([2, expect.stringMatching(/^error: --perfetto: expected a file of its own/)]);
    expect(readFileSync(at('net.yml'), 'utf8')).toBe(network);
  });

  test('that cannot be written ends with 74', async () => {
    expect((await cli(...ARGV, '--perfetto', '/dev/full')).code).toBe(74);
  });
});

describe('--timeline', () => {
  test('draws a bar for every phase of every chunk', async () => {
    const { code } = await cli(...ARGV, '--splits', '2', '--timeline', at('phases.svg'));
    expect(code).toBe(0);
    // Two chunks go down, across and up again.
    expect(readFileSync(at('phases.svg'), 'utf8').match(/class="bar"/g)).toHaveLength(6);
  });

  test('draws how many are under way where bars would be too thin to see', async () => {
    await cli(...ARGV, '--splits', '400', '--timeline', at('many.svg'));
    const svg = readFileSync(at('many.svg'), 'utf8');
    expect([svg.includes('"bar"'), svg.includes('chunks')]).toEqual([false, true]);
  });

  test('is a file of its own', async () => {
    const { code, err } = await cli(...ARGV, '--timeline', at('a.svg'), '--perfetto', at('a.svg'));
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^error: --(timeline|perfetto): expected a file of its own/),
    ]);
  });
});

test('NCCL gathers from the command line, whose sizes are those of the whole', async () => {
  const argv = ['collective', '--collective', 'all-gather', '--topology', 'switch(8, 48 GB/s, 1 us)', '-b', '64K'];
  const { code, out } = await cli(...argv, '--algorithms', 'nccl', '--gpus-per-node', '1');
  expect(code).toBe(0);
  expect(out).toContain('#   65536: pat Simple, ');
});
