// All-reduce and all-gather over a range of sizes, in the columns of nccl-tests.
// Small sizes are bound by latency, large ones approach the bandwidth of a link (400 GB/s here).
import { formatBytes, simulateAllGather, simulateAllReduce } from 'astra-sim-ts';

const topology = 'switch(8, 400 GB/s, 936.25 ns)';
const ranks = 8;

for (const [name, simulate, perRank] of [
  ['all-reduce', simulateAllReduce, (total) => total],
  // The size of an all-gather is what one NPU brings; the table lists the total buffer.
  ['all-gather', simulateAllGather, (total) => total / ranks],
]) {
  console.log(`${name} on ${topology}`);
  console.log('        size     time(us)  algbw(GB/s)  busbw(GB/s)');
  for (let total = 2 ** 12; total <= 2 ** 32; total *= 16) {
    const { timeNs, algbwGBps, busbwGBps } = simulate({ topology, size: perRank(total), splits: 16 });
    const cells = [(timeNs / 1e3).toFixed(2), algbwGBps.toFixed(2), busbwGBps.toFixed(2)];
    console.log(formatBytes(total).padStart(12), ...cells.map((cell) => cell.padStart(12)));
  }
}
