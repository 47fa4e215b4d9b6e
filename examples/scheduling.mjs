// In which order shall the chunks of an all-reduce cross the dimensions? Three levels of
// switches, each half as fast as the one below. In ascending order the lowest carries most
// bytes and the others idle; Themis sends each chunk first where least has been sent.
// Arguments, all optional: topology, algorithms, active chunks, network.
import { simulateAllReduce } from 'astra-sim-ts';

const [
  topology = 'switch(8, 200 GB/s, 500 ns) x switch(4, 100 GB/s, 1 us) x switch(4, 50 GB/s, 2 us)',
  algorithms = 'direct',
  // Several chunks at once keep the links busy; each link serves one message at a time.
  activeChunks = '4',
  network = 'congestion-aware',
] = process.argv.slice(2);
const spec = { topology, algorithms, activeChunks: Number(activeChunks), network, size: '1 GiB', splits: 64 };
const policies = [
  ['ascending', 'fifo'],
  ['round-robin', 'fifo'],
  ['themis', 'fifo'],
  ['themis', 'smallest-first'],
  ['themis', 'fewest-remaining-phases-first'],
  ['themis-flex', 'fifo'],
  ['themis-flex', 'smallest-first'],
];

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const line = (between, within, ...cells) =>
  console.log(between.padEnd(13) + within.padEnd(31) + cells.map((cell) => cell.padStart(10)).join(''));

console.log(`all-reduce of ${spec.size} on ${topology}`);
console.log(`${network}, ${algorithms}, ${spec.splits} chunks, ${activeChunks} active in a dimension at a time`);
console.log('use of the links of each dimension, and its load (longest time on the wire over the mean)');
const names = topology.split(' x ').map((_, d) => `dim ${d}`);
line('dimensions', 'within a queue', 'time, ms', ...names, 'mean', 'max/mean');
for (const [interDimensionScheduling, intraDimensionScheduling] of policies) {
  const result = simulateAllReduce({ ...spec, interDimensionScheduling, intraDimensionScheduling });
  const used = result.dimensions.map(({ utilisation }) => utilisation);
  const wires = result.dimensions.map(({ wireNs }) => wireNs);
  const load = Math.max(...wires) / mean(wires);
  const cells = [(result.timeNs / 1e6).toFixed(2), ...used.map(percent), percent(mean(used)), load.toFixed(2)];
  line(interDimensionScheduling, intraDimensionScheduling, ...cells);
}
