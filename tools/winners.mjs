// The best algorithms on networks of many kinds, as a table.
import { compare } from '../dist/synthesis/index.js';

const SIZES = ['64 KiB', '1 MiB', '16 MiB', '256 MiB'];

/** Cables of an MI250 box of 16 GCDs, in links of 50 GB/s. */
const MI250 = [
  ...[
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
    [10, 11],
    [12, 13],
    [14, 15],
  ].map((pair) => [...pair, 200]),
  ...[
    [0, 4],
    [3, 7],
    [8, 12],
    [11, 15],
  ].map((pair) => [...pair, 100]),
  ...[
    ...[
      [0, 8],
      [1, 5],
      [1, 9],
      [1, 10],
      [2, 6],
      [2, 9],
      [2, 10],
      [3, 11],
    ],
    ...[
      [4, 6],
      [5, 6],
      [5, 7],
      [9, 13],
      [10, 14],
      [12, 14],
      [13, 14],
      [13, 15],
    ],
  ].map((pair) => [...pair, 50]),
];

const mi250 = {
  npus: 16,
  links: MI250.map(([from, to, bandwidth]) => ({ from, to, bandwidth, latency: '500 ns', both: true })),
};

/** What a network is, what it is called, and the multiple of the work that goes into it. */
const NETWORKS = [
  ['graph: ring(8, 25 GB/s, 500 ns)'],
  ['graph: dgx-1(P100, 700 ns)', 'DGX-1, P100'],
  ['graph: dgx-1(V100, 700 ns)', 'DGX-1, V100'],
  ['graph: fully-connected(8, 50 GB/s, 500 ns)'],
  ['graph: hypercube(3, 25 GB/s, 500 ns)'],
  ['graph: mesh(4x4, 50 GB/s, 500 ns)'],
  ['graph: torus(4x4, 50 GB/s, 500 ns)'],
  ['ring(4, 100 GB/s, 500 ns) x ring(4, 25 GB/s, 500 ns)', 'torus of two speeds'],
  [mi250, 'MI250, 16 GCDs'],
  ['graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns)'],
  ['graph: star(8, 450 GB/s, 500 ns)', 'HGX H100'],
  ['graph: dgx-a100(2, 700 ns)', '2 DGX A100'],
  ['graph: fat-tree(4x4, 50 GB/s, 500 ns, up = 2)'],
  ['graph: fat-tree(8x4, 50 GB/s, 500 ns, up = 2, oversubscription = 2)', undefined, 0.5],
  ['graph: rail-optimised(4, 8, 450 GB/s, 50 GB/s, 1 us, rails = 8, spines = 4)', 'pod of 4 HGX H100, rails', 0.5],
  ['graph: torus(4x4x4, 50 GB/s, 500 ns)', 'TPU v4 cube', 0.3],
  ['graph: dgx-a100(8, 700 ns)', '8 DGX A100', 0.3],
  ['graph: fat-tree(8x8, 50 GB/s, 500 ns, up = 4, oversubscription = 2)', undefined, 0.3],
  ['graph: star(72, 900 GB/s, 500 ns)', 'NVL72', 0.3],
  ['graph: torus(16x16, 50 GB/s, 500 ns)', 'TPU v5e pod', 1],
];

const percent = (share) => `${Math.floor(100 * share + 1e-9)} %`;

/** The rows of the table as they come, each a line of text. */
export function* winnerRows(only = '') {
  yield `| network | NPUs | ${SIZES.join(' | ')} |`;
  yield `|---|---|${SIZES.map(() => '---|').join('')}`;
  for (const [topology, name, budget = 1] of NETWORKS) {
    const line = typeof topology === 'string' ? `\`${topology.replace('graph: ', '')}\`` : undefined;
    const called = [name, line].filter((part) => part !== undefined).join(': ');
    if (!called.includes(only)) continue;
    const { rows, npus } = compare({ topology, collective: 'all-reduce', sizes: SIZES, budget, crossovers: false });
    const sizes = [...new Set(rows.map(({ bytes }) => bytes))];
    const cells = sizes.map((size) => {
      const [best, ...others] = rows.filter(({ bytes }) => bytes === size);
      const builtIn = [best, ...others].find(({ origin }) => origin === 'built-in');
      const beaten = best === builtIn ? '' : ` (${builtIn.algorithm} ${percent(builtIn.ofBound)})`;
      return `${best.algorithm} ${percent(best.ofBound)}${beaten}`;
    });
    yield `| ${[called, npus, ...cells].join(' | ')} |`;
  }
}
