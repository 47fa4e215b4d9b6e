import { ConfigError, show } from '../base/errors.js';
import type { WorkloadSpec } from '../workload/spec.js';
import { Communication } from './communication.js';
import { expandStep } from './expand-step.js';
import { inChunks, type PartsOf, wholeGroups, writtenSize } from './parts.js';
import { type TrainingStep, trainingStep } from './step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from './training-options.js';

/** Nodes of all NPUs together: each takes some hundred bytes. */
const MOST_NODES = 2 ** 23;

/** A message may be on several links at once, as it is where links have no queues. */
export const QUEUES = { network: 'congestion-aware', switching: 'cut-through' } as const;

/**
 * A training step as a workload, with a graph for every NPU: for export, or to simulate them all. Collectives that are
 * cut into chunks (`splits`) are a node per chunk, one after the other.
 * Takes as long as `simulateTraining` says where no group spans several dimensions of the
 * network: a workload has one ring for such a group, a training step a phase per dimension.
 *
 * @throws ConfigError with what is wrong, and for a step too large to be written out.
 */
export function trainingWorkload(options: TrainingOptions): WorkloadSpec {
  const checked = checkTraining(options);
  const { model, plan, rates, durations, dimensions, endpoints, network } = checked;
  const step = trainingStep(model, plan, rates, durations);
  const parts = inChunks(endpoints.splits, new Communication(dimensions, plan, endpoints), wholeGroups);
  const { nodes } = writtenSize(step, parts);
  if (nodes > MOST_NODES) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_NODES} nodes of all NPUs`, got: show(nodes) }]);
  }
  return { ...workloadOf(checked, step, parts), ...(network === 'congestion-aware' ? QUEUES : {}) };
}

/** Written out for every NPU, on links without queues. */
export function workloadOf(checked: CheckedTraining, step: TrainingStep, parts: PartsOf): WorkloadSpec {
  const { dimensions, accelerator, endpoints, warnings } = checked;
  return {
    topology: dimensions,
    routing: 'dimension-order',
    localMemoryBandwidth: accelerator.memoryBandwidth,
    endpointDelay: endpoints.endpointDelay,
    splits: 1,
    ...(endpoints.costs === undefined ? {} : { costs: endpoints.costs }),
    ...(warnings.length === 0 ? {} : { warnings }),
    // Both lanes of an NPU may have a collective under way.
    activeChunks: 2,
    ...expandStep(step, parts),
  };
}
