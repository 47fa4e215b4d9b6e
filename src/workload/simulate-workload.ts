import { SimulationError } from '../base/errors.js';
import { drain, drainAsync } from '../base/slices.js';
import { unlikeNpus } from '../engine/choice.js';
import { Divergence } from '../engine/divergence.js';
import { type Folding, foldClasses, foldSymmetric, unfolded } from '../engine/folding.js';
import { checkConserved, playMessages } from '../engine/run.js';
import { networkOf } from '../plan/machine.js';
import { checkTime } from '../report/result-of.js';
import { beyondLinks } from './beyond-links.js';
import { classesOf } from './classes/classes.js';
import type { PlannedNode } from './collective-planner.js';
import type { NpuRun } from './npu-run.js';
import { type PlannedWorkload, planWorkload } from './plan-workload.js';
import type { NodeTimes, NpuTimes, WorkloadResult } from './result.js';
import { Scope } from './scope.js';
import type { WorkloadSpec } from './spec.js';
import { describeStuckNodes, stuckNodes } from './stuck-nodes.js';
import { summarise } from './summary.js';
import { WorkloadRun } from './workload-run.js';

/** Numbers of NPUs are kept in pairs: more of them are simulated one by one. */
const MOST_NPUS = 2 ** 22;

/**
 * Simulates a workload: one graph of computations, messages and collectives per NPU.
 *
 * @throws ConfigError with what is wrong with the spec or its graphs, before anything runs.
 * @throws SimulationError when NPUs wait for each other for ever, naming the nodes, on an abort
 * and on a used-up event budget.
 */
export function simulateWorkload(spec: WorkloadSpec): WorkloadResult {
  return drain(simulate(spec));
}

/**
 * {@link simulateWorkload} for long runs: lets timers, the user interface and the abort signal
 * have their turn every 65,536 events.
 */
export function simulateWorkloadAsync(spec: WorkloadSpec): Promise<WorkloadResult> {
  return drainAsync(simulate(spec));
}

/** Looks at the NPUs that are about to be simulated, and throws if they are too many. */
type Admission = (npus: readonly number[]) => void;

/** {@link simulateWorkload}, if the NPUs that have to be simulated are admitted. */
export function simulateWithin(spec: WorkloadSpec, admit: Admission): WorkloadResult {
  return drain(simulate(spec, admit));
}

function* simulate(spec: WorkloadSpec, admit?: Admission): Generator<void, WorkloadResult> {
  const workload = planWorkload(spec);
  try {
    return yield* play(workload, chooseScope(workload), admit);
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return yield* play(workload, everyNpu(workload), admit, error);
  }
}

function* play(
  workload: PlannedWorkload,
  scope: Scope,
  admit?: Admission,
  divergence?: Divergence,
): Generator<void, WorkloadResult> {
  const { machine, limits } = workload;
  admit?.(Array.from({ length: scope.folding.npus }, (_, npu) => scope.real(npu)));
  const run = new WorkloadRun(workload, scope);
  const { engine } = run;
  yield* playMessages(engine, limits, () => run.progress);
  if (!run.isFinished) {
    const stuck = stuckNodes(run);
    const message = `stalled at ${engine.now} ns: ${stuck.length} nodes wait\n${describeStuckNodes(stuck)}`;
    throw new SimulationError(message, engine.now);
  }
  // The root of a broadcast is through with it though others never begin it.
  if (engine.lanes.some(({ early }) => early !== undefined && !early.isEmpty)) {
    throw new SimulationError('some NPUs never begin a collective whose messages have come to them', engine.now);
  }
  checkConserved(engine);
  const times = run.npus.map((npu) => timesOf(npu, workload.replay));
  const last = times.reduce((latest, one) => (one.finishNs > latest.finishNs ? one : latest));
  checkTime(last.finishNs);
  const text = JSON.stringify(times[0]);
  const alike = times.every((one) => JSON.stringify(one) === text);
  const { npus } = machine;
  const timesByNpu = () => Array.from({ length: npus }, (_, npu) => times[scope.standIn(npu)] as NpuTimes);
  const nodesOf = (npu: number) => run.npus[scope.standIn(npu)]?.clock?.times as NodeTimes;
  const collectives = summarise(run.collectives(), workload);
  return {
    timeNs: last.finishNs,
    times: last,
    ...(alike ? {} : { timesByNpu: timesByNpu() }),
    ...(workload.nodeTimes ? { nodeTimes: Array.from({ length: npus }, (_, npu) => nodesOf(npu)) } : {}),
    npus,
    collectives: collectives.map(({ summary }) => summary),
    warnings: [
      ...workload.warnings,
      ...collectives.flatMap(({ warnings }) => warnings),
      ...beyondLinks(run, scope, workload),
    ],
    engine: {
      name: 'message',
      reason: reasonOf(scope.folding.npus, npus, divergence),
      events: engine.events,
      messages: engine.messages,
    },
  };
}

function reasonOf(simulated: number, npus: number, divergence: Divergence | undefined): string {
  if (divergence !== undefined) {
    return `every NPU is simulated: at ${divergence.timeNs} ns things happen at once, in an order that may differ among NPUs that do the same`;
  }
  if (simulated === npus) return 'every NPU is simulated';
  return simulated === 1 ? `all NPUs do the same: 1 stands for ${npus}` : `${simulated} NPUs stand for ${npus}`;
}

function timesOf({ finishNs, communication, compute, replayedNs, roofline }: NpuRun, replay: boolean): NpuTimes {
  const report = roofline.report();
  return {
    finishNs,
    exposedNs: finishNs - compute.ns,
    commNs: communication.ns,
    gpuNs: compute.ns,
    overlapNs: Math.max(0, communication.ns + compute.ns - finishNs),
    ...(replay ? { replayedNs } : {}),
    ...(report === undefined ? {} : { roofline: report }),
  };
}

/** Simulates every NPU. */
function everyNpu(workload: PlannedWorkload): Scope {
  return new Scope(workload, unfolded(workload.machine.dimensions));
}

/**
 * NPUs that do the same stand for each other, unless they contend for something: along whole
 * dimensions where all do the same, in lockstep; else by classes.
 */
function chooseScope(workload: PlannedWorkload): Scope {
  const { machine, graphs, memory, isCustom, folding } = workload;
  const { npus, network, dimensions } = machine;
  const shares = memory !== undefined && memory.kind !== 'per-npu';
  if (folding === 'off' || npus === 1 || shares || isCustom) return everyNpu(workload);
  // A group is flat as well, but its members pay by where they are, and classes know it.
  const chunks = workload.plans.flatMap((plan) => (plan.isOfGroup ? [] : plan.chunks));
  const unlike = unlikeNpus(machine, chunks);
  const uniform = unlike === undefined ? foldUniform(workload) : undefined;
  if (uniform?.stands) return new Scope(workload, uniform);
  const misnamed = graphs.some(({ shape }, npu) => shape.selves.some((self) => self !== npu));
  if (npus > MOST_NPUS || misnamed) return everyNpu(workload);
  // Without end-point delays events of one tick cause each other, in chains whose order differs from NPU to NPU.
  const hasQueues = network === 'congestion-aware';
  if (!hasQueues && workload.plans.some(({ endpoint }) => endpoint.delay === 0)) return everyNpu(workload);
  if (hasQueues ? !canFoldQueues(workload) : unlike !== undefined) return everyNpu(workload);
  const classes = hasQueues ? classesOf(workload, networkOf(machine)) : classesOf(workload);
  if (classes === undefined) return everyNpu(workload);
  return new Scope(workload, foldClasses(classes.npus, dimensions), classes);
}

/** Whether all that NPUs share is links. */
function canFoldQueues({ machine, graphs, planned }: PlannedWorkload): boolean {
  const { graph, rendezvous, dimensions } = machine;
  if (graph !== undefined || rendezvous || dimensions.some(({ circuits }) => circuits !== undefined)) return false;
  // All ranks of a collective that takes a calibrated time begin it as the last of them does.
  const isFitted = (one: PlannedNode | undefined) => one?.kind === 'plan' && one.fitted !== undefined;
  return ![...new Set(graphs)].some((one) => planned(one).some(isFitted));
}

/** Folds dimensions where all NPUs run one graph, of nothing but what they do alone or all together. */
function foldUniform({ machine: { dimensions, network }, graphs, plans }: PlannedWorkload): Folding | undefined {
  const [first] = graphs;
  const talks = first?.nodes.some(({ kind }) => kind === 'send' || kind === 'receive');
  if (talks || graphs.some((graph) => graph !== first) || plans.some(({ isOfGroup }) => isOfGroup)) return undefined;
  return foldSymmetric({ dimensions, network, chunks: plans.flatMap(({ chunks }) => chunks) });
}
