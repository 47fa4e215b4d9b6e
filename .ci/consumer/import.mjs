// A user's first script: the entry point's functions, and a number of the published study.
import assert from 'node:assert/strict';
import {
  fromAstraSim,
  parseQuantity,
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateCollective,
  simulateReduceScatter,
} from 'astra-sim-ts';

const simulations = [simulateAllGather, simulateAllReduce, simulateAllToAll, simulateCollective, simulateReduceScatter];
for (const value of [...simulations, fromAstraSim, parseQuantity]) assert.equal(typeof value, 'function');

// "flat-5.0" of its table bandwidth-crossover, where "600 GB/s" means GiB/s.
const { timeNs } = simulateAllReduce({ topology: 'ring(16, 600 GiB/s, 500 ns)', size: '1 MiB' });
assert.equal(timeNs, 66_040);
