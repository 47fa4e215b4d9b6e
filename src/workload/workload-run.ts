import { CLASS_PARTS } from '../engine/message/class-parts.js';
import type { EngineListener } from '../engine/message/engine-options.js';
import type { Member } from '../engine/message/lane.js';
import { Marks } from '../engine/message/lineage.js';
import { MessageEngine } from '../engine/message/message-engine.js';
import type { PlayedPlan, RunningCollective } from '../engine/message/running-collective.js';
import type { CollectivePlan } from '../plan/job.js';
import { type Channel, Channels, checkPosts } from './channels.js';
import type { PlannedNode } from './collective-planner.js';
import { Continuations } from './continuations.js';
import { Coverage } from './coverage.js';
import type { FinishOrder } from './finish-order.js';
import { GraphExecutor } from './graph-executor.js';
import type { ShapedGraph } from './graph-shape.js';
import { NodeClock } from './node-clock.js';
import type { CollectiveUnderWay, NpuRun, Transfer } from './npu-run.js';
import type { PlannedWorkload } from './plan-workload.js';
import { peerOf } from './relative.js';
import { RemoteMemories } from './remote-memory.js';
import { RooflineTotals, rooflinePoint } from './roofline.js';
import type { Scope, SimulatedGroup } from './scope.js';
import { Tally } from './tally.js';
import type { CollectiveNode, ComputeNode, TransferNode, WorkNode } from './work-graph.js';

/** What is under way in a group. */
interface GroupRun {
  readonly plans: Map<CollectivePlan, PlayedPlan>;
  readonly underWay: Map<number, CollectiveUnderWay>;
}

/** A factor that keeps the kind of a collective and its number apart in one exact number. */
const KINDS = 2 ** 22;

/**
 * Runs a workload: the nodes of the graph of every simulated NPU, on the message engine. The
 * engine's numbers are those of nodes; behind them come what shared memories serve, and of
 * timers the NPUs that begin.
 */
export class WorkloadRun implements EngineListener {
  readonly engine: MessageEngine;
  readonly npus: readonly NpuRun[];
  /** Messages from NPU to NPU and collectives of groups, in the order in which they began, where links have no queues. */
  readonly transfers: Transfer[] = [];
  readonly grouped: CollectiveUnderWay[] = [];
  private readonly tally = new Tally();
  private readonly workload: PlannedWorkload;
  private readonly scope: Scope;
  private readonly memories: RemoteMemories | undefined;
  private readonly served = new Continuations();
  private readonly channels: Channels;
  private readonly meetings = new Marks();
  private readonly joins = new Marks();
  /** Per node: which NPU runs it. */
  private readonly runOf: NpuRun[] = [];
  /** Per node, of a send under way; made when the first one comes. */
  private channelOf: (Channel | undefined)[] = [];
  private transferOf: (Transfer | undefined)[] = [];
  /** Whether messages take links at once that in truth they would wait for. */
  private readonly sharesLinks: boolean;
  private readonly nodes: number;
  /** Per node: the collective in which it takes part; made when the first one comes. */
  private collectiveOf: (CollectiveUnderWay | undefined)[] = [];
  private readonly byGroup = new Map<SimulatedGroup, GroupRun>();

  constructor(workload: PlannedWorkload, scope: Scope) {
    const { folding } = scope;
    this.workload = workload;
    this.scope = scope;
    this.engine = new MessageEngine(workload.machine, { folding, listener: this, classParts: CLASS_PARTS });
    this.sharesLinks = workload.machine.network === 'congestion-unaware';
    const { memory } = workload;
    this.memories =
      memory === undefined
        ? undefined
        : new RemoteMemories(memory, (npu, ns, then) => this.engine.delay(npu, ns, this.nodes + this.served.add(then)));
    let nodes = 0;
    this.npus = Array.from({ length: folding.npus }, (_, npu) => {
      const real = scope.real(npu);
      const graph = workload.graphs[real] as ShapedGraph;
      const firstNode = nodes;
      nodes += graph.nodes.length;
      const run: NpuRun = {
        npu,
        real,
        graph,
        planned: workload.planned(graph),
        firstNode,
        executor: new GraphExecutor(graph, folding.stands && folding.classes !== undefined),
        start: (node) => this.start(run, node),
        communication: new Coverage(),
        compute: new Coverage(),
        roofline: new RooflineTotals(),
        clock: workload.nodeTimes ? new NodeClock(graph.nodes.length) : undefined,
        finishNs: 0,
        replayedNs: 0,
        streams: new Map(),
        issued: 0,
      };
      return run;
    });
    this.nodes = nodes;
    this.channels = new Channels(nodes);
    for (const run of this.npus) {
      for (let i = 0; i < run.graph.nodes.length; i++) this.runOf.push(run);
      this.engine.watch?.begin(run.npu);
      this.engine.schedule(0, nodes + run.npu);
    }
  }

  get isFinished(): boolean {
    return this.npus.every(({ executor }) => executor.unfinished === 0);
  }

  /** Share of all nodes that have finished. */
  get progress(): number {
    const left = this.npus.reduce((sum, { executor }) => sum + executor.unfinished, 0);
    return this.nodes === 0 ? 1 : 1 - left / this.nodes;
  }

  /** What became of the collectives, at the end. */
  collectives(): Tally {
    // Of some, part of the NPUs take no part, and those who do never notice.
    for (const { underWay } of this.byGroup.values()) {
      for (const collective of underWay.values()) this.tally.add(collective);
      underWay.clear();
    }
    return this.tally;
  }

  /** An NPU begins, or receives a message that came before it was awaited. */
  onTimer(token: number): void {
    if (token < this.nodes) {
      this.finish(token);
      return;
    }
    const run = this.npus[token - this.nodes] as NpuRun;
    run.executor.order?.finishes(-1, this.engine.now, this.engine.watch?.descent);
    this.pass(run);
  }

  onDelay(token: number): void {
    if (token < this.nodes) {
      this.leave(token);
      this.finish(token);
    } else this.served.run(token - this.nodes);
  }

  /** A message has arrived: its send is over, and the receive that awaits it. */
  onDelivery(send: number): void {
    const channel = this.channelOf[send] as Channel;
    this.channelOf[send] = undefined;
    const transfer = this.transferOf[send];
    if (transfer !== undefined) transfer.endNs = this.engine.now;
    this.transferOf[send] = undefined;
    this.finish(send);
    this.engine.watch?.reachReceiver();
    this.engine.watch?.meet(this.meetings, channel.index);
    const receive = this.channels.next(channel);
    if (receive === undefined) {
      channel.arrived++;
      channel.cameAt = -1;
      return;
    }
    channel.cameAt = this.engine.now;
    channel.cameBy = (this.runOf[receive] as NpuRun).executor.order?.numberAt(this.engine.now) ?? -1;
    this.finish(receive);
  }

  onCollectiveDone({ token }: Member): void {
    this.leave(token);
    this.finish(token);
  }

  /** A member of a collective is through with it. */
  private leave(token: number): void {
    const collective = this.collectiveOf[token];
    if (collective === undefined) return;
    this.collectiveOf[token] = undefined;
    collective.endNs = this.engine.now;
    if (--collective.unfinished > 0) return;
    this.tally.add(collective);
    this.byGroup.get(collective.group)?.underWay.delete(collective.key);
  }

  private finish(token: number): void {
    const run = this.runOf[token] as NpuRun;
    const { executor, graph, firstNode } = run;
    const number = token - firstNode;
    run.clock?.end(number, this.engine.now);
    coverageOf(run, graph.nodes[number] as WorkNode)?.end(this.engine.now);
    executor.order?.finishes(number, this.engine.now, this.engine.watch?.descent);
    executor.finish(number);
    this.pass(run);
  }

  private pass(run: NpuRun): void {
    const { executor } = run;
    executor.pass(run.start);
    if (executor.unfinished === 0) run.finishNs = this.engine.now;
    executor.order?.check();
  }

  /** Starts a node; true when it has finished at once. */
  private start(run: NpuRun, number: number): boolean {
    const node = run.graph.nodes[number] as WorkNode;
    run.clock?.begin(number, this.engine.now);
    if (this.isInstant(node, run.planned[number])) return true;
    coverageOf(run, node)?.begin(this.engine.now);
    const descent = this.engine.watch?.descent;
    if (descent === undefined || !run.executor.order?.isUncertain) {
      this.begin(run, node, number);
      return false;
    }
    // On other NPUs another event of this tick may start it.
    const { origin } = descent;
    descent.origin = descent.stranger();
    this.begin(run, node, number);
    descent.origin = origin;
    return false;
  }

  private begin(run: NpuRun, node: WorkNode, number: number): void {
    if (this.workload.replay) {
      if (!node.cpu) run.replayedNs += node.ns;
      this.engine.delay(run.npu, node.ns, run.firstNode + number);
    } else {
      this.perform(run, node, number);
    }
  }

  private isInstant(node: WorkNode, planned: PlannedNode | undefined): boolean {
    if (node.kind === 'marker') return true;
    if (this.workload.replay) return false;
    if (node.kind === 'collective') return planned?.kind === 'nothing';
    // A roofline computation without data is skipped.
    return node.kind === 'compute' && !node.cpu && this.workload.roofline !== undefined && !node.bytes;
  }

  private perform(run: NpuRun, node: WorkNode, number: number): void {
    const token = run.firstNode + number;
    switch (node.kind) {
      case 'compute':
        this.engine.delay(run.npu, this.computeNs(run, node), token);
        return;
      case 'memory':
        (this.memories as RemoteMemories).access(run.npu, node.bytes, () => this.finish(token));
        return;
      case 'send':
        this.send(run, node, token);
        return;
      case 'receive':
        this.receive(run, node, token);
        return;
      case 'collective':
        this.join(run, node, run.planned[number] as PlannedNode, token);
        return;
      case 'replay':
        this.engine.delay(run.npu, node.ns, token);
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

  /** Whole from the start: filled here and there it would become a slow table. */
  private perNode<T>(): (T | undefined)[] {
    return new Array<T | undefined>(this.nodes).fill(undefined);
  }

  /** A send ends when its message arrives. */
  private send(run: NpuRun, { peer, self = run.real, bytes, tag }: TransferNode, token: number): void {
    const { real } = run;
    const to = peerOf(peer, real);
    const [sender, receiver] = this.scope.route(self, to);
    if (this.channelOf.length === 0) {
      this.channelOf = this.perNode();
      this.transferOf = this.perNode();
    }
    this.channelOf[token] = this.channels.of(sender, receiver, bytes, tag);
    if (this.sharesLinks) {
      const { now } = this.engine;
      const transfer: Transfer = { run, node: token - run.firstNode, startNs: now, endNs: now };
      this.transfers.push(transfer);
      this.transferOf[token] = transfer;
    }
    const { engine } = this;
    if (engine.machine.rendezvous) engine.postWhenAsked(`${self} ${to} ${bytes} ${tag}`, self, to, bytes, token);
    else engine.post(self, to, bytes, token, this.scope.path(run.npu, run.graph, token - run.firstNode));
  }

  /** A receive ends when its message has arrived. */
  private receive({ real, executor }: NpuRun, { peer, self = real, bytes, tag }: TransferNode, token: number): void {
    const from = peerOf(peer, real);
    const channel = this.channels.of(from, self, bytes, tag);
    const { engine } = this;
    if (engine.machine.rendezvous) {
      engine.askFor(`${from} ${self} ${bytes} ${tag}`, from, self, () => this.await(channel, token, executor.order));
    } else {
      this.await(channel, token, executor.order);
    }
  }

  private await(channel: Channel, token: number, order: FinishOrder | undefined): void {
    const { engine } = this;
    if (engine.watch?.descent !== undefined) this.meetPost(channel, token, order);
    else if (order !== undefined) checkPosts(channel, engine.now, order.current);
    if (channel.arrived === 0) {
      this.channels.await(channel, token);
      return;
    }
    // It came first: it is received as an event of this tick, not on the spot.
    channel.arrived--;
    engine.schedule(engine.now, token);
  }

  /** Posts a receive. It need not be told apart from a message that another waited for on which it depends. */
  private meetPost(channel: Channel, token: number, order: FinishOrder | undefined): void {
    const { engine, meetings } = this;
    const node = token - (this.runOf[token] as NpuRun).firstNode;
    if (channel.cameAt === engine.now && order?.follows(node, channel.cameBy))
      engine.watch?.mark(meetings, channel.index);
    else engine.watch?.meet(meetings, channel.index);
    channel.cameAt = -1;
  }

  /** Begins an NPU's part in a collective, which others may have begun before or will later. */
  private join(run: NpuRun, node: CollectiveNode, planned: PlannedNode, token: number): void {
    if (planned.kind === 'nothing') return;
    // Their order decides priorities, and which collective of a group is which.
    this.engine.watch?.meet(this.joins, run.npu);
    const { plan, key: kind, group: name, fitted } = planned;
    const group = this.scope.group(name, run.npu);
    const known = this.byGroup.get(group) ?? { plans: new Map(), underWay: new Map() };
    this.byGroup.set(group, known);
    const ordinal = run.streams.get(name) ?? 0;
    const key = ordinal * KINDS + kind;
    let collective = known.underWay.get(key);
    if (collective === undefined) {
      const instance = fitted === undefined ? this.addInstance(known, plan, group) : undefined;
      const { now: startNs } = this.engine;
      const unfinished = instance?.size ?? group.ranks?.npus.length ?? this.npus.length;
      collective = { planned, group, instance, startNs, endNs: 0, unfinished, key, waiting: [] };
      known.underWay.set(key, collective);
      if (this.sharesLinks && plan.isOfGroup && instance !== undefined) this.grouped.push(collective);
    }
    run.streams.set(name, ordinal + plan.chunks.length);
    const issued = run.issued++;
    const { scheduling } = this.workload;
    const priority = scheduling === 'fifo' ? -issued : scheduling === 'lifo' ? issued : (node.priority ?? 0);
    if (this.collectiveOf.length === 0) this.collectiveOf = this.perNode();
    this.collectiveOf[token] = collective;
    if (collective.instance === undefined) this.awaitFitted(collective, run, token);
    else this.engine.join(collective.instance, run.npu, priority, token);
  }

  private addInstance({ plans }: GroupRun, plan: CollectivePlan, group: SimulatedGroup): RunningCollective {
    const played =
      plans.get(plan) ?? this.engine.playedPlan(plan, { group: group.ranks, phaseNs: group.phaseNs(plan) });
    plans.set(plan, played);
    return this.engine.addCollective(played);
  }

  /** Once all of its members have begun, a collective takes the time that a calibration has for it. */
  private awaitFitted(
    { planned: { fitted }, waiting, unfinished }: CollectiveUnderWay,
    { npu }: NpuRun,
    token: number,
  ) {
    waiting.push({ npu, token });
    if (waiting.length < unfinished) return;
    for (const one of waiting) this.engine.delay(one.npu, fitted?.timeNs ?? 0, one.token);
  }
}

function coverageOf({ communication, compute }: NpuRun, { kind, cpu }: WorkNode): Coverage | undefined {
  if (cpu) return undefined;
  if (kind === 'compute') return compute;
  return kind === 'memory' || kind === 'marker' ? undefined : communication;
}
