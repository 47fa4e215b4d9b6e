// A random sample of ways to wire 256 NPUs in two dimensions, best first. The seed is a
// string: the same one gives the same sample, on any machine.
import { simulateAllReduce } from 'astra-sim-ts';
import seedrandom from 'seedrandom';

const random = seedrandom('256 NPUs');
const pick = (list) => list[Math.floor(random() * list.length)];

const designs = Array.from({ length: 200 }, () => {
  const inner = pick([4, 8, 16, 32]);
  const topology = [
    { kind: pick(['ring', 'switch', 'fully-connected']), npus: inner, bandwidth: '300 GB/s', latency: '500 ns' },
    { kind: pick(['ring', 'switch']), npus: 256 / inner, bandwidth: pick(['25 GB/s', '50 GB/s']), latency: '2 us' },
  ];
  const algorithms = [pick(['ring', 'halving-doubling']), pick(['ring', 'halving-doubling'])];
  const splits = pick([4, 16, 64]);
  const { timeNs, bottleneck } = simulateAllReduce({ topology, algorithms, splits, size: '256 MiB' });
  const wiring = topology.map(({ kind, npus, bandwidth }) => `${kind}(${npus}, ${bandwidth})`).join(' x ');
  return { timeNs, text: `${wiring}, ${algorithms.join(' + ')}, ${splits} chunks; bound by dimension ${bottleneck}` };
});

const distinct = [...new Map(designs.map((design) => [design.text, design])).values()];
distinct.sort((a, b) => a.timeNs - b.timeNs);
console.log(`${distinct.length} distinct designs of ${designs.length} drawn; all-reduce of 256 MiB`);
for (const { timeNs, text } of [...distinct.slice(0, 5), ...distinct.slice(-2)]) {
  console.log(`${(timeNs / 1e6).toFixed(2).padStart(8)} ms  ${text}`);
}
