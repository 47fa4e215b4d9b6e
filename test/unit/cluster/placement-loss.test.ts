import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { type ClusterJob, comparePlacements, networkPlacements } from '../../../src/cluster/index.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/placement.md', import.meta.url)), 'utf8');

/** All have 16 NPUs on four hosts. */
const NETWORKS = [
  'fat-tree(4x4, 50 GB/s, 500 ns, oversubscription = 2)',
  'fat-tree(4x4, 50 GB/s, 500 ns, oversubscription = 4)',
  'fat-tree(4x2x2, 50 GB/s, 500 ns, oversubscription = 2)',
  'rail-optimised(4, 4, 300 GB/s, 25 GB/s, 500 ns)',
  'rail-optimised(4, 4, 300 GB/s, 50 GB/s, 500 ns, rails = 2, spines = 1, oversubscription = 4)',
];
const CASES = 8;
/** More than a host has: best fit is compact. */
const WANTED = 5;

/** Three NPUs that are taken, and two jobs of two or three NPUs, at random. */
function state(seed: string): { readonly busy: number[]; readonly jobs: ClusterJob[] } {
  const random = seedrandom(seed);
  const keyed = Array.from({ length: 16 }, (_, npu) => ({ npu, key: random() }));
  const npus = keyed.sort((a, b) => a.key - b.key).map(({ npu }) => npu);
  const job = (name: string, from: number, to: number): ClusterJob => {
    return { name, npus: npus.slice(from, to), collective: 'all-reduce', size: '16 MiB', count: 3 };
  };
  return { busy: npus.slice(0, 3), jobs: [job('a', 3, 5), job('b', 5, 8)] };
}

test.each(NETWORKS)('docs/placement.md says what each search loses on %s', (graph) => {
  const shares = new Map<string, number[]>();
  for (let i = 0; i < CASES; i++) {
    const { free, evaluate } = networkPlacements({
      machine: { topology: `graph: ${graph}`, switching: 'cut-through' },
      hosts: 4,
      collective: 'all-reduce',
      size: '16 MiB',
      ...state(`case ${i}`),
    });
    const found = comparePlacements({ free, gpus: WANTED }, evaluate);
    const best = found.at(-1)?.busbwBytesPerNs as number;
    expect(found.at(-1)?.search).toBe('exhaustive');
    for (const { search, busbwBytesPerNs } of found) {
      if (search === 'exhaustive' || search === 'best-fit') continue;
      expect(busbwBytesPerNs).toBeLessThanOrEqual(best);
      shares.set(search, [...(shares.get(search) ?? []), busbwBytesPerNs / best]);
    }
  }
  const text = (share: number) => share.toFixed(2).replace(/^0/, '');
  const cells = [...shares.values()].map((list) => {
    const mean = list.reduce((sum, share) => sum + share, 0) / list.length;
    return `${text(mean)}, ${text(Math.min(...list))}`;
  });
  expect(page).toContain(`| \`${graph}\` | ${cells.join(' | ')} |\n`);
});
