import { ConfigError, show } from '../base/errors.js';
import type { WorkloadSpec } from '../workload/spec.js';
import { expandStep } from './expand-step.js';
import { trainingStep } from './step.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

/** Nodes of all NPUs together: each takes some hundred bytes. */
const MOST_NODES = 2 ** 23;

/**
 * A training step as a workload, with a graph for every NPU: for export, or to simulate them all.
 * Takes as long as `simulateTraining` says where no group spans several dimensions of the
 * network: a workload has one ring for such a group, a training step a phase per dimension.
 *
 * @throws ConfigError with what is wrong, and for a step too large to be written out.
 */
export function trainingWorkload(options: TrainingOptions): WorkloadSpec {
  const { model, plan, rates, durations, dimensions, accelerator, endpoints, warnings } = checkTraining(options);
  const step = trainingStep(model, plan, rates, durations);
  const nodes = step.stages.reduce((sum, stage) => {
    const own = stage.nodes.reduce((count, node) => count + (node.kind === 'segment' ? node.pieces.length : 1), 0);
    return sum + own * stage.npus;
  }, 0);
  if (nodes > MOST_NODES) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_NODES} nodes of all NPUs`, got: show(nodes) }]);
  }
  return {
    topology: dimensions,
    routing: 'dimension-order',
    localMemoryBandwidth: accelerator.memoryBandwidth,
    endpointDelay: endpoints.endpointDelay,
    splits: endpoints.splits,
    ...(endpoints.costs === undefined ? {} : { costs: endpoints.costs }),
    ...(warnings.length === 0 ? {} : { warnings }),
    // Both lanes of an NPU may have a collective under way, each with all its chunks.
    activeChunks: 2 * endpoints.splits,
    ...expandStep(step),
  };
}
