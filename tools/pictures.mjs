// The pictures of docs/bandwidth.md, docs/circuits.md and docs/placement.md, drawn from what the library computes.
// `node tools/pictures.mjs` writes them; `--check` compares them with those that are there.
import { readFileSync, writeFileSync } from 'node:fs';
import seedrandom from 'seedrandom';
import { chart, PALETTE, renderSvg } from '../dist/charts/index.js';
import {
  circuitSteps,
  communicationTime,
  comparePlacements,
  judgeAllocation,
  networkPlacements,
  playCircuits,
  scheduleCircuits,
} from '../dist/cluster/index.js';
import { simulateAllReduce } from '../dist/index.js';

const folder = new URL('../docs/pictures/', import.meta.url);
const rounded = (value) => Number(value.toPrecision(6));

/** Time against the split of 600 GB/s over two dimensions: the ideal model, and simulated. */
function bandwidthPicture() {
  const model = {
    collectives: [{ collective: 'all-reduce', bytes: '16 MB' }],
    dimensions: [{ npus: 8 }, { npus: 8 }],
    total: '600 GB/s',
  };
  const judged = {
    ...model,
    dimensions: [
      { npus: 8, kind: 'ring', latency: '500 ns' },
      { npus: 8, kind: 'switch', latency: '1 us' },
    ],
    simulation: { splits: 4 },
  };
  const { ideal, best } = judgeAllocation(judged);
  const names = ['ideal model', 'simulated, 4 chunks'];
  const lines = [];
  for (let ring = 300; ring <= 590; ring += 2) {
    const { timeNs } = simulateAllReduce({
      topology: `ring(8, ${ring} GB/s, 500 ns) x switch(8, ${600 - ring} GB/s, 1 us)`,
      algorithms: ['ring', 'halving-doubling'],
      size: '16 MB',
      splits: 4,
    });
    lines.push({ line: names[0], share: ring / 6, us: rounded(communicationTime(model, [ring, 600 - ring]) / 1e3) });
    lines.push({ line: names[1], share: ring / 6, us: timeNs / 1e3 });
  }
  const points = [
    { what: 'optimum of the model', share: rounded(ideal.bytesPerNs[0] / 6), us: rounded(ideal.modelNs / 1e3) },
    { what: 'the same, simulated', share: rounded(ideal.bytesPerNs[0] / 6), us: ideal.simulatedNs / 1e3 },
    { what: 'best found', share: rounded(best.bytesPerNs[0] / 6), us: best.simulatedNs / 1e3 },
  ];
  const x = { field: 'share', type: 'quantitative', scale: { domain: [50, 100] }, title: 'share of the ring (%)' };
  const y = { field: 'us', type: 'quantitative', scale: { domain: [0, 400], clamp: true }, title: 'time (us)' };
  return chart({
    title: {
      text: 'All-reduce of 16 MB on ring(8) x switch(8), 600 GB/s per NPU',
      subtitle: 'how the bandwidth is split between the dimensions',
    },
    width: 520,
    height: 260,
    layer: [
      {
        data: { values: lines },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { x, y, color: { ...colours(names), legend: { orient: 'top', symbolStrokeWidth: 2 } } },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 60, color: 'black' },
        encoding: { x, y },
      },
      ...points.map((point, i) => ({
        data: { values: [point] },
        mark: { type: 'text', dy: i === 1 ? -12 : 16, align: 'right', dx: -2, fontSize: 12 },
        encoding: { x, y, text: { field: 'what', type: 'nominal' } },
      })),
    ],
  });
}

/** What every switch does when: all together, and in the exact optimum. */
function circuitsPicture() {
  const options = {
    steps: circuitSteps('all-reduce-halving-doubling', 16, '32 MB'),
    ...{ switches: 3, bandwidth: '50 GB/s', latency: '20 us', reconfiguration: '200 us' },
  };
  const together = options.steps.map(() => [0, 1, 2]);
  const schedules = [
    ['all switches together', playCircuits(options, together)],
    ['optimum', scheduleCircuits({ ...options, search: 'exact' })],
  ];
  const names = ['circuit 1', 'circuit 2', 'circuit 3', 'circuit 4', 'change'];
  const values = schedules.flatMap(([name, { timeNs, transfers }]) =>
    transfers.flatMap(({ step, switch: place, reconfigureNs, startNs, endNs }) => {
      const panel = `${name}: ${Math.round(timeNs / 1e3)} us`;
      const bar = (what, from, to) => ({
        panel,
        place: `switch ${place}`,
        what,
        from: rounded(from / 1e3),
        to: rounded(to / 1e3),
      });
      const { circuit } = options.steps[step];
      const change = reconfigureNs === undefined ? [] : [bar('change', reconfigureNs, reconfigureNs + 200_000)];
      return [...change, bar(`circuit ${circuit}`, startNs, endNs)];
    }),
  );
  return chart({
    title: {
      text: 'All-reduce of 32 MB among 16 NPUs over three optical switches',
      subtitle: 'halving-doubling; a change of circuits takes 200 us',
    },
    data: { values },
    facet: {
      row: {
        field: 'panel',
        type: 'nominal',
        title: null,
        sort: null,
        header: { labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    spec: {
      width: 620,
      height: 90,
      mark: { type: 'bar', stroke: 'white', strokeWidth: 1 },
      encoding: {
        x: { field: 'from', type: 'quantitative', title: 'time (us)' },
        x2: { field: 'to' },
        y: { field: 'place', type: 'nominal', title: null },
        color: { ...colours(names, 'what', [...PALETTE.slice(0, 4), '#cccccc']), legend: { orient: 'top' } },
      },
    },
  });
}

/** As in the table of docs/placement.md: two other jobs and three busy NPUs at random, 5 of 8 free NPUs wanted. */
function placementPicture() {
  const networks = [
    ['fat tree, oversubscribed 2:1', 'fat-tree(4x4, 50 GB/s, 500 ns, oversubscription = 2)'],
    ['fat tree, 4:1', 'fat-tree(4x4, 50 GB/s, 500 ns, oversubscription = 4)'],
    ['fat tree of three levels, 2:1', 'fat-tree(4x2x2, 50 GB/s, 500 ns, oversubscription = 2)'],
    ['rail-optimised', 'rail-optimised(4, 4, 300 GB/s, 25 GB/s, 500 ns)'],
    ['two rails, 4:1', 'rail-optimised(4, 4, 300 GB/s, 50 GB/s, 500 ns, rails = 2, spines = 1, oversubscription = 4)'],
  ];
  const searches = ['compact', 'spread', 'eliminate', 'eliminate-and-improve'];
  const values = networks.flatMap(([network, graph]) =>
    Array.from({ length: 8 }, (_, i) => {
      const { free, evaluate } = networkPlacements({
        machine: { topology: `graph: ${graph}`, switching: 'cut-through' },
        ...{ hosts: 4, collective: 'all-reduce', size: '16 MiB', ...state(`case ${i}`) },
      });
      const found = comparePlacements({ free, gpus: 5 }, evaluate);
      const best = found.at(-1).busbwBytesPerNs;
      return found
        .filter(({ search }) => searches.includes(search))
        .map(({ search, busbwBytesPerNs }) => ({ network, search, share: rounded((100 * busbwBytesPerNs) / best) }));
    }).flat(),
  );
  const x = {
    field: 'share',
    type: 'quantitative',
    scale: { domain: [30, 100] },
    title: 'bus bandwidth, % of the best placement',
  };
  const y = { field: 'search', type: 'nominal', sort: searches, title: null };
  return chart({
    title: {
      text: 'What each search loses',
      subtitle: '5 of 8 free NPUs beside two other jobs, eight random states; bars are means',
    },
    data: { values },
    facet: {
      row: {
        field: 'network',
        type: 'nominal',
        sort: networks.map(([name]) => name),
        title: null,
        header: { labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    spec: {
      width: 560,
      height: 76,
      layer: [
        {
          mark: { type: 'bar', opacity: 0.35, height: 12 },
          encoding: { x: { ...x, aggregate: 'mean' }, y, color: { ...colours(searches, 'search'), legend: null } },
        },
        {
          mark: { type: 'point', filled: true, size: 26, opacity: 0.9 },
          encoding: { x, y, color: { ...colours(searches, 'search'), legend: null } },
        },
      ],
    },
  });
}

function state(seed) {
  const random = seedrandom(seed);
  const keyed = Array.from({ length: 16 }, (_, npu) => ({ npu, key: random() }));
  const npus = keyed.sort((a, b) => a.key - b.key).map(({ npu }) => npu);
  const job = (name, from, to) => ({
    name,
    npus: npus.slice(from, to),
    collective: 'all-reduce',
    size: '16 MiB',
    count: 3,
  });
  return { busy: npus.slice(0, 3), jobs: [job('a', 3, 5), job('b', 5, 8)] };
}

function colours(domain, field = 'line', range = PALETTE.slice(0, domain.length)) {
  return { field, type: 'nominal', scale: { domain, range: [...range] }, title: null };
}

const PICTURES = { bandwidth: bandwidthPicture, circuits: circuitsPicture, placement: placementPicture };

for (const [name, draw] of Object.entries(PICTURES)) {
  const svg = `${(await renderSvg(draw(), `${name}-`)).trimEnd()}\n`;
  const file = new URL(`${name}.svg`, folder);
  if (!process.argv.includes('--check')) writeFileSync(file, svg);
  else if (readFileSync(file, 'utf8') !== svg) {
    process.stderr.write(`docs/pictures/${name}.svg is not what the library computes\n`);
    process.exitCode = 1;
  }
}
