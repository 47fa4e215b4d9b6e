import { ConfigError, show } from '../base/errors.js';
import type { WorkloadSpec } from '../workload/spec.js';
import type { WorkGraph } from '../workload/work-graph.js';
import { Communication } from './communication.js';
import { type ExpandedStep, expandNpu, expandStep } from './expand-step.js';
import { workloadAlgorithms } from './group-algorithms.js';
import { coordinatesOf } from './layout.js';
import { inChunks, type PartsOf, sizePerNpu, wholeGroups } from './parts.js';
import { type TrainingStep, trainingStep } from './step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from './training-options.js';

/** Nodes of all NPUs together: each takes some hundred bytes. */
const MOST_NODES = 2 ** 23;

/** A message may be on several links at once, as it is where links have no queues. */
export const QUEUES = { network: 'congestion-aware', switching: 'cut-through' } as const;

/**
 * A training step as a workload, with a graph for every NPU: for export, or to simulate them all. Collectives that are
 * cut into chunks (`splits`) are a node per chunk, one after the other.
 * Takes as long as `simulateTraining` says where the network has
 * queues or nothing goes over links at once, and groups have the same algorithm: a workload has one ring for a group that spans several
 * dimensions, a training step a phase per dimension, direct where all are linked with all.
 *
 * @throws ConfigError with what is wrong, and for a step too large to be written out.
 */
export function trainingWorkload(options: TrainingOptions): WorkloadSpec {
  const checked = checkTraining(options);
  const { step, parts, perStage } = writtenOut(checked);
  const nodes = step.stages.reduce((sum, { npus }, i) => sum + npus * (perStage[i] as number), 0);
  if (nodes > MOST_NODES) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_NODES} nodes of all NPUs`, got: show(nodes) }]);
  }
  const queues = checked.network === 'congestion-aware' ? QUEUES : {};
  return { ...workloadOf(checked, expandStep(step, parts)), ...queues };
}

interface WrittenOut {
  readonly step: TrainingStep;
  readonly parts: PartsOf;
  /** Nodes of the graph of an NPU, by stage. */
  readonly perStage: readonly number[];
}

function writtenOut({ model, plan, rates, durations, dimensions, endpoints }: CheckedTraining): WrittenOut {
  const step = trainingStep(model, plan, rates, durations);
  const parts = inChunks(endpoints.splits, new Communication(dimensions, plan, endpoints), wholeGroups);
  return { step, parts, perStage: step.stages.map((stage) => sizePerNpu(plan, stage, parts, true).nodes) };
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
  const checked = checkTraining(options);
  const { plan } = checked;
  const { step, parts, perStage } = writtenOut(checked);
  const asked = npus ?? Array.from({ length: plan.npus }, (_, npu) => npu);
  const nodes = asked.reduce((sum, npu) => sum + (perStage[coordinatesOf(plan, npu).pipeline] as number), 0);
  if (nodes > MOST_NODES) {
    const expected = `NPUs with at most ${MOST_NODES} nodes together`;
    throw new ConfigError([{ path: 'ranks', expected, got: show(nodes) }]);
  }
  const groups: Record<string, number[]> = {};
  return { graphOf: (npu) => expandNpu(step, npu, parts, groups).graph, groups };
}

/** On links without queues. */
export function workloadOf(checked: CheckedTraining, expanded: ExpandedStep): WorkloadSpec {
  const { dimensions, accelerator, endpoints, warnings } = checked;
  return {
    topology: dimensions,
    routing: 'dimension-order',
    algorithms: workloadAlgorithms(dimensions).algorithms,
    localMemoryBandwidth: accelerator.memoryBandwidth,
    endpointDelay: endpoints.endpointDelay,
    // Chunks are nodes.
    splits: 1,
    ...(endpoints.costs === undefined ? {} : { costs: endpoints.costs }),
    ...(warnings.length === 0 ? {} : { warnings }),
    // Both lanes of an NPU may have a collective under way.
    activeChunks: 2,
    ...expanded,
  };
}
