// Links that serve one message at a time. Without that, chunks under way at once each have the
// whole wire, and a flat ring over two dimensions never pays for the slow one.
import { simulateAllReduce } from 'astra-sim-ts';

const cells = (...values) => values.map((value) => String(value).padStart(14)).join('');

const ring = 'ring(16, 50 GiB/s, 500 ns)';
console.log(`all-reduce of 100 MB on ${ring}: bus bandwidth in GB/s (a link has 53.7)`);
console.log(cells('active chunks', 'unaware', 'aware', 'waited, ms'));
for (const activeChunks of [1, 2, 4, 8]) {
  const spec = { topology: ring, size: '100 MB', splits: 8, activeChunks };
  const unaware = simulateAllReduce(spec);
  const aware = simulateAllReduce({ ...spec, network: 'congestion-aware' });
  const waited = (aware.dimensions[0]?.links?.waitedNs ?? 0) / 1e6;
  console.log(cells(activeChunks, unaware.busbwGBps.toFixed(1), aware.busbwGBps.toFixed(1), waited.toFixed(1)));
}

console.log('\none ring over all of 8 x 8 NPUs, 100 MiB, 600 GB/s in a box: time in us');
console.log(cells('between boxes', 'first dim.', 'dim. order', 'aware', 'by dimension'));
for (const bandwidth of [600, 150, 75, 37.5, 12.5]) {
  const topology = [
    { kind: 'ring', npus: 8, bandwidth: 600, latency: 500 },
    { kind: 'ring', npus: 8, bandwidth, latency: 2000 },
  ];
  const network = 'congestion-aware';
  const ways = [
    // What the congestion-unaware reference charges: only the lowest dimension in which two NPUs differ.
    { algorithms: 'one-ring' },
    // Beyond the reference: every dimension in which they differ, but messages still overlap on a link.
    { algorithms: 'one-ring', routing: 'dimension-order' },
    { algorithms: 'one-ring', network },
    // A ring in each dimension instead of one over all.
    { network },
  ];
  const times = ways.map((way) => simulateAllReduce({ topology, size: '100 MiB', splits: 16, ...way }).timeNs);
  console.log(cells(`${bandwidth} GB/s`, ...times.map((timeNs) => (timeNs / 1e3).toFixed(1))));
}

// Where the time goes: a link of every kind, with what it carried.
const { timeNs, links = [] } = simulateAllReduce({
  topology: 'ring(8, 600 GB/s, 500 ns) x ring(8, 12.5 GB/s, 2 us)',
  size: '100 MiB',
  splits: 16,
  algorithms: 'one-ring',
  network: 'congestion-aware',
  linkStatistics: true,
});
console.log(`\nlinks that were used in the slowest case, of ${timeNs / 1e3} us`);
console.log(cells('dimension', 'link', 'of them', 'messages', 'bytes each', 'busy, us'));
for (const alike of groupBy(links, kindOf).values()) {
  const [{ dimension, name, messages, bytes, busyNs }] = alike;
  console.log(cells(dimension, name, alike.length, messages, bytes, busyNs / 1e3));
}

function kindOf({ dimension, name, messages, bytes }) {
  return [dimension, name, messages, bytes].join();
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
