import { SimulationError } from '../base/errors.js';
import { type Folding, foldSymmetric, spread, unfolded } from '../engine/folding.js';
import { checkConserved } from '../engine/run.js';
import { setUpWorkload, type WorkloadInput } from './set-up.js';
import { describeStuckNodes, stuckNodes } from './stuck-nodes.js';
import type { WorkloadResult } from './workload-result.js';
import { type NpuRun, WorkloadRun, type WorkloadSetup } from './workload-run.js';

/**
 * Simulates a workload: one execution trace (Chakra) per NPU, on the reference's network and
 * system files.
 *
 * @throws ConfigError with what is wrong with files or traces.
 * @throws SimulationError when NPUs wait for each other for ever, naming the nodes.
 */
export function simulateWorkload(input: WorkloadInput): WorkloadResult {
  const { setup, warnings } = setUpWorkload(input);
  const folding = chooseFolding(setup, input.folding ?? 'auto');
  const run = new WorkloadRun(setup, folding);
  run.engine.run(Number.POSITIVE_INFINITY);
  if (!run.isFinished) {
    const stuck = stuckNodes(run);
    const message = `stalled at ${run.engine.now} ns: ${stuck.length} nodes wait\n${describeStuckNodes(stuck)}`;
    throw new SimulationError(message, run.engine.now);
  }
  checkConserved(run.engine);
  const { dimensions } = setup.machine;
  const perNpu = (of: (npu: NpuRun) => number) => spread(folding, run.npus.map(of), dimensions);
  const finishNs = perNpu(({ finishNs: ns }) => ns);
  const { npus } = setup;
  return {
    timeNs: run.npus.reduce((latest, { finishNs: ns }) => Math.max(latest, ns), 0),
    finishNs,
    exposedNs: perNpu(({ finishNs: ns, compute }) => ns - compute.ns),
    commNs: perNpu(({ communication }) => communication.ns),
    gpuNs: perNpu(({ compute }) => compute.ns),
    overlapNs: perNpu(({ finishNs: ns, communication, compute }) => Math.max(0, communication.ns + compute.ns - ns)),
    ...(setup.roofline === undefined ? {} : rooflines(run, folding)),
    npus,
    warnings,
    engine: {
      name: 'message',
      reason:
        folding.npus === npus
          ? 'every NPU is simulated'
          : `all NPUs have the same trace: ${folding.npus} stand for ${npus}`,
      events: run.engine.events,
      messages: run.engine.messages,
    },
  };
}

function rooflines({ npus, engine }: WorkloadRun, folding: Folding): Pick<WorkloadResult, 'roofline'> {
  const reports = npus.map(({ roofline }) => roofline.report());
  const alike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const roofline = spread(folding, reports, engine.machine.dimensions, alike);
  return roofline === undefined ? {} : { roofline };
}

/** NPUs that all do the same act in lockstep, unless they contend for something (SPEC section 8). */
function chooseFolding(
  { machine, graphs, plans, groups, memory, isCustom }: WorkloadSetup,
  wish: 'auto' | 'off',
): Folding {
  const { dimensions, network } = machine;
  const [first] = graphs;
  const alike = graphs.every((graph) => graph === first);
  const shares = memory !== undefined && (memory.kind === 'pool' || memory.kind === 'per-node');
  const talks = first?.nodes.some(({ kind }) => kind === 'send' || kind === 'receive') ?? false;
  const folds =
    alike && !talks && !shares && !isCustom && groups.size === 0 && network === 'congestion-unaware' && wish === 'auto';
  if (!folds) return unfolded(dimensions);
  return foldSymmetric({ dimensions, chunks: plans.all().flatMap(({ chunks }) => chunks) });
}
