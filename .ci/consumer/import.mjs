// A user's first script: the entry point's functions, and a number of the published study.
import assert from 'node:assert/strict';
import {
  parseQuantity,
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateCollective,
  simulateReduceScatter,
} from 'astra-sim-ts';
import { ganttChart } from 'astra-sim-ts/charts';
import { fromAstraSim } from 'astra-sim-ts/formats';
import { sweep } from 'astra-sim-ts/sweep';
import { DIMENSION_KINDS } from 'astra-sim-ts/topology';
import { simulateWorkload } from 'astra-sim-ts/workload';

const simulations = [simulateAllGather, simulateAllReduce, simulateAllToAll, simulateCollective, simulateReduceScatter];
for (const value of [...simulations, fromAstraSim, ganttChart, parseQuantity, simulateWorkload, sweep])
  assert.equal(typeof value, 'function');
assert.deepEqual(DIMENSION_KINDS, ['ring', 'switch', 'fully-connected', 'circuits']);

// "flat-5.0" of its table bandwidth-crossover, where "600 GB/s" means GiB/s.
const { timeNs } = simulateAllReduce({ topology: 'ring(16, 600 GiB/s, 500 ns)', size: '1 MiB' });
assert.equal(timeNs, 66_040);
