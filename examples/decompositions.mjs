// One all-reduce, three ways to cross two dimensions, while the second gets slower.
// "baseline" sends the full size through each dimension; "local-bw-aware" scatters it within
// the fast one first, so the slow one carries an eighth. The flat ring ignores the hierarchy.
import { formatBytes, simulateAllReduce } from 'astra-sim-ts';

const size = 100 * 2 ** 20;
const ways = {
  baseline: { decomposition: 'baseline' },
  'local-bw-aware': { decomposition: 'local-bw-aware' },
  'flat ring': { algorithms: 'one-ring' },
};

console.log(`all-reduce of ${formatBytes(size)} on 8 x 8 NPUs, 600 GB/s within a box: time in us`);
console.log(['between boxes', ...Object.keys(ways)].map((heading) => heading.padStart(16)).join(''));
const warnings = new Map();
for (const bandwidth of [600, 150, 75, 37.5, 12.5]) {
  const topology = [
    { kind: 'ring', npus: 8, bandwidth: 600, latency: 500 },
    { kind: 'ring', npus: 8, bandwidth, latency: '2 us' },
  ];
  const results = Object.values(ways).map((way) => simulateAllReduce({ topology, size, splits: 64, ...way }));
  const cells = results.map(({ timeNs }) => (timeNs / 1e3).toFixed(1));
  console.log([`${bandwidth} GB/s`, ...cells].map((cell) => cell.padStart(16)).join(''));
  for (const { code, message } of results.flatMap((result) => result.warnings)) warnings.set(code, message);
}

console.log('\nThe flat ring is the same in every row, which no real one would be. The result says so:');
for (const [code, message] of warnings) console.log(`- ${code}: ${message}`);
