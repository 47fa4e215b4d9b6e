// What to change first: the single changes of a plan that help most, and where the time goes with all of them.
import { bestChanges, bottleneckOf, simulateTraining } from 'astra-sim-ts/training';

const [model, cluster] = ['llama3-405b', 'dgx-h100 x 2048'];
let plan = { globalBatch: 1024, tensor: 8, pipeline: 16, recompute: 'full', zero: 1 };
for (let round = 0; round < 4; round++) {
  const { stepNs, modelFlopsUtilisation, breakdown, memory } = simulateTraining({ model, cluster, plan });
  const [change] = bestChanges({ model, cluster, plan }, 1);
  const facts = [
    `${(stepNs / 1e9).toFixed(1)} s`,
    `${(100 * modelFlopsUtilisation).toFixed(0)} % of the peak`,
    `${(memory.total / 1e9).toFixed(0)} GB`,
    `bottleneck: ${bottleneckOf(breakdown)}`,
  ];
  console.log(`${facts.join(', ')}; next: ${change === undefined ? 'nothing helps' : change.name}`);
  if (change === undefined) break;
  plan = change.plan;
}
