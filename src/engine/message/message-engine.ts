import { InvariantError } from '../../base/errors.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Machine } from '../../plan/machine.js';
import type { Phase } from '../../plan/phases.js';
import { EventQueue } from '../event-queue.js';
import { AGENDA, eventOf, indexOf, kindOf, LINK, MESSAGE, RECEIPT, TIMER } from '../events.js';
import type { Folding } from '../folding.js';
import type { CircuitSpan, PhaseSpan } from '../span.js';
import { Agenda } from './agenda.js';
import { ALL_SWITCHES } from './circuits.js';
import type { ClassParts } from './class-parts.js';
import type { EngineListener, MessageEngineOptions } from './engine-options.js';
import { FoldedTransport } from './folded-transport.js';
import { Lane, type Member, type Player, type Services } from './lane.js';
import type { Lineage } from './lineage.js';
import { lineageOf, watchOf } from './lineage-of.js';
import type { LineageWatch } from './lineage-watch.js';
import type { LinkStatistics } from './link-servers.js';
import { Mail } from './mail.js';
import { MessageLog, type MessageSpan } from './message-log.js';
import { REQUEST_BYTES, Rendezvous } from './rendezvous.js';
import { type CollectiveOptions, PlayedPlan, RunningCollective } from './running-collective.js';
import { Stage } from './stage.js';
import type { TieGuard } from './tie-guard.js';
import { Transport } from './transport.js';
import type { Ways } from './ways.js';

// Items of an agenda: what ends; the higher bits say whose.
const ENDPOINT = 0;
const SPENT = 1;
const DELAY = 2;

/**
 * Plays collectives message by message on every simulated NPU. Events of one tick run in the
 * order in which they were scheduled.
 */
export class MessageEngine implements Services {
  readonly machine: Machine;
  readonly lanes: Lane[] = [];
  events = 0;
  messages = 0;

  private readonly listener: EngineListener;
  private readonly folding: Folding;
  private readonly queue = new EventQueue();
  /** Set when NPUs fold along whole dimensions, or by classes although links have queues. */
  private readonly lineage: Lineage | undefined;
  readonly watch: LineageWatch | undefined;
  /** Set when NPUs fold by classes, and links have no queues. */
  private readonly ties: TieGuard | undefined;
  private readonly agenda: Agenda;
  private readonly mail: Mail;
  private readonly stage: Stage;
  private readonly folded: FoldedTransport | undefined;
  private readonly transport: Transport | FoldedTransport;
  private readonly log: MessageLog | undefined;
  /** Set when receivers request messages before they are sent. */
  private readonly rendezvous: Rendezvous | undefined;
  /** Requested circuits: the lane and its packet; free numbers. */
  private readonly circuitLanes: Lane[] = [];
  private readonly circuitPackets: number[] = [];
  private readonly freeCircuits: number[] = [];

  constructor(
    machine: Machine,
    { folding, listener, classParts, timeline = false, messageTimeline = false }: MessageEngineOptions,
  ) {
    const { queue, lanes } = this;
    this.machine = machine;
    this.listener = listener;
    this.folding = folding;
    const { stands, classes } = folding;
    const lineage = lineageOf(folding, queue, machine.npus);
    this.lineage = lineage;
    if (stands && !lineage) this.ties = new (classParts as ClassParts).TieGuard(folding.npus, !machine.waitingOrder);
    this.agenda = new Agenda(queue, folding.npus, lineage);
    this.mail = new Mail(lanes, queue, this, lineage);
    if (lineage && !classes) this.folded = new FoldedTransport(machine, folding, queue, lineage);
    const options = { timeline, onSet: (request: number) => this.circuitSet(request) };
    this.transport = this.folded ?? new Transport(machine, folding, queue, options, lineage, classParts);
    this.watch = lineage && watchOf(lineage, folding, this.transport.classLinks, classParts);
    this.log = messageTimeline ? new MessageLog() : undefined;
    this.rendezvous = machine.rendezvous ? new Rendezvous() : undefined;
    const onCollectiveDone = (member: Member) => {
      this.watch?.calls(member.npu);
      listener.onCollectiveDone(member);
    };
    this.stage = new Stage({
      ...{ machine, lineage, lanes, queue, timeline, onCollectiveDone },
      ...{ npus: folding.npus, ties: this.ties, services: this },
    });
  }

  /** Simulated time, ns. */
  get now(): number {
    return this.queue.now;
  }

  /** Messages sent and not yet at their destination. */
  get messagesUnderWay(): number {
    return this.mail.underWay;
  }

  get links(): LinkStatistics | undefined {
    return this.transport.links;
  }

  /** Every phase of every chunk on every simulated NPU in order of end; empty unless asked for. */
  get spans(): readonly PhaseSpan[] {
    return this.stage.spans;
  }

  /** Every change of a circuit in order; empty unless asked for. */
  get circuitSpans(): readonly CircuitSpan[] {
    return this.folded === undefined ? ((this.transport as Transport).circuits?.spans ?? []) : [];
  }

  /** Every message in order of sending; empty unless asked for. */
  get messageSpans(): readonly MessageSpan[] {
    return this.log?.spans ?? [];
  }

  /** Per logical dimension: time during which a phase ran in it on any NPU, ns. */
  get busyNs(): readonly number[] {
    return this.stage.busyNs;
  }

  /** Longest duration of each distinct phase, over chunks and NPUs, ns. */
  get durations(): ReadonlyMap<Phase, number> {
    return this.stage.durations;
  }

  /** Runs at most `limit` events; returns true once the queue is empty. */
  run(limit: number): boolean {
    for (const until = this.events + limit; this.events < until; this.events++) {
      const event = this.queue.take();
      if (event === undefined) return true;
      this.handle(kindOf(event), indexOf(event));
    }
    return this.queue.size === 0;
  }

  // What a listener can ask for

  /** Calls {@link EngineListener.onTimer} at `time`, as a separate event. */
  schedule(time: number, token: number): void {
    this.watch?.timerSet(token);
    this.queue.schedule(time, eventOf(TIMER, token));
  }

  /** Calls {@link EngineListener.onDelay} after a delay of an NPU, in one event with its other delays that end then. */
  delay(npu: number, ns: number, token: number): void {
    this.agenda.add(npu, this.queue.now + ns, token * 4 + DELAY, 0, false);
  }

  /**
   * Sends a message of the listener; calls {@link EngineListener.onDelivery} on its arrival.
   * @param path - with paths of classes: the one it takes.
   */
  post(from: number, to: number, bytes: number, token: number, path = -1): void {
    this.messages++;
    const id = this.mail.postToken(token);
    this.watch?.posts(id, path);
    (this.transport as Transport).send(id, from, to, bytes, undefined);
  }

  /** Requests a message of the listener from an NPU; calls `post` when the request arrives. */
  askFor(key: string, from: number, to: number, post: () => void): void {
    this.ask(to, from, (this.rendezvous as Rendezvous).request(key, post));
  }

  /** Sends a message of the listener, under rendezvous once it is requested. */
  postWhenAsked(key: string, from: number, to: number, bytes: number, token: number): void {
    const go = () => this.post(from, to, bytes, token);
    if (this.rendezvous === undefined) go();
    else this.rendezvous.reached(key, go);
  }

  /** Prepares a plan that NPUs run once or many times. */
  playedPlan(plan: CollectivePlan, options: CollectiveOptions = {}): PlayedPlan {
    return new PlayedPlan(plan, this.folding, options);
  }

  /** Makes room for a collective. NPUs join it one by one. */
  addCollective(played: PlayedPlan): RunningCollective {
    const { lanes } = this;
    const { size, perNpu, lanesPerChunk, group } = played;
    const again = played.free.pop();
    const collective = new RunningCollective(played, again ?? lanes.length);
    if (again !== undefined) {
      for (let i = again; i < again + size * perNpu; i++) (lanes[i] as Lane).reset();
      return collective;
    }
    for (let ordinal = 0; ordinal < size; ordinal++) {
      const npu = group === undefined ? ordinal : (group.npus[ordinal] as number);
      for (let i = 0; i < perNpu; i++) lanes.push(new Lane(lanes.length, npu, Math.floor(i / lanesPerChunk)));
    }
    return collective;
  }

  /** An NPU begins its part in a collective; `token` comes back at its end, possibly before this returns. */
  join(collective: RunningCollective, npu: number, priority: number, token = 0): void {
    this.stage.join(collective, npu, priority, token);
  }

  // Events

  private handle(kind: number, index: number): void {
    switch (kind) {
      case MESSAGE:
        this.lineage?.enterFrom(this.lineage.ofMessages, index);
        if (this.transport.forward(index)) {
          this.log?.arrived(index, this.queue.now);
          this.watch?.arrives(index, this.mail.isForLane(index));
          const token = this.mail.deliver(index);
          if (token >= 0) this.listener.onDelivery(token);
        }
        return;
      case AGENDA: {
        const { agenda } = this;
        agenda.begin(index);
        const npu = agenda.npuOf(index);
        for (let item = agenda.next(index); item >= 0; item = agenda.next(index)) {
          this.delayEnded(npu, item, agenda.detail);
        }
        return;
      }
      case LINK:
        this.transport.release(index);
        return;
      case RECEIPT:
        this.lineage?.enterFrom(this.lineage.ofMessages, index);
        this.mail.receive(index);
        return;
      case TIMER:
        this.watch?.timerDue(index);
        this.listener.onTimer(index);
        return;
      default:
        throw new InvariantError(`an event of kind ${kind}`);
    }
  }

  private delayEnded(npu: number, item: number, packet: number): void {
    const what = item & 3;
    if (what === DELAY) {
      this.watch?.calls(npu);
      this.listener.onDelay(item >> 2);
      return;
    }
    const lane = this.lanes[item >> 2] as Lane;
    if (what === ENDPOINT) (lane.player as Player).paid(lane, packet, this);
    else (lane.player as Player).spent(lane, packet, this);
  }

  // What players can do

  payEndpoint({ npu, index, member, player }: Lane, packet: number): void {
    const { delay } = (member as Member).collective.endpoint;
    const { countsMessages } = player as Player;
    this.agenda.add(npu, this.queue.now + delay, index * 4 + ENDPOINT, packet, countsMessages);
  }

  spend({ npu, index, player }: Lane, ns: number, packet: number): void {
    const { countsMessages } = player as Player;
    this.agenda.add(npu, this.queue.now + ns, index * 4 + SPENT, packet, countsMessages);
  }

  send(
    lane: Lane,
    toRank: number,
    packet: number,
    bytes: number,
    delay: number,
    tell: number,
    ways?: Ways,
    step = 0,
    place = ALL_SWITCHES,
  ): void {
    const { npu, rank, index, position } = lane;
    const { stride, classes, group } = (lane.player as Player).map;
    const { perNpu } = (lane.member as Member).collective;
    const apart = (toRank - rank) * stride;
    let from = npu;
    let to = npu + apart;
    let known: number | undefined = delay;
    // A collective numbers its lanes by simulated NPU, a group by rank.
    let lanesApart = apart * perNpu;
    if (group !== undefined) {
      from = group.members[rank] as number;
      to = group.members[toRank] as number;
      known = undefined;
      lanesApart = ((toRank % group.npus.length) - rank) * perNpu;
    } else if (classes !== undefined) {
      from = classes.first[npu] as number;
      to = from + apart;
      lanesApart = ((classes.of[to] as number) - npu) * perNpu;
    }
    this.messages++;
    const id = this.mail.post(index + lanesApart, position, packet);
    if (tell >= 0) this.mail.tellSender(id, index, tell);
    if (this.folded !== undefined) {
      this.folded.send(id, lane, toRank, bytes, delay);
      return;
    }
    this.watch?.sends(id, lane, toRank);
    if (this.log !== undefined) this.writeDown(id, lane, from, to, bytes);
    if (ways !== undefined)
      this.sendAlong(`${index + lanesApart} ${position} ${packet}`, id, from, to, bytes, ways, step);
    else if (this.rendezvous === undefined) (this.transport as Transport).send(id, from, to, bytes, known, place);
    else this.sendWhenAsked(`${index + lanesApart} ${position} ${packet}`, id, from, to, bytes, known, place);
  }

  private writeDown(id: number, { chunk, position }: Lane, from: number, to: number, bytes: number): void {
    this.log?.sent(id, { from, to, bytes, chunk, phase: position, sentNs: this.queue.now });
  }

  // The rendezvous protocol has its own functions: a function that makes closures keeps its variables on the heap.

  private sendAlong(key: string, id: number, from: number, to: number, bytes: number, ways: Ways, step: number): void {
    const go = () => (this.transport as Transport).sendAlong(id, from, to, bytes, ways, step);
    if (this.rendezvous === undefined) go();
    else this.rendezvous.reached(key, go);
  }

  private sendWhenAsked(
    key: string,
    id: number,
    from: number,
    to: number,
    bytes: number,
    delay: number | undefined,
    place: number,
  ): void {
    const go = () => (this.transport as Transport).send(id, from, to, bytes, delay, place);
    (this.rendezvous as Rendezvous).reached(key, go);
  }

  setCircuit(lane: Lane, toRank: number, place: number, packet: number): void {
    const { npu, rank, player } = lane;
    // NPUs do not fold here: simulated NPUs are the real ones.
    const { stride, group } = (player as Player).map;
    const to = group === undefined ? npu + (toRank - rank) * stride : (group.members[toRank] as number);
    const request = this.freeCircuits.pop() ?? this.circuitLanes.length;
    this.circuitLanes[request] = lane;
    this.circuitPackets[request] = packet;
    (this.transport as Transport).setCircuit(npu, to, place, request);
  }

  private circuitSet(request: number): void {
    this.freeCircuits.push(request);
    // A delay of 0: the port finishes its work before the lane continues.
    this.spend(this.circuitLanes[request] as Lane, 0, this.circuitPackets[request] as number);
  }

  expect(lane: Lane, fromRank: number, packet: number, taker: number): boolean {
    if (this.rendezvous === undefined) return this.mail.expect(lane, packet, taker);
    this.askAndExpect(lane, fromRank, packet, taker);
    return false;
  }

  private askAndExpect(lane: Lane, fromRank: number, packet: number, taker: number): void {
    // NPUs do not fold here: simulated NPUs are the real ones.
    const { npu, rank, index, position, player } = lane;
    const { stride, group } = (player as Player).map;
    const from = group === undefined ? npu + (fromRank - rank) * stride : (group.members[fromRank] as number);
    const request = (this.rendezvous as Rendezvous).request(`${index} ${position} ${packet}`, () =>
      this.mail.expect(lane, packet, taker),
    );
    this.ask(npu, from, request);
  }

  requested(request: number): void {
    (this.rendezvous as Rendezvous).arrived(request);
  }

  private ask(from: number, to: number, request: number): void {
    this.messages++;
    (this.transport as Transport).send(this.mail.postRequest(request), from, to, REQUEST_BYTES, undefined);
  }

  barrierOpened({ index }: Lane): void {
    this.ties?.barrierOpened(index, this.queue.now);
    this.watch?.barrierOpened(index);
  }

  barrierMet({ index }: Lane): void {
    this.ties?.barrierMet(index, this.queue.now);
    this.watch?.barrierMet(index);
  }

  done(lane: Lane): void {
    this.stage.done(lane);
  }
}
