import { expect, test } from 'vitest';
import { ncclChoose } from '../../src/costs/nccl/choose.js';
import { ncclMachine } from '../../src/costs/nccl/presets.js';
import { cli } from './run.js';

test('the choice, the prediction and the next best for every size', async () => {
  const { code, out, err } = await cli(
    'nccl',
    '--machine',
    'dgx-h100',
    '--nodes',
    '2',
    '-b',
    '1K',
    '-e',
    '1G',
    '-f',
    '32',
  );
  expect([code, err]).toEqual([0, '']);
  const rows = out
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  expect(rows.map(([bytes]) => Number(bytes))).toEqual([1, 32, 1024, 32768, 2 ** 20].map((k) => 1024 * k));
  const machine = ncclMachine('dgx-h100', { nodes: 2 });
  for (const [bytes, algorithm, protocol, channels, , , timeUs] of rows) {
    const choice = ncclChoose({ collective: 'all-reduce', bytes: Number(bytes), machine });
    expect([algorithm, protocol, channels, timeUs]).toEqual([
      choice.algorithm,
      choice.protocol,
      `${choice.usedChannels}/${choice.channels}`,
      choice.timeUs.toFixed(2),
    ]);
  }
});

test('csv and json hold the same', async () => {
  const argv = ['nccl', '--machine', 'dgx-a100', '--collective', 'all-gather', '-b', '1M'];
  const { command, input, results } = JSON.parse((await cli(...argv, '--json')).out);
  expect([command, input.machine.nodes, results[0].candidates.length > 1]).toEqual(['nccl', 1, true]);
  const [header, row] = (await cli(...argv, '--csv')).out.split('\n').map((line) => line.split(','));
  const cell = (name: string) => row?.[header?.indexOf(name) ?? -1];
  expect(cell('algorithm')).toBe(results[0].algorithm);
  expect(Number(cell('time_us'))).toBe(results[0].timeUs);
});

test('one GPU has nothing to do', async () => {
  const { code, out } = await cli('nccl', '--machine', 'dgx-a100', '--gpus-per-node', '1');
  expect(code).toBe(0);
  expect(out).not.toMatch(/NaN|Infinity/);
});

test.each<[string[], RegExp]>([
  [[], /required option '--machine <name>'/],
  [['--machine', 'dgx-h10'], /^error: --machine: expected one of .*dgx-h100/],
  [['--machine', 'dgx-h100', '--nodes', '0'], /^error: --nodes: expected a whole number from 1/],
  [['--machine', 'dgx-h100', '--gpus-per-node', '1e9'], /^error: --gpus-per-node: /],
  [['--machine', 'dgx-h100', '--collective', 'all-to-all'], /^error: --collective: expected one of broadcast/],
  [['--machine', 'dgx-h100', '-b', 'x'], /^error: -b: /],
  [['--machine', 'dgx-h100', '--json', '--csv'], /cannot be used with/],
])('%j is refused', async (argv, message) => {
  const { code, out, err } = await cli('nccl', ...argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});
