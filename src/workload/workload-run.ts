import { ConfigError } from '../base/errors.js';
import type { Folding } from '../engine/folding.js';
import type { CollectivePlan, MachineModel } from '../engine/job.js';
import { type EngineListener, MessageEngine } from '../engine/message/message-engine.js';
import type { Member, RunningCollective } from '../engine/message/running-collective.js';
import { integer, place } from '../formats/chakra/attributes.js';
import type { TraceNode } from '../formats/chakra/graph.js';
import { givenPhase } from '../plan/phases.js';
import { everyNpu } from '../topology/logical-dimension.js';
import { Channels } from './channels.js';
import { type CollectivePlans, requestKey } from './collective-plans.js';
import { Continuations } from './continuations.js';
import { Coverage } from './coverage.js';
import { type CustomPrograms, durationNs } from './custom-program.js';
import { GraphExecutor } from './graph-executor.js';
import { type CollectiveRequest, collectiveRequest, transferOf } from './node-fields.js';
import type { PreparedGraph } from './prepared-graph.js';
import { RemoteMemories, type RemoteMemory } from './remote-memory.js';
import { type Roofline, RooflineTotals, rooflinePoint } from './roofline.js';

/** Everything a workload needs, checked and planned. */
export interface WorkloadSetup {
  readonly machine: MachineModel;
  /** NPUs in the network. */
  readonly npus: number;
  /** The graph of each NPU; NPUs with the same trace share it. */
  readonly graphs: readonly PreparedGraph[];
  readonly plans: CollectivePlans;
  /** Members of each communicator group that is not all NPUs. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly memory: RemoteMemory | undefined;
  /** Undefined: computations take their recorded time. */
  readonly roofline: Roofline | undefined;
  /** Every node just takes its recorded time. */
  readonly replayOnly: boolean;
  /** How the priority of an NPU's collectives goes on from one to the next; `explicit` is the node's own. */
  readonly scheduling: 'fifo' | 'lifo' | 'explicit';
  /** Graphs by rank that replace the algorithm of a request, if it has such. */
  readonly isCustom: boolean;
  readonly custom: (request: CollectiveRequest, node: TraceNode) => readonly PreparedGraph[] | undefined;
  readonly customPrograms: CustomPrograms;
}

/** What one NPU has done so far. */
export interface NpuRun {
  readonly npu: number;
  readonly graph: PreparedGraph;
  readonly executor: GraphExecutor;
  readonly communication: Coverage;
  readonly compute: Coverage;
  readonly roofline: RooflineTotals;
  finishNs: number;
  /** Streams per group that it has begun: what NPUs agree by on which collective is which. */
  readonly streams: Map<string, number>;
  issued: number;
}

/** Runs a workload: the nodes of every NPU's graph, on the message engine. */
export class WorkloadRun implements EngineListener {
  readonly engine: MessageEngine;
  readonly npus: readonly NpuRun[];
  readonly channels: Channels;
  private readonly setup: WorkloadSetup;
  private readonly continuations = new Continuations();
  private readonly memories: RemoteMemories | undefined;
  private readonly collectives = new Map<string, RunningCollective>();
  private readonly onDone = new Map<Member, () => void>();

  constructor(setup: WorkloadSetup, folding: Folding) {
    this.setup = setup;
    this.engine = new MessageEngine(setup.machine, { folding, listener: this });
    this.channels = new Channels(this.engine, this.continuations);
    const { memory } = setup;
    this.memories =
      memory === undefined ? undefined : new RemoteMemories(memory, (npu, ns, then) => this.after(npu, ns, then));
    this.npus = Array.from({ length: folding.npus }, (_, npu) => {
      const graph = setup.graphs[npu] as PreparedGraph;
      return {
        npu,
        graph,
        executor: new GraphExecutor(graph),
        communication: new Coverage(),
        compute: new Coverage(),
        roofline: new RooflineTotals(),
        finishNs: 0,
        streams: new Map(),
        issued: 0,
      };
    });
    for (const run of this.npus)
      this.engine.schedule(
        0,
        this.continuations.add(() => this.pass(run)),
      );
  }

  get isFinished(): boolean {
    return this.npus.every(({ executor }) => executor.unfinished === 0);
  }

  onTimer(token: number): void {
    this.continuations.run(token);
  }

  onDelay(token: number): void {
    this.continuations.run(token);
  }

  onDelivery(token: number): void {
    this.continuations.run(token);
  }

  onCollectiveDone(member: Member): void {
    const done = this.onDone.get(member);
    this.onDone.delete(member);
    done?.();
  }

  private after(npu: number, ns: number, then: () => void): void {
    this.engine.delay(npu, ns, this.continuations.add(then));
  }

  private pass(run: NpuRun): void {
    const { executor } = run;
    executor.pass((number) => this.start(run, number));
    if (executor.unfinished === 0) run.finishNs = this.engine.now;
  }

  /** Starts a node; true when it has finished at once. */
  private start(run: NpuRun, number: number): boolean {
    const { graph, npu } = run;
    const node = graph.nodes[number] as TraceNode;
    const isCpu = graph.resources[number] === 'cpu';
    const coverage = coverageOf(run, node, isCpu);
    const finished = () => {
      coverage?.end(this.engine.now);
      run.executor.finish(number);
      this.pass(run);
    };
    if (node.kind === 'metadata' || node.kind === 'invalid') return true;
    const skipped = !this.setup.replayOnly && this.isEmpty(node, isCpu, graph.file);
    if (skipped) return true;
    coverage?.begin(this.engine.now);
    if (this.setup.replayOnly) this.after(npu, durationNs(node.durationMicros), finished);
    else this.perform(run, node, isCpu, finished);
    return false;
  }

  private perform(run: NpuRun, node: TraceNode, isCpu: boolean, finished: () => void): void {
    const { npu, graph } = run;
    const { file } = graph;
    switch (node.kind) {
      case 'compute':
        this.after(npu, this.computeNs(run, node, isCpu), finished);
        return;
      case 'mem-load':
      case 'mem-store':
        this.access(npu, node, file, finished);
        return;
      case 'send':
      case 'receive': {
        const { from, to, bytes, tag } = transferOf(node, npu, this.setup.npus, file);
        const key = `${from} ${to} ${bytes} ${tag}`;
        if (node.kind === 'send') this.channels.send(from, to, bytes, key, finished);
        else this.channels.receive(key, finished);
        return;
      }
      case 'collective': {
        const request = collectiveRequest(node, file);
        if (request === undefined) this.after(npu, durationNs(node.durationMicros), finished);
        else this.join(run, node, request, finished);
        return;
      }
      case 'metadata':
      case 'invalid':
        return;
    }
  }

  /** A roofline computation without data is skipped. */
  private isEmpty(node: TraceNode, isCpu: boolean, file: string): boolean {
    if (node.kind !== 'compute' || isCpu || this.setup.roofline === undefined) return false;
    return integer(node, 'tensor_size', { file, absent: 0 }) === 0;
  }

  private computeNs({ graph: { file }, roofline: totals }: NpuRun, node: TraceNode, isCpu: boolean): number {
    const { roofline } = this.setup;
    if (roofline === undefined || isCpu) return durationNs(node.durationMicros);
    const point = rooflinePoint(roofline, integer(node, 'num_ops', { file }), integer(node, 'tensor_size', { file }));
    totals.add(point);
    return point.ns;
  }

  private access(npu: number, node: TraceNode, file: string, finished: () => void): void {
    if (this.memories === undefined) {
      const expected = 'a remote memory configuration with memory, for nodes that load and store';
      throw new ConfigError([{ path: place(file, node.id), expected, got: 'none' }]);
    }
    this.memories.access(npu, integer(node, 'tensor_size', { file }), finished);
  }

  /** Begins an NPU's part in a collective, which others may have begun before or will later. */
  private join(run: NpuRun, node: TraceNode, request: CollectiveRequest, finished: () => void): void {
    const { npu, graph } = run;
    const { groups, plans, scheduling } = this.setup;
    const members = groups.get(request.group);
    const group = members === undefined ? '' : request.group;
    const graphs = this.setup.custom(request, node);
    const ordinal = run.streams.get(group) ?? 0;
    const key = `${requestKey({ ...request, group })} ${ordinal}`;
    let collective = this.collectives.get(key);
    if (collective === undefined) {
      const plan =
        graphs === undefined ? plans.plan({ ...request, group }, members) : this.customPlan(request, graphs, members);
      collective = this.engine.addCollective(plan);
      this.collectives.set(key, collective);
    }
    run.streams.set(group, ordinal + collective.plan.chunks.length);
    const issued = run.issued++;
    const explicit = integer(node, 'comm_priority', { file: graph.file, absent: 0 });
    const priority = scheduling === 'fifo' ? -issued : scheduling === 'lifo' ? issued : explicit;
    this.engine.join(collective, npu, priority, (member) => this.onDone.set(member, finished));
  }

  private customPlan(
    request: CollectiveRequest,
    graphs: readonly PreparedGraph[],
    members: readonly number[] | undefined,
  ): CollectivePlan {
    const all = everyNpu(this.setup.machine.dimensions);
    const dimension = members === undefined ? all : { ...all, ranks: members.length };
    const program = this.setup.customPrograms.of(graphs, dimension.ranks);
    return {
      chunks: [[givenPhase('custom', program, { ...request, dimension })]],
      endpoint: { delay: 0, memoryBandwidth: 1 },
      ...(members === undefined ? {} : { members }),
    };
  }
}

function coverageOf({ communication, compute }: NpuRun, { kind }: TraceNode, isCpu: boolean): Coverage | undefined {
  if (isCpu) return undefined;
  if (kind === 'compute') return compute;
  return kind === 'collective' || kind === 'send' || kind === 'receive' ? communication : undefined;
}
