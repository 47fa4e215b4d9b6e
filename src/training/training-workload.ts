import { ConfigError, show } from '../base/errors.js';
import type { WorkloadSpec } from '../workload/spec.js';
import { expandStep } from './expand-step.js';
import { type TrainingStep, trainingStep } from './step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from './training-options.js';

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
  const checked = checkTraining(options);
  const step = trainingStep(checked.model, checked.plan, checked.rates, checked.durations);
  const nodes = nodesOf(step);
  if (nodes > MOST_NODES) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_NODES} nodes of all NPUs`, got: show(nodes) }]);
  }
  const { network } = checked;
  // A message may be on several links at once, as it is where links have no queues.
  const queues = network === 'congestion-aware' ? ({ network, switching: 'cut-through' } as const) : {};
  return { ...workloadOf(checked, step), ...queues };
}

/** Nodes of the graphs of all NPUs. */
export function nodesOf({ stages }: TrainingStep): number {
  return stages.reduce((sum, stage) => sum + stage.npus * nodesPerNpu(stage), 0);
}

/** Nodes of the graph of an NPU of a stage. */
export function nodesPerNpu({ nodes }: TrainingStep['stages'][number]): number {
  return nodes.reduce((count, node) => count + (node.kind === 'segment' ? node.pieces.length : 1), 0);
}

/** On links without queues. @param expanded - its graphs; default: written out for every NPU. */
export function workloadOf(checked: CheckedTraining, step: TrainingStep, expanded = expandStep(step)): WorkloadSpec {
  const { dimensions, accelerator, endpoints, warnings } = checked;
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
    ...expanded,
  };
}
