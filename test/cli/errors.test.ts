import { describe, expect, test } from 'vitest';
import { cli, RING_16 } from './run.js';

/** `collective` on a good ring, with more arguments. */
const ring = (...argv: string[]) => cli('collective', '--topology', RING_16, ...argv);

describe('wrong arguments end with 2, a line on stderr and nothing on stdout', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown flag', ['--splts', '3'], /unknown option '--splts'\n\(Did you mean --splits\?\)/],
    ['an argument too many', ['more'], /too many arguments/],
    ['a flag without its value', ['-b'], /argument missing/],
    ['two formats', ['--json', '--csv'], /cannot be used with/],
    ['a file beside a topology', ['--network', 'x.yml'], /^error: --network: expected no file beside --topology/],
    ['two models', ['--network', 'congestion-aware', '--network', 'congestion-unaware'], /at most one model/],
    ['a size that is no number', ['-b', 'NaN'], /^error: -b: .* got "NaN"\n$/],
    ['an empty size', ['-b', ''], /^error: -b: .* got ""\n$/],
    ['a size of nothing', ['-b', '0'], /^error: -b: .* got "0"\n$/],
    ['a negative size', ['-b', '-1M'], /^error: -b: /],
    ['a fraction of a byte', ['-b', '1.5'], /^error: -b: /],
    ['a size beyond exact numbers', ['-b', '9000T'], /^error: -b: /],
    ['an unknown unit', ['-b', '1 parsec'], /^error: -b: /],
    ['an endless size', ['-e', 'Infinity'], /^error: -e: /],
    [
      'a factor that never ends',
      ['-e', '1G', '-f', '1'],
      /^error: -f: expected a whole number, at least 2, got "1"\n$/,
    ],
    ['a factor of 0', ['-e', '1G', '-f', '0'], /^error: -f: /],
    ['a fractional factor', ['-e', '1G', '-f', '1.5'], /^error: -f: /],
    ['a factor that is no number', ['-f', 'x'], /^error: -f: /],
    ['a range upside down', ['-b', '2M', '-e', '1M'], /^error: -e: expected at least the smallest size \(-b 2M\)/],
    ['an unknown collective', ['--collective', 'all-reduse'], /--collective: .*did you mean "all-reduce"\?/],
    ['an unknown algorithm', ['--algorithms', 'rings'], /--algorithms: .*did you mean "ring"\?/],
    ['more algorithms than dimensions', ['--algorithms', 'ring,ring'], /--algorithms: .*at most one per dimension/],
    ['no algorithm', ['--algorithms', ''], /--algorithms: /],
    ['an unknown decomposition', ['--decomposition', 'localBWAware'], /--decomposition: /],
    ['splits of nothing', ['--splits', '0'], /--splits: .* got 0/],
    ['splits that are no number', ['--splits', 'many'], /--splits: .* got "many"/],
    ['active chunks of nothing', ['--active-chunks', '0'], /--active-chunks: /],
    ['too many queues', ['--queues', '9999'], /--queues: /],
    ['an unknown policy', ['--scheduling', 'FIFO'], /--scheduling: .*did you mean "fifo"\?/],
    ['a negative delay', ['--endpoint-delay', '-5'], /--endpoint-delay: /],
    ['no memory bandwidth', ['--local-memory-bandwidth', '0'], /--local-memory-bandwidth: /],
    ['a flag neither 1 nor 0', ['--involved', 'yes'], /^error: --involved: expected 1 or 0 for each dimension/],
    ['too many flags', ['--involved', '1,1'], /--involved: .*one entry per dimension \(1\)/],
    ['nobody involved', ['--involved', '0'], /--involved: /],
  ])('%s', async (_, argv, message) => {
    const { code, out, err } = await ring(...argv);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/\n {4}at /);
  });

  test.each<[string, string, RegExp]>([
    ['a kind', 'rng(8, 600 GB/s, 1 us)', /--topology\[0\]\.kind: .*did you mean "ring"\?/],
    ['a unit', 'ring(8, 600 GB/parsec, 1 us)', /--topology\[0\]\.bandwidth: .*unknown unit/],
    ['a number of NPUs', 'ring(NaN, 600 GB/s, 1 us)', /--topology\[0\]\.npus: /],
    ['the form', 'ring 8', /--topology\[0\]: expected kind\(npus, bandwidth, latency\)/],
    ['all of it', '', /--topology\[0\]: expected kind\(/],
    ['everybody alone', 'ring(1, 600 GB/s, 1 us)', /--topology: expected at least one dimension of two or more NPUs/],
  ])('a topology wrong in %s', async (_, topology, message) => {
    const { code, out, err } = await cli('collective', '--topology', topology);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
  });

  test('a model of the network misspelt', async () => {
    const { code, err } = await cli('collective', '--network', 'congestion-awre');
    expect(err).toMatch(/^error: --network: .* \(did you mean "congestion-aware"\?\)\n$/);
    expect(code).toBe(2);
  });

  test('no topology', async () => {
    const { code, err } = await cli('collective');
    expect(err).toMatch(/^error: --topology: .* or --network FILE, got neither\n$/);
    expect(code).toBe(2);
  });

  test('every issue has a line of its own', async () => {
    const { code, err } = await ring('--splits', '0', '--queues', 'x', '--active-chunks', '-1');
    const flags = err
      .trimEnd()
      .split('\n')
      .map((line) => /^error: (--[a-z-]+): /.exec(line)?.[1]);
    expect(flags.sort()).toEqual(['--active-chunks', '--queues', '--splits']);
    expect(code).toBe(2);
  });

  test('a total buffer smaller than the ranks of an all-gather', async () => {
    const { code, err } = await ring('--collective', 'all-gather', '-b', '15');
    expect(err).toBe('error: -b: expected at least one byte of the total buffer for each of the 16 ranks, got 15\n');
    expect(code).toBe(2);
  });

  test('no command, or an unknown one', async () => {
    expect((await cli()).code).toBe(2);
    const { code, err } = await cli('swep');
    expect(err).toContain('Did you mean sweep?');
    expect(code).toBe(2);
  });
});

test('a time beyond exact nanoseconds ends with 3', async () => {
  const { code, out, err } = await cli('collective', '--topology', 'ring(2, 1e-9 GB/s, 1 us)', '-b', '1G');
  expect(err).toMatch(/^error: the time passes 2\^53 ns .*not exact/);
  expect([code, out]).toEqual([3, '']);
});

test.each([['--help'], ['collective', '--help'], ['sweep', '--help']])('%s %s ends with 0', async (...argv) => {
  const { code, out, err } = await cli(...argv.filter((word) => word !== undefined));
  expect(out).toMatch(/^Usage: astra-sim-ts/);
  expect([code, err]).toEqual([0, '']);
});

test('help shows examples', async () => {
  for (const command of ['collective', 'sweep']) {
    expect((await cli(command, '--help')).out).toContain(`$ astra-sim-ts ${command}`);
  }
});
