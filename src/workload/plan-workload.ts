import { ConfigError, type Issue, show } from '../base/errors.js';
import { limitsOf, type RunLimits } from '../base/limits.js';
import type { Warning } from '../base/warnings.js';
import type { FoldingMode } from '../base/words.js';
import { type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { StepProgram } from '../collectives/step-program.js';
import type { CollectivePlan } from '../plan/job.js';
import { buildMachine, type Machine } from '../plan/machine.js';
import { givenPhase } from '../plan/phases.js';
import { planCollective } from '../plan/plan-collective.js';
import type { SchedulingPolicy } from '../scheduler/stream-scheduler.js';
import { everyNpu } from '../topology/logical-dimension.js';
import { customProgram } from './custom-program.js';
import { customWarnings } from './custom-warnings.js';
import { place } from './place.js';
import { type PreparedGraph, prepareGraph } from './prepared-graph.js';
import type { RemoteMemory } from './remote-memory.js';
import type { Roofline } from './roofline.js';
import { type CheckedWorkload, checkWorkload } from './schema.js';
import type { WorkloadSpec } from './spec.js';
import type { CollectiveNode, WorkGraph } from './work-graph.js';

/** What a collective node comes to. */
export type PlannedNode =
  | {
      readonly kind: 'plan';
      readonly plan: CollectivePlan;
      /** What NPUs agree by on which collective is which. */
      readonly key: string;
      /** The communicator group; empty for all NPUs. */
      readonly group: string;
    }
  /** Over before it begins: nobody to talk to, or nothing to say. */
  | { readonly kind: 'nothing' };

/** Everything a workload needs, checked and planned. */
export interface PlannedWorkload {
  readonly machine: Machine;
  /** The graph of each NPU; NPUs with the same graph share it. */
  readonly graphs: readonly PreparedGraph[];
  /** What a collective node comes to. */
  readonly planned: (node: CollectiveNode) => PlannedNode;
  readonly plans: readonly CollectivePlan[];
  readonly hasGroups: boolean;
  readonly isCustom: boolean;
  readonly memory: RemoteMemory | undefined;
  /** Undefined: computations take their recorded time. */
  readonly roofline: Roofline | undefined;
  /** Every node just takes its recorded time. */
  readonly replay: boolean;
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
  if (checked.costs !== undefined) {
    const expected =
      'dimensions that were fitted to this topology: curves of single collectives do not make a workload';
    throw new ConfigError([{ path: 'costs', expected, got: 'none for it' }]);
  }
  const machine = buildMachine(checked);
  const graphs = prepareAll(checked, machine.npus);
  const groups = readGroups(checked.groups, machine.npus);
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
    planned: (node) => collectives.planned(node),
    plans: collectives.plans(),
    hasGroups: collectives.usesGroups,
    isCustom: collectives.isCustom,
    memory,
    roofline: roofline && {
      peak: roofline.peak,
      bandwidth: (roofline.memoryBandwidth ?? checked.localMemoryBandwidth) * 1e9,
    },
    replay,
    scheduling: checked.scheduling,
    folding: checked.folding,
    limits: limitsOf(checked),
    warnings: [...checked.warnings, ...collectives.warnings(), ...replayed(graphs)],
  };
}

/** Graphs that are the same object are prepared once. */
function prepareAll({ graphs: given }: CheckedWorkload, npus: number): PreparedGraph[] {
  const graphs: readonly WorkGraph[] = 'nodes' in given ? new Array(npus).fill(given) : given;
  if (graphs.length !== npus) {
    throw new ConfigError([{ path: 'graphs', expected: `one per NPU (${npus})`, got: show(graphs) }]);
  }
  const known = new Map<WorkGraph, PreparedGraph>();
  return graphs.map((graph, i) => {
    const prepared = known.get(graph) ?? prepareGraph(graph, graph.name ?? `graphs[${i}]`, npus);
    known.set(graph, prepared);
    return prepared;
  });
}

function readGroups(given: CheckedWorkload['groups'], npus: number): ReadonlyMap<string, readonly number[]> {
  const issues: Issue[] = [];
  for (const [id, members] of Object.entries(given)) {
    const path = `groups.${id}`;
    const outside = members.find((npu) => npu >= npus);
    if (outside !== undefined) issues.push({ path, expected: `NPU ids below ${npus}`, got: String(outside) });
    if (new Set(members).size !== members.length)
      issues.push({ path, expected: 'every NPU once', got: 'an NPU twice' });
    if (members.length === 0) issues.push({ path, expected: 'at least one member', got: 'none' });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return new Map(Object.entries(given));
}

function refuseMemoryNodes(graphs: readonly PreparedGraph[]): void {
  for (const { name, nodes } of new Set(graphs)) {
    const node = nodes.find(({ kind }) => kind === 'memory');
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

const SINGLE_RING = [readAlgorithm('ring') as Algorithm];

/** Plans the collectives of a workload; each distinct one once. */
class CollectivePlanner {
  readonly #checked: CheckedWorkload;
  readonly #machine: Machine;
  readonly #groups: ReadonlyMap<string, readonly number[]>;
  readonly #byKey = new Map<string, PlannedNode>();
  readonly #byNode = new Map<CollectiveNode, PlannedNode>();
  readonly #prepared = new Map<readonly WorkGraph[], Map<number, StepProgram>>();
  #empty = 0;
  usesGroups = false;
  isCustom = false;

  constructor(checked: CheckedWorkload, machine: Machine, groups: ReadonlyMap<string, readonly number[]>) {
    this.#checked = checked;
    this.#machine = machine;
    this.#groups = groups;
  }

  planned(node: CollectiveNode): PlannedNode {
    return this.#byNode.get(node) as PlannedNode;
  }

  plans(): CollectivePlan[] {
    return [...this.#byKey.values()].flatMap((one) => (one.kind === 'plan' ? [one.plan] : []));
  }

  /** Those of all plans, each once. */
  warnings(): Warning[] {
    const byMessage = new Map(this.plans().flatMap(({ warnings }) => warnings.map((one) => [one.message, one])));
    const empty = this.#empty;
    if (empty === 0) return [...byMessage.values()];
    const message = `${empty} all-gather nodes of 0 bytes send nothing and end at once`;
    return [...byMessage.values(), { code: 'nothing-to-gather', message, data: { nodes: empty } }];
  }

  planAll(graphs: readonly PreparedGraph[]): void {
    const members = new Map<string, ReadonlySet<number>>();
    const seen = new Set<PreparedGraph>();
    for (const [npu, graph] of graphs.entries()) {
      const isNew = !seen.has(graph);
      seen.add(graph);
      // The same graph again asks for nothing new; only groups are a matter of who asks.
      if (!isNew && !this.usesGroups) continue;
      for (const node of graph.nodes) {
        if (node.kind !== 'collective') continue;
        if (isNew) this.#byNode.set(node, this.#plan(node, graph.name));
        const { group } = node;
        if (group === undefined) continue;
        const set = members.get(group) ?? new Set(this.#groups.get(group));
        members.set(group, set);
        if (set.has(npu)) continue;
        const expected = `a group that NPU ${npu} belongs to`;
        throw new ConfigError([{ path: place(graph.name, node.id), expected, got: show(group) }]);
      }
    }
  }

  #plan(node: CollectiveNode, graph: string): PlannedNode {
    const { collective, bytes, involvedDimensions, group, root, weights } = node;
    const members = group === undefined ? undefined : this.#membersOf(group, node, graph);
    if (members !== undefined && members.length < this.#machine.npus) this.usesGroups = true;
    // A group of all NPUs behaves as none.
    const some = members !== undefined && members.length < this.#machine.npus ? members : undefined;
    const name = some === undefined ? '' : (group as string);
    const custom = node.algorithm ?? this.#checked.customCollectives[collective];
    if ((members ?? [0, 1]).length === 1 || this.#machine.npus === 1) return { kind: 'nothing' };
    if (custom !== undefined) {
      this.isCustom = true;
      const planned = {
        kind: 'plan',
        plan: this.#customPlan(node, custom, some),
        key: `${name} ${collective} ${bytes} custom`,
        group: name,
      } as const;
      this.#byKey.set(`${planned.key} ${this.#byKey.size}`, planned);
      return planned;
    }
    if (collective === 'all-gather' && bytes === 0) {
      this.#empty++;
      return { kind: 'nothing' };
    }
    const special = `${root ?? ''} ${weights === undefined ? '' : JSON.stringify(weights)}`;
    const key = `${name} ${collective} ${bytes} ${involvedDimensions ?? ''} ${special}`;
    let planned = this.#byKey.get(key);
    if (planned === undefined) {
      const plan = this.#at(place(graph, node.id), collective, () =>
        planCollective(
          {
            collective,
            bytes,
            algorithms: this.#checked.algorithms[collective] ?? SINGLE_RING,
            decomposition: this.#checked.decomposition,
            splits: this.#checked.splits,
            interDimensionScheduling: this.#checked.interDimensionScheduling,
            involvedDimensions,
            root,
            weights,
            members: some,
          },
          this.#machine,
        ),
      );
      planned = { kind: 'plan', plan, key, group: name };
      this.#byKey.set(key, planned);
    }
    return planned;
  }

  #membersOf(group: string, node: CollectiveNode, graph: string): readonly number[] {
    const members = this.#groups.get(group);
    if (members !== undefined) return members;
    const known = [...this.#groups.keys()];
    const list = known.length === 0 ? 'there are none' : `there are ${known.slice(0, 20).join(', ')}`;
    const path = `${place(graph, node.id)}, group`;
    throw new ConfigError([{ path, expected: `a communicator group (${list})`, got: show(group) }]);
  }

  /** A collective that is given as graphs has no end-point delay, and its reductions are computations. */
  #customPlan(
    { collective, bytes }: CollectiveNode,
    graphs: readonly WorkGraph[],
    members: readonly number[] | undefined,
  ): CollectivePlan {
    const all = everyNpu(this.#machine.dimensions);
    const dimension = members === undefined ? all : { ...all, ranks: members.length };
    const program = this.#program(graphs, dimension.ranks);
    return {
      collective,
      bytes,
      ranks: dimension.ranks,
      chunks: [[givenPhase('custom', program, { collective, bytes, dimension })]],
      endpoint: { delay: 0, memoryBandwidth: 1 },
      warnings: customWarnings(program, collective, bytes),
      ...(members === undefined ? {} : { members }),
    };
  }

  /** Each set of graphs is turned into a program once. */
  #program(graphs: readonly WorkGraph[], ranks: number): StepProgram {
    const known = this.#prepared.get(graphs) ?? new Map<number, StepProgram>();
    this.#prepared.set(graphs, known);
    let program = known.get(ranks);
    if (program === undefined) {
      if (graphs.length < ranks) {
        const expected = `one graph per rank (${ranks}) of the collective`;
        throw new ConfigError([{ path: 'customCollectives', expected, got: show(graphs) }]);
      }
      const prepared = graphs.slice(0, ranks).map((graph, rank) => {
        return prepareGraph(graph, graph.name ?? `customCollectives, rank ${rank}`, ranks);
      });
      program = customProgram(prepared, ranks);
      known.set(ranks, program);
    }
    return program;
  }

  /** What is wrong with a collective is wrong with its node. */
  #at<T>(path: string, collective: Collective, plan: () => T): T {
    try {
      return plan();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(
        error.issues.map((issue) => {
          if (issue.path === 'splits' || issue.path === 'topology') return issue;
          return {
            ...issue,
            path: issue.path === 'algorithms' ? `algorithms.${collective}` : `${path}, ${issue.path}`,
          };
        }),
      );
    }
  }
}
