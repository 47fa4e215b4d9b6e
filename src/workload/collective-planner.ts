import { ConfigError, show } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import { type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { StepProgram } from '../collectives/step-program.js';
import type { CollectivePlan } from '../plan/job.js';
import type { Machine } from '../plan/machine.js';
import { usualNode } from '../plan/nccl-nodes.js';
import { givenPhase } from '../plan/phases.js';
import { planCollective } from '../plan/plan-collective.js';
import { ncclNameOf } from '../plan/plan-nccl.js';
import type { FittedTime } from '../report/curve-time.js';
import { everyNpu } from '../topology/logical-dimension.js';
import { liesAlike } from '../topology/subgrid.js';
import { customProgram } from './custom-program.js';
import { customWarnings } from './custom-warnings.js';
import { FittedCollectives } from './fitted-collectives.js';
import type { ShapedGraph } from './graph-shape.js';
import { type Groups, noMember } from './groups.js';
import { place } from './place.js';
import { type PreparedGraph, prepareGraph } from './prepared-graph.js';
import type { CheckedWorkload } from './schema.js';
import type { CollectiveNode, WorkGraph } from './work-graph.js';

/** What a collective node comes to. */
export type PlannedNode =
  | {
      readonly kind: 'plan';
      readonly plan: CollectivePlan;
      /** Collectives of one group that are alike have the same number: what NPUs agree by on which is which. */
      readonly key: number;
      /** The name of the communicator group; undefined for all NPUs. */
      readonly group: string | undefined;
      /** What a calibration says of it: it takes this time, and nothing is sent. */
      readonly fitted: FittedTime | undefined;
    }
  /** Over before it begins: nobody to talk to, or nothing to say. */
  | { readonly kind: 'nothing' };

export type PlannedCollective = Exclude<PlannedNode, { readonly kind: 'nothing' }>;

const SINGLE_RING = [readAlgorithm('ring') as Algorithm];

/** Plans the collectives of a workload; each distinct one once. */
export class CollectivePlanner {
  readonly #checked: CheckedWorkload;
  readonly #machine: Machine;
  readonly #groups: Groups;
  readonly #plans = new Map<string, CollectivePlan>();
  readonly #keys = new Map<string, number>();
  readonly #byGraph = new Map<PreparedGraph['nodes'], (PlannedNode | undefined)[]>();
  readonly #prepared = new Map<readonly WorkGraph[], Map<number, StepProgram>>();
  readonly #fitted: FittedCollectives | undefined;
  #empty = 0;
  isCustom = false;

  constructor(checked: CheckedWorkload, machine: Machine, groups: Groups) {
    this.#checked = checked;
    this.#machine = machine;
    this.#groups = groups;
    this.#fitted = checked.costs && new FittedCollectives(checked.costs, machine);
  }

  /** What the collective nodes of a graph come to, by number of the node. */
  planned({ nodes }: PreparedGraph): readonly (PlannedNode | undefined)[] {
    return this.#byGraph.get(nodes) ?? [];
  }

  plans(): CollectivePlan[] {
    return [...this.#plans.values()];
  }

  /** Those of all plans, each once. */
  warnings(): Warning[] {
    const all = [...this.plans().flatMap(({ warnings }) => warnings), ...(this.#fitted?.simulatedWarnings() ?? [])];
    const byMessage = new Map(all.map((one) => [one.message, one]));
    const empty = this.#empty;
    if (empty === 0) return [...byMessage.values()];
    const message = `${empty} all-gather nodes of 0 bytes send nothing and end at once`;
    return [...byMessage.values(), { code: 'nothing-to-gather', message, data: { nodes: empty } }];
  }

  planAll(graphs: readonly ShapedGraph[]): void {
    for (const graph of new Set(graphs)) {
      const planned = graph.nodes.map((node) => {
        return node.kind === 'collective' ? this.#plan(node, graph.name) : undefined;
      });
      this.#byGraph.set(graph.nodes, planned);
    }
    this.#fitted?.refuseUnused();
    for (const [npu, { name, nodes, shape }] of graphs.entries()) {
      const strange = shape.groups.find((group) => this.#groups.of(group, npu) === undefined);
      if (strange === undefined) continue;
      const node = nodes.find((one) => one.kind === 'collective' && one.group === strange) as CollectiveNode;
      throw new ConfigError([{ path: place(name, node.id), ...noMember(npu, strange) }]);
    }
  }

  #plan(node: CollectiveNode, graph: string): PlannedNode {
    const { npus } = this.#machine;
    const { collective, bytes, involvedDimensions, root, weights } = node;
    const members = node.group === undefined ? npus : this.#ranksOf(node.group, node, graph);
    // A group of all NPUs behaves as none.
    const group = members < npus ? node.group : undefined;
    const groupRanks = group === undefined ? undefined : members;
    const custom = node.algorithm ?? this.#checked.customCollectives[collective];
    if (members === 1) return { kind: 'nothing' };
    const what = `${groupRanks ?? ''} ${collective} ${bytes}`;
    if (custom !== undefined) {
      this.isCustom = true;
      const plan = this.#customPlan(node, custom, groupRanks);
      this.#plans.set(`${what} custom ${this.#plans.size}`, plan);
      this.#fitted?.simulated({ collective, ranks: members, bytes });
      return { kind: 'plan', plan, key: this.#key(`${what} custom`), group, fitted: undefined };
    }
    if (collective === 'all-gather' && bytes === 0) {
      this.#empty++;
      return { kind: 'nothing' };
    }
    const special = `${root ?? ''} ${weights === undefined ? '' : JSON.stringify(weights)}`;
    const algorithms = this.#checked.algorithms[collective] ?? SINGLE_RING;
    // NCCL lays itself out by which NPUs share a node.
    const placed = ncclNameOf({ algorithms }) === undefined || group === undefined ? '' : group;
    const key = `${what} ${involvedDimensions ?? ''} ${special} ${placed}`;
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      plan = this.#at(place(graph, node.id), collective, () =>
        planCollective(
          {
            collective,
            bytes,
            algorithms,
            decomposition: this.#checked.decomposition,
            splits: this.#checked.splits,
            interDimensionScheduling: this.#checked.interDimensionScheduling,
            involvedDimensions,
            root,
            weights,
            nccl: this.#checked.nccl,
            groupRanks,
            members: group === undefined ? undefined : this.#membersOf(group),
          },
          this.#machine,
        ),
      );
      this.#plans.set(key, plan);
    }
    return { kind: 'plan', plan, key: this.#key(key), group, fitted: this.#fittedTime(plan, members, group) };
  }

  /** Of a part of the dimensions, ranks begin with those of their line alone: they are simulated. */
  #fittedTime({ collective, bytes, ranks }: CollectivePlan, members: number, group: string | undefined) {
    if (this.#fitted === undefined) return undefined;
    if (ranks === members) {
      return this.#fitted.of({
        collective,
        bytes,
        ranks,
        members: group === undefined ? undefined : this.#groups.some(group),
      });
    }
    this.#fitted.simulated({ collective, ranks, bytes });
    return undefined;
  }

  #key(text: string): number {
    const key = this.#keys.get(text) ?? this.#keys.size;
    this.#keys.set(text, key);
    return key;
  }

  /** The members of a group, and of a family those of one that all lie like; undefined where these lie in different ways. */
  #membersOf(group: string): readonly number[] | undefined {
    const { graph, dimensions } = this.#machine;
    const edges = this.#groups.edges(group);
    const node = this.#checked.nccl?.gpusPerNode ?? usualNode(this.#machine);
    const alike = edges.length === 0 || (graph === undefined && liesAlike(edges, dimensions, node));
    return alike ? this.#groups.some(group) : undefined;
  }

  #ranksOf(group: string, node: CollectiveNode, graph: string): number {
    const ranks = this.#groups.ranks(group);
    if (ranks !== undefined) return ranks;
    const known = this.#groups.names;
    const list = known.length === 0 ? 'there are none' : `there are ${known.slice(0, 20).join(', ')}`;
    const path = `${place(graph, node.id)}, group`;
    throw new ConfigError([{ path, expected: `a communicator group (${list})`, got: show(group) }]);
  }

  /** A collective that is given as graphs has no end-point delay, and its reductions are computations. */
  #customPlan(
    { collective, bytes }: CollectiveNode,
    graphs: readonly WorkGraph[],
    groupRanks: number | undefined,
  ): CollectivePlan {
    const all = everyNpu(this.#machine.dimensions);
    const dimension = { ...all, ranks: groupRanks ?? all.ranks };
    const program = this.#program(graphs, dimension.ranks);
    return {
      collective,
      bytes,
      ranks: dimension.ranks,
      chunks: [[givenPhase('custom', program, { collective, bytes, dimension })]],
      endpoint: { delay: 0, memoryBandwidth: 1 },
      warnings: customWarnings(program, collective, bytes),
      isOfGroup: groupRanks !== undefined,
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
