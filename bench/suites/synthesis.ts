import { compare } from '../../src/synthesis/compare/compare.js';
import { compose } from '../../src/synthesis/hiccl/compose.js';
import { searchComposition } from '../../src/synthesis/hiccl/search.js';
import { verbsOf } from '../../src/synthesis/hiccl/verbs.js';
import { synthesise } from '../../src/synthesis/portfolio/portfolio.js';
import { replay } from '../../src/synthesis/replay.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import { taccl } from '../../src/synthesis/taccl/taccl.js';
import { tacos } from '../../src/synthesis/tacos/tacos.js';
import type { DirectedLink, LinkGraph } from '../../src/topology/link-graph.js';
import type { Case, Suite } from '../suite.js';

const BYTES = 2 ** 30;
const LINK = { bandwidth: 50, latency: 500 };

/** Rows and columns are rings. */
function torus(rows: number, columns: number): LinkGraph {
  const links: DirectedLink[] = [];
  const npu = (row: number, column: number) => ((row + rows) % rows) * columns + ((column + columns) % columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = npu(row, column);
      const around = [npu(row + 1, column), npu(row - 1, column), npu(row, column + 1), npu(row, column - 1)];
      for (const to of around) links.push({ from, to, ...LINK });
    }
  }
  return { npus: rows * columns, devices: rows * columns, links };
}

/** Boxes of NPUs on a fast switch each, all NPUs on a slow one too. */
function boxes(count: number, size: number): LinkGraph {
  const npus = count * size;
  const links: DirectedLink[] = [];
  const cable = (a: number, b: number, bandwidth: number) =>
    links.push({ from: a, to: b, bandwidth, latency: 500 }, { from: b, to: a, bandwidth, latency: 500 });
  for (let npu = 0; npu < npus; npu++) {
    cable(npu, npus + Math.floor(npu / size), 200);
    cable(npu, npus + count, 25);
  }
  return { npus, devices: npus + count + 1, links };
}

/** Schedules made for a network, and what is done with them. */
export const synthesis: Suite = {
  name: 'synthesis',
  about: 'schedules for 1 GiB in all: TACOS on tori, HiCCL compositions, TACCL over shortest paths; check and replay',
  samples: 3,
  cases: () => [
    ...[
      [8, 8],
      [16, 16],
      [32, 32],
    ].map(([rows = 0, columns = 0]): Case => {
      const graph = torus(rows, columns);
      const sends = graph.npus * (graph.npus - 1);
      return {
        name: `TACOS all-gather, torus ${rows}x${columns}`,
        run: () => tacos(graph, 'all-gather', { bytes: BYTES, variant: 'reserve' }),
        work: { amount: sends, unit: 'sends' },
        ...(graph.npus === 1024 ? { target: { atMostMs: 20_000 } } : {}),
        // Ten times the rate of the published program, which takes 0.78 s.
        ...(graph.npus === 256 ? { target: { atMostMs: 78 } } : {}),
      };
    }),
    ...afterTacos(),
    ...(['all-gather', 'all-reduce'] as const).map((collective): Case => {
      const verbs = verbsOf(collective, 1024, 1024);
      return {
        name: `HiCCL ${collective}, 128 x 8 ranks`,
        run: () => compose(verbs, { hierarchy: [128, 8] }),
        work: { amount: compose(verbs, { hierarchy: [128, 8] }).round.length, unit: 'messages' },
        ...(collective === 'all-gather' ? { target: { atMostMs: 200 } } : {}),
      };
    }),
    {
      name: 'HiCCL search, all-reduce, 2 boxes of 4',
      run: () => searchComposition(boxes(2, 4), 'all-reduce', { bytes: BYTES }),
    },
    {
      name: 'TACCL all-gather, torus 8x8',
      run: () => taccl(torus(8, 8), 'all-gather', { bytes: BYTES }),
      work: { amount: 64 * 63, unit: 'sends' },
    },
    {
      name: 'portfolio, all-reduce, torus 4x4',
      run: () => synthesise(torus(4, 4), 'all-reduce', { bytes: BYTES }),
    },
    {
      name: 'compare, DGX-1V, four sizes',
      run: () =>
        compare({
          topology: 'graph: dgx-1(V100, 700 ns)',
          collective: 'all-reduce',
          sizes: ['64 KiB', '1 MiB', '16 MiB', '256 MiB'],
        }),
      target: { atMostMs: 5000 },
    },
  ],
};

function afterTacos(): Case[] {
  const graph = torus(16, 16);
  const schedule = tacos(graph, 'all-gather', { bytes: BYTES });
  const work = { amount: schedule.chunk.length, unit: 'transfers' };
  return [
    { name: 'check, torus 16x16', run: () => checkSchedule(schedule, graph, 'all-gather'), work },
    { name: 'replay in order, torus 16x16', run: () => replay(schedule, graph, { order: 'planned' }), work },
    { name: 'replay as they come, torus 16x16', run: () => replay(schedule, graph, { order: 'first-come' }), work },
  ];
}
