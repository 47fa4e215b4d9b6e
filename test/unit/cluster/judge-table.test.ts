import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type JudgedDimension, judgeAllocation } from '../../../src/cluster/index.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/bandwidth.md', import.meta.url)), 'utf8');

const ring: JudgedDimension = { kind: 'ring', npus: 8, latency: '500 ns' };
const node: JudgedDimension = { kind: 'fully-connected', npus: 4, latency: '500 ns' };
const pod: JudgedDimension = { kind: 'switch', npus: 8, latency: '1 us' };
const hall: JudgedDimension = { kind: 'switch', npus: 4, latency: '2 us' };

const NETWORKS: readonly (readonly [string, readonly JudgedDimension[]])[] = [
  ['ring(8) x switch(8)', [ring, pod]],
  ['ring(8) x fully-connected(4) x switch(8)', [ring, node, pod]],
  ['ring(8) x fully-connected(4) x switch(8) x switch(4)', [ring, node, pod, hall]],
];

test.each(
  NETWORKS.flatMap(([name, dimensions]) =>
    [
      ['16 MB', 4],
      ['16 MB', 64],
      ['1 GB', 4],
      ['1 GB', 64],
    ].map(([bytes, splits]) => [name, bytes as string, splits as number, dimensions] as const),
  ),
)('docs/bandwidth.md says how far the ideal optimum is off: %s, %s, %s chunks', (name, bytes, splits, dimensions) => {
  const { ideal, best, loss } = judgeAllocation({
    collectives: [{ collective: 'all-reduce', bytes }],
    dimensions,
    total: '600 GB/s',
    simulation: { splits },
  });
  const us = (ns: number) => (ns / 1e3).toFixed(0);
  const shares = (list: readonly number[]) => list.map((bandwidth) => (bandwidth / 6).toFixed(1)).join(' ');
  const line = [
    ...[name, bytes, String(splits), us(ideal.modelNs), us(ideal.simulatedNs), us(best.simulatedNs)],
    ...[`${(loss * 100).toFixed(1)} %`, shares(ideal.bytesPerNs), shares(best.bytesPerNs)],
  ];
  expect(page).toContain(`| ${line.join(' | ')} |\n`);
});
