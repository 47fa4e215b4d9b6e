import type { Folding } from '../engine/folding.js';
import type { Member } from '../engine/message/lane.js';
import { type EngineListener, MessageEngine } from '../engine/message/message-engine.js';
import type { RunningCollective } from '../engine/message/running-collective.js';
import { Channels } from './channels.js';
import { Continuations } from './continuations.js';
import { Coverage } from './coverage.js';
import { GraphExecutor } from './graph-executor.js';
import type { PlannedNode, PlannedWorkload } from './plan-workload.js';
import type { PreparedGraph } from './prepared-graph.js';
import { RemoteMemories } from './remote-memory.js';
import { RooflineTotals, rooflinePoint } from './roofline.js';
import type { CollectiveNode, ComputeNode, MemoryNode, TransferNode, WorkNode } from './work-graph.js';

/** What one NPU has done so far. */
export interface NpuRun {
  readonly npu: number;
  readonly graph: PreparedGraph;
  readonly executor: GraphExecutor;
  readonly communication: Coverage;
  readonly compute: Coverage;
  readonly roofline: RooflineTotals;
  finishNs: number;
  /** Of a replayed recording: the time of all nodes but those of the CPU. */
  replayedNs: number;
  /** Streams per group that it has begun: what NPUs agree by on which collective is which. */
  readonly streams: Map<string, number>;
  issued: number;
}

/** A collective that NPUs have begun. */
export interface CollectiveUnderWay {
  readonly planned: Exclude<PlannedNode, { readonly kind: 'nothing' }>;
  readonly instance: RunningCollective;
  readonly bytes: number;
  readonly startNs: number;
  endNs: number;
}

/** A message from NPU to NPU. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly startNs: number;
  endNs: number;
}

/** Runs a workload: the nodes of every NPU's graph, on the message engine. */
export class WorkloadRun implements EngineListener {
  readonly engine: MessageEngine;
  readonly npus: readonly NpuRun[];
  readonly channels: Channels;
  readonly collectives: CollectiveUnderWay[] = [];
  /** Messages from NPU to NPU, in the order in which they were sent. */
  readonly transfers: Transfer[] = [];
  private readonly workload: PlannedWorkload;
  private readonly continuations = new Continuations();
  private readonly memories: RemoteMemories | undefined;
  private readonly byKey = new Map<string, CollectiveUnderWay>();
  private readonly onDone = new Map<Member, () => void>();

  constructor(workload: PlannedWorkload, folding: Folding) {
    this.workload = workload;
    this.engine = new MessageEngine(workload.machine, { folding, listener: this });
    this.channels = new Channels(this.engine, this.continuations);
    const { memory } = workload;
    this.memories =
      memory === undefined ? undefined : new RemoteMemories(memory, (npu, ns, then) => this.after(npu, ns, then));
    this.npus = Array.from({ length: folding.npus }, (_, npu) => {
      const graph = workload.graphs[npu] as PreparedGraph;
      return {
        npu,
        graph,
        executor: new GraphExecutor(graph),
        communication: new Coverage(),
        compute: new Coverage(),
        roofline: new RooflineTotals(),
        finishNs: 0,
        replayedNs: 0,
        streams: new Map(),
        issued: 0,
      };
    });
    for (const run of this.npus) {
      const begin = this.continuations.add(() => this.pass(run));
      this.engine.schedule(0, begin);
    }
  }

  get isFinished(): boolean {
    return this.npus.every(({ executor }) => executor.unfinished === 0);
  }

  /** Share of all nodes that have finished. */
  get progress(): number {
    const all = this.npus.reduce((sum, { graph }) => sum + graph.nodes.length, 0);
    const left = this.npus.reduce((sum, { executor }) => sum + executor.unfinished, 0);
    return all === 0 ? 1 : 1 - left / all;
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
    const node = graph.nodes[number] as WorkNode;
    if (this.isInstant(node)) return true;
    const coverage = coverageOf(run, node);
    const finished = () => {
      coverage?.end(this.engine.now);
      run.executor.finish(number);
      this.pass(run);
    };
    coverage?.begin(this.engine.now);
    if (!this.workload.replay) {
      this.perform(run, node, finished);
      return false;
    }
    if (!node.cpu) run.replayedNs += node.ns;
    this.after(npu, node.ns, finished);
    return false;
  }

  private isInstant(node: WorkNode): boolean {
    if (node.kind === 'marker') return true;
    if (this.workload.replay) return false;
    if (node.kind === 'collective') return this.workload.planned(node).kind === 'nothing';
    // A roofline computation without data is skipped.
    return node.kind === 'compute' && !node.cpu && this.workload.roofline !== undefined && !node.bytes;
  }

  private perform(run: NpuRun, node: WorkNode, finished: () => void): void {
    switch (node.kind) {
      case 'compute':
        this.after(run.npu, this.computeNs(run, node), finished);
        return;
      case 'memory':
        this.access(run.npu, node, finished);
        return;
      case 'send':
      case 'receive':
        this.transfer(run.npu, node, finished);
        return;
      case 'collective':
        this.join(run, node, finished);
        return;
      case 'replay':
        this.after(run.npu, node.ns, finished);
        return;
      case 'marker':
        return;
    }
  }

  private computeNs({ roofline: totals }: NpuRun, { ns, cpu, operations = 0, bytes = 0 }: ComputeNode): number {
    const { roofline } = this.workload;
    if (roofline === undefined || cpu) return ns;
    const point = rooflinePoint(roofline, operations, bytes);
    totals.add(point);
    return point.ns;
  }

  private access(npu: number, { bytes }: MemoryNode, finished: () => void): void {
    (this.memories as RemoteMemories).access(npu, bytes, finished);
  }

  private transfer(npu: number, { kind, peer, self = npu, bytes, tag }: TransferNode, finished: () => void): void {
    const [from, to] = kind === 'send' ? [self, peer] : [peer, self];
    const key = `${from} ${to} ${bytes} ${tag}`;
    if (kind === 'receive') {
      this.channels.receive(from, to, key, finished);
      return;
    }
    const { now } = this.engine;
    const transfer: Transfer = { from, to, bytes, startNs: now, endNs: now };
    this.transfers.push(transfer);
    this.channels.send(from, to, bytes, key, () => {
      transfer.endNs = this.engine.now;
      finished();
    });
  }

  /** Begins an NPU's part in a collective, which others may have begun before or will later. */
  private join(run: NpuRun, node: CollectiveNode, finished: () => void): void {
    const planned = this.workload.planned(node);
    if (planned.kind === 'nothing') return;
    const { key: kind, group } = planned;
    const ordinal = run.streams.get(group) ?? 0;
    const key = `${kind} ${ordinal}`;
    let collective = this.byKey.get(key);
    if (collective === undefined) {
      const instance = this.engine.addCollective(planned.plan);
      collective = { planned, instance, bytes: node.bytes, startNs: this.engine.now, endNs: 0 };
      this.byKey.set(key, collective);
      this.collectives.push(collective);
    }
    const { instance } = collective;
    const underWay = collective;
    run.streams.set(group, ordinal + instance.plan.chunks.length);
    const issued = run.issued++;
    const { scheduling } = this.workload;
    const priority = scheduling === 'fifo' ? -issued : scheduling === 'lifo' ? issued : (node.priority ?? 0);
    const done = () => {
      underWay.endNs = this.engine.now;
      finished();
    };
    this.engine.join(instance, run.npu, priority, (member) => this.onDone.set(member, done));
  }
}

function coverageOf({ communication, compute }: NpuRun, { kind, cpu }: WorkNode): Coverage | undefined {
  if (cpu) return undefined;
  if (kind === 'compute') return compute;
  return kind === 'memory' || kind === 'marker' ? undefined : communication;
}
