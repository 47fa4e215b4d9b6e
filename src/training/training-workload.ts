import { ConfigError, show } from '../base/errors.js';
import type { WorkloadSpec } from '../workload/spec.js';
import type { WorkGraph } from '../workload/work-graph.js';
import { expandNpu, expandStep, whole } from './expand-step.js';
import { workloadAlgorithms } from './group-algorithms.js';
import { coordinatesOf } from './layout.js';
import { type TrainingStep, trainingStep } from './step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from './training-options.js';

/** Nodes of all NPUs together: each takes some hundred bytes. */
const MOST_NODES = 2 ** 23;

/**
 * A training step as a workload, with a graph for every NPU: for export, or to simulate them all.
 * Takes as long as `simulateTraining` says where collectives are not cut into chunks, the network has
 * queues or nothing goes over links at once, and groups have the same algorithm: a workload has one ring for a group that spans several
 * dimensions, a training step a phase per dimension, direct where all are linked with all.
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

/** Graphs of some NPUs, each made when it is asked for. */
export interface TrainingGraphs {
  readonly graphOf: (npu: number) => WorkGraph;
  /** Communicator groups of the NPUs that were asked for: name to NPU ids. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
}

/**
 * The graphs of {@link trainingWorkload}, one by one.
 * @param npus - those that will be asked for; default: all.
 * @throws ConfigError with what is wrong, and where these NPUs have too many nodes to be written out.
 */
export function trainingGraphs(options: TrainingOptions, npus?: readonly number[]): TrainingGraphs {
  const { model, plan, rates, durations } = checkTraining(options);
  const step = trainingStep(model, plan, rates, durations);
  const perStage = step.stages.map(nodesPerNpu);
  const nodes =
    npus?.reduce((sum, npu) => sum + (perStage[coordinatesOf(plan, npu).pipeline] as number), 0) ?? nodesOf(step);
  if (nodes > MOST_NODES) {
    const expected = `NPUs with at most ${MOST_NODES} nodes together`;
    throw new ConfigError([{ path: 'ranks', expected, got: show(nodes) }]);
  }
  const groups: Record<string, number[]> = {};
  return { graphOf: (npu) => expandNpu(step, npu, whole, groups).graph, groups };
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
    algorithms: workloadAlgorithms(dimensions).algorithms,
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
