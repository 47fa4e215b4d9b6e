import { ConfigError, show } from '../base/errors.js';
import { limitsOf, type RunLimits } from '../base/limits.js';
import type { Warning } from '../base/warnings.js';
import type { FoldingMode } from '../base/words.js';
import type { CollectivePlan } from '../plan/job.js';
import { buildMachine, type Machine } from '../plan/machine.js';
import type { SchedulingPolicy } from '../scheduler/stream-scheduler.js';
import { CollectivePlanner, type PlannedNode } from './collective-planner.js';
import { type ShapedGraph, Shapes } from './graph-shape.js';
import { Groups } from './groups.js';
import { place } from './place.js';
import { type PreparedGraph, prepareGraph } from './prepared-graph.js';
import type { RemoteMemory } from './remote-memory.js';
import type { Roofline } from './roofline.js';
import { type CheckedWorkload, checkWorkload } from './schema.js';
import type { WorkloadSpec } from './spec.js';
import type { WorkGraph } from './work-graph.js';

/** Everything a workload needs, checked and planned. */
export interface PlannedWorkload {
  readonly machine: Machine;
  /** The graph of each NPU; NPUs with the same graph share it. */
  readonly graphs: readonly ShapedGraph[];
  /** What the collective nodes of a graph come to, by number of the node. */
  readonly planned: (graph: PreparedGraph) => readonly (PlannedNode | undefined)[];
  readonly plans: readonly CollectivePlan[];
  readonly groups: Groups;
  readonly isCustom: boolean;
  readonly memory: RemoteMemory | undefined;
  /** Undefined: computations take their recorded time. */
  readonly roofline: Roofline | undefined;
  /** Every node just takes its recorded time. */
  readonly replay: boolean;
  /** Whether the result has the times of nodes. */
  readonly nodeTimes: boolean;
  readonly scheduling: SchedulingPolicy;
  readonly folding: FoldingMode;
  readonly limits: RunLimits;
  readonly warnings: readonly Warning[];
}

/**
 * Checks a workload and plans its collectives, all before anything runs.
 * @throws ConfigError with what is wrong.
 */
export function planWorkload(spec: WorkloadSpec): PlannedWorkload {
  const checked = checkWorkload(spec);
  if (checked.costs !== undefined && checked.replay) {
    throw new ConfigError([{ path: 'costs', expected: 'none: every node takes its recorded time', got: 'costs' }]);
  }
  const machine = buildMachine(checked);
  const graphs = prepareAll(checked, machine.npus);
  const groups = new Groups(checked.groups, machine.npus);
  const collectives = new CollectivePlanner(checked, machine, groups);
  const { memory, roofline, replay } = checked;
  if (!replay) {
    collectives.planAll(graphs);
    if (memory === undefined) refuseMemoryNodes(graphs);
    if (roofline !== undefined) needOperations(graphs);
  }
  return {
    machine,
    graphs,
    planned: (graph) => collectives.planned(graph),
    plans: collectives.plans(),
    groups,
    isCustom: collectives.isCustom,
    memory,
    roofline: roofline && {
      peak: roofline.peak,
      bandwidth: (roofline.memoryBandwidth ?? checked.localMemoryBandwidth) * 1e9,
    },
    replay,
    nodeTimes: checked.nodeTimes,
    scheduling: checked.scheduling,
    folding: checked.folding,
    limits: limitsOf(checked),
    warnings: [...checked.warnings, ...collectives.warnings(), ...replayed(graphs)],
  };
}

/** Graphs that are the same object are prepared once; those of one shape share what it decides. */
function prepareAll({ graphs: given }: CheckedWorkload, npus: number): ShapedGraph[] {
  if (!('nodes' in given) && given.length !== npus) {
    throw new ConfigError([{ path: 'graphs', expected: `one per NPU (${npus})`, got: show(given) }]);
  }
  const known = new Map<WorkGraph, ShapedGraph>();
  const shapes = new Shapes();
  const prepared = (graph: WorkGraph, i: number) => {
    let shaped = known.get(graph);
    if (shaped === undefined) {
      const one = prepareGraph(graph, graph.name ?? `graphs[${i}]`, npus);
      const { shape, model } = shapes.of(one);
      shaped = { ...model, name: one.name, nodes: one.nodes, shape };
      known.set(graph, shaped);
    }
    return shaped;
  };
  return 'nodes' in given ? new Array(npus).fill(prepared(given, 0)) : given.map(prepared);
}

function refuseMemoryNodes(graphs: readonly PreparedGraph[]): void {
  for (const { name, nodes } of new Set(graphs)) {
    const node = nodes.find((one) => one.kind === 'memory');
    if (node === undefined) continue;
    const expected = 'a remote memory configuration with memory, for nodes that load and store';
    throw new ConfigError([{ path: place(name, node.id), expected, got: 'none' }]);
  }
}

/** The roofline model needs to know how much is computed on what data. */
function needOperations(graphs: readonly PreparedGraph[]): void {
  for (const { name, nodes } of new Set(graphs)) {
    const node = nodes.find((one) => one.kind === 'compute' && !one.cpu && one.bytes && one.operations === undefined);
    if (node === undefined) continue;
    const path = `${place(name, node.id)}, operations`;
    throw new ConfigError([{ path, expected: 'operations, for the roofline model', got: 'nothing' }]);
  }
}

/** Communication that only takes its recorded time is no prediction. */
function replayed(graphs: readonly PreparedGraph[]): Warning[] {
  let nodes = 0;
  let bytes = 0;
  const ofGraph = new Map<PreparedGraph, readonly [number, number]>();
  for (const graph of graphs) {
    let counted = ofGraph.get(graph);
    if (counted === undefined) {
      const replays = graph.nodes.filter(({ kind }) => kind === 'replay') as { readonly bytes: number }[];
      counted = [replays.length, replays.reduce((sum, one) => sum + one.bytes, 0)];
      ofGraph.set(graph, counted);
    }
    nodes += counted[0];
    bytes += counted[1];
  }
  if (nodes === 0) return [];
  const message = `${nodes} broadcast nodes (${bytes} bytes on all NPUs together) take their recorded time: they are not simulated, on any network`;
  return [{ code: 'replayed-time', message, data: { nodes, bytes } }];
}
