// How long does an all-reduce of 100 MiB take on 16 NPUs: eight to a box on a fast ring, two boxes on a slower one?
import { simulateAllReduce } from 'astra-sim-ts';

const { timeNs, busbwGBps, dimensions, bottleneck } = simulateAllReduce({
  topology: 'ring(8, 600 GB/s, 500 ns) x ring(2, 75 GB/s, 2 us)',
  size: '100 MiB',
});
const busy = dimensions.map(({ utilisation }) => `${(utilisation * 100).toFixed(0)} %`).join(' and ');
console.log(`time ${timeNs} ns, bus bandwidth ${busbwGBps.toFixed(1)} GB/s`);
console.log(`links of the two dimensions used to ${busy}; the bottleneck is dimension ${bottleneck}`);
