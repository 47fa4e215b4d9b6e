import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulateAllGather, simulateAllReduce } from '../../src/index.js';
import { cli, RING_16 } from './run.js';

const TWO_TIERS = 'ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)';

describe('the table', () => {
  test('an all-reduce over a range, as nccl-tests prints it', async () => {
    const { code, out, err } = await cli('collective', '--topology', RING_16, '-b', '256K', '-e', '1M', '-f', '2');
    // 512 KiB: messages of 512 Ki / 4 / 16 = 8192 B take trunc(500 + 8192/644.245) = 512 ns and 3 x trunc(8192/1600)
    // = 15 ns to reduce; a chunk takes 10 + 15 (512 + 10 + 15) + 15 (512 + 10) = 15,895 ns, four of them 63,580.
    // 1 MiB / 66,040 ns = 15.88 GB/s; times 2 x 15/16: 29.77.
    expect(out.split('\n')).toEqual([
      '# all-reduce over 16 of 16 NPUs: ring(16, 600 GiB/s, 500 ns)',
      '# congestion-unaware; ring, local-bw-aware; 4 splits, 1 active chunk per dimension',
      '#',
      '#    size       count   type  redop  root    time   algbw   busbw',
      '#     (B)  (elements)                        (us)  (GB/s)  (GB/s)',
      '   262144       65536  float    sum    -1  62.320    4.21    7.89',
      '   524288      131072  float    sum    -1  63.580    8.25   15.46',
      '  1048576      262144  float    sum    -1  66.040   15.88   29.77',
      '',
    ]);
    expect([code, err]).toEqual([0, '']);
  });

  test('options and their defaults mean what they mean in the library', async () => {
    const plain = await cli('collective', '--topology', TWO_TIERS, '-b', '3M', '--json');
    expect(JSON.parse(plain.out).results).toEqual([simulateAllReduce({ topology: TWO_TIERS, size: '3 MiB' })]);
    const all = await cli(
      ...['collective', '--topology', TWO_TIERS, '-b', '3M', '--json', '--algorithms', 'direct:2, halving-doubling'],
      ...['--decomposition', 'baseline', '--splits', '7', '--active-chunks', '3', '--queues', '2'],
      ...['--scheduling', 'lifo', '--endpoint-delay', '1 us', '--local-memory-bandwidth', '800', '--involved', '1,1'],
    );
    expect(JSON.parse(all.out).results).toEqual([
      simulateAllReduce({
        topology: TWO_TIERS,
        size: 3 * 2 ** 20,
        algorithms: ['direct:2', 'halving-doubling'],
        decomposition: 'baseline',
        splits: 7,
        activeChunks: 3,
        queuesPerDimension: 2,
        scheduling: 'lifo',
        endpointDelay: 1000,
        localMemoryBandwidth: 800,
        involvedDimensions: [true, true],
      }),
    ]);
  });

  test.each(['reduce-scatter', 'all-gather'])('%s: the size is the total buffer', async (collective) => {
    const { out } = await cli('collective', '--collective', collective, '--topology', RING_16, '-b', '1M');
    const row = out.trimEnd().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
    // 2^20 B are 2^18 floats, 2^14 for each of 16 ranks.
    expect(row.slice(0, 2)).toEqual(['1048576', '16384']);
    expect(row[3]).toBe(collective === 'all-gather' ? 'none' : 'sum');
  });

  test('an all-gather takes the share of the NPUs that take part', async () => {
    const argv = ['collective', '--collective', 'all-gather', '--topology', TWO_TIERS, '--involved', '1,0', '--json'];
    const { out } = await cli(...argv, '-b', '8M');
    const expected = simulateAllGather({ topology: TWO_TIERS, size: 2 ** 20, involvedDimensions: [true, false] });
    expect(JSON.parse(out).results).toEqual([expected]);
    expect(expected.totalBytes).toBe(8 * 2 ** 20);
  });
});

describe('other formats', () => {
  test('csv: variables first, units in the names, one row per size', async () => {
    const { code, out } = await cli('collective', '--topology', TWO_TIERS, '-b', '1M', '-e', '4M', '-f', '4', '--csv');
    const time = (size: number) => simulateAllReduce({ topology: TWO_TIERS, size });
    const row = (size: number) => {
      const { timeNs, algbwGBps, busbwGBps, bottleneck } = time(size);
      const asked = `all-reduce,"${TWO_TIERS}",congestion-unaware,ring,local-bw-aware,4,1,${size}`;
      return `${asked},256,256,4,${timeNs},${algbwGBps},${busbwGBps},${bottleneck}`;
    };
    expect(out.split('\n')).toEqual([
      'collective,topology,network,algorithms,decomposition,splits,active_chunks,size_bytes,npus,ranks,chunks,time_ns,algbw_GBps,busbw_GBps,bottleneck_dimension',
      row(2 ** 20),
      row(2 ** 22),
      '',
    ]);
    expect(code).toBe(0);
  });

  test('json keeps warnings inside and stderr empty', async () => {
    const { out, err } = await cli('collective', '--topology', RING_16, '--active-chunks', '2', '--json');
    expect(JSON.parse(out).results[0].warnings.map(({ code }: { code: string }) => code)).toEqual([
      'more-than-the-wire',
    ]);
    expect(err).toBe('');
  });
});

test('congestion-aware: the wire is no wider for two active chunks', async () => {
  const argv = ['collective', '--topology', 'ring(16, 50 GiB/s, 500 ns)', '-b', '100000000', '--splits', '8', '--csv'];
  const busbw = async (...more: string[]) =>
    Number((await cli(...argv, ...more)).out.split('\n')[1]?.split(',').at(-2));
  // 50 GiB/s are 53.7 GB/s.
  expect((await busbw('--active-chunks', '2')).toFixed(1)).toBe('98.9');
  expect((await busbw('--active-chunks', '2', '--network', 'congestion-aware')).toFixed(1)).toBe('53.7');
});

describe('warnings', () => {
  test('each kind once over the whole range, on stderr', async () => {
    const { out, err } = await cli(
      ...['collective', '--topology', RING_16, '--active-chunks', '2', '-b', '1000', '-e', '1M', '-f', '10'],
    );
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^# warning: up to 2 chunks are under way/);
    expect(out).not.toContain('warning');
  });

  test('one that names sizes says at which it is given', async () => {
    const { err } = await cli('collective', '--topology', RING_16, '-b', '6', '-e', '4M', '-f', '8');
    // 6, 48, 384 ...: four chunks of at least 16 bytes; 48 = 4 x 12 is inflated too, 384 = 4 x 96 is not.
    expect(err).toMatch(/^# warning: 64 bytes are simulated instead of 6.* \(at 6 B and likewise at 1 other size\)\n$/);
  });
});

describe("the reference's network files", () => {
  let folder = '';
  const file = (text: string) => {
    const path = join(folder, 'network.yml');
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('give the time of the same network in shorthand, to the bit', async () => {
    const network = file(
      'topology: [ Ring, Switch ]\nnpus_count: [ 8, 32 ]\nbandwidth: [ 600.0, 25.0 ]\nlatency: [ 500, 2000.0 ]\n',
    );
    const { code, out } = await cli('collective', '--network', network, '--json');
    expect(JSON.parse(out).results).toEqual([simulateAllReduce({ topology: TWO_TIERS, size: 2 ** 20 })]);
    expect(code).toBe(0);
  });

  test('are described in shorthand that can be given back', async () => {
    const network = file('topology: [Ring]\nnpus_count: [16]\nbandwidth: [600]\nlatency: [500]\n');
    const described = (await cli('collective', '--network', network)).out.split('\n')[0]?.split(': ')[1] as string;
    expect(described).toBe('ring(16, 644.2450944 GB/s, 500 ns)');
    const again = await cli('collective', '--topology', described);
    expect(again.out).toContain('66.040');
  });

  test('warn of keys that are unknown', async () => {
    const network = file('topology: [Ring]\nnpus_count: [16]\nbandwidth: [600]\nlatency: [500]\nnpus: 3\n');
    expect((await cli('collective', '--network', network)).err).toMatch(/^# warning: network key "npus" is unknown/);
  });

  test.each([
    [
      'a name',
      'topology: [Rng]\nnpus_count: [8]\nbandwidth: [50]\nlatency: [500]\n',
      /topology\[0\]: .*did you mean "Ring"\?/,
    ],
    [
      'a list',
      'topology: [Ring]\nnpus_count: [8, 8]\nbandwidth: [50]\nlatency: [500]\n',
      /npus_count: expected one entry/,
    ],
    ['the syntax', 'topology: [Ring\n', /network\.yml:\d+:\d+: expected JSON or YAML/],
    ['everything', '', /network\.yml: /],
  ])('are refused when %s is wrong', async (_, text, message) => {
    const { code, out, err } = await cli('collective', '--network', file(text));
    expect(err).toMatch(message);
    expect(
      err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('error: ')),
    ).toEqual([]);
    expect([code, out]).toEqual([2, '']);
  });

  test('of circuits contend, whether that is asked for or not', async () => {
    const topology = 'circuits(4, 1 GB/s, 5 ns, switches = 2, reconfiguration = 100 ns)';
    const asked = ['collective', '--topology', topology, '-b', '4000'];
    const { out } = await cli(...asked, '--json');
    expect(JSON.parse(out).results).toEqual([simulateAllReduce({ topology, size: 4000 })]);
    expect((await cli(...asked)).out).toContain('\n# congestion-aware; ring');
    const { code, err } = await cli(...asked, '--network', 'congestion-unaware');
    expect([code, err]).toEqual([2, expect.stringContaining('error: --network: expected congestion-aware')]);
    expect((await cli(...asked, '--explain')).out).toContain('half the reconfiguration time of dimension 0');
    const name = file('');
    expect(await cli(...asked, '--perfetto', name)).toMatchObject({ code: 0 });
    const lanes = JSON.parse(readFileSync(name, 'utf8')).traceEvents.map((event: { cat?: string }) => event.cat);
    // Four NPUs set a circuit on each of two switches.
    expect(lanes.filter((cat: string | undefined) => cat === 'reconfiguration')).toHaveLength(8);
  });

  test('can be run congestion-aware', async () => {
    const network = file('topology: [Ring]\nnpus_count: [16]\nbandwidth: [50]\nlatency: [500]\n');
    const { out } = await cli('collective', '--network', network, '--network', 'congestion-aware', '--json');
    const spec = { topology: 'ring(16, 50 GiB/s, 500 ns)', size: '1 MiB', network: 'congestion-aware' } as const;
    expect(JSON.parse(out).results).toEqual([simulateAllReduce(spec)]);
  });

  test('are refused when there is none', async () => {
    const { code, err } = await cli('collective', '--network', join(folder, 'none.yml'));
    expect(err).toMatch(/^error: --network: .*ENOENT.*\n$/);
    expect(code).toBe(2);
  });
});
