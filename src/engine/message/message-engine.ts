import { InvariantError } from '../../base/errors.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Machine } from '../../plan/machine.js';
import type { Phase } from '../../plan/phases.js';
import { StreamScheduler, windowPerQueue } from '../../scheduler/stream-scheduler.js';
import { placement, type QueuedPhase } from '../../scheduler/waiting-order.js';
import { firstDimensionDelay, pathDelay } from '../../topology/path-delay.js';
import { EventQueue } from '../event-queue.js';
import { AGENDA, eventOf, indexOf, kindOf, LINK, MESSAGE, RECEIPT, TIMER } from '../events.js';
import type { Folding } from '../folding.js';
import type { PhaseSpan } from '../span.js';
import { Actor, type Hands, type Part } from './actor.js';
import { Agenda } from './agenda.js';
import { QueueDealer, queuedPhase } from './itinerary.js';
import { LinkNetwork } from './link-network.js';
import { CollectiveInstance, type Participant } from './participant.js';

/** Whoever drives the engine: told of what it asked for. Tokens are its own numbers. */
export interface Driver {
  /** A timer of the event list is due. */
  onTimer(token: number): void;
  /** A delay of an NPU has ended. */
  onDelay(token: number): void;
  /** A message of the driver's own has arrived. */
  onDelivery(token: number): void;
  /** An NPU has finished its part in a collective. */
  onCollectiveDone(participant: Participant): void;
}

export interface MessageEngineOptions {
  /** Which NPUs are simulated. All of them where links are. */
  readonly folding: Folding;
  readonly driver: Driver;
  readonly timeline?: boolean;
}

/** Messages of one actor that came early: step and packet in one number. */
const PACKETS = 2 ** 32;

// Items of an agenda: what ends, beside whose it is.
const ENDPOINT = 0;
const REDUCTION = 1;
const DELAY = 2;

/**
 * Plays collectives message by message, for every NPU that the folding leaves. Everything
 * that happens in one tick happens in the order in which it was scheduled (docs/model.md, section 7).
 */
export class MessageEngine implements Hands {
  readonly machine: Machine;
  readonly links: LinkNetwork | undefined;
  readonly actors: Actor[] = [];
  /** Every phase of every chunk on every simulated NPU in order of end; empty unless asked for. */
  readonly spans: PhaseSpan[] = [];
  /** Per logical dimension: time during which a phase ran in it on any NPU, ns. */
  readonly busyNs: number[];
  /** The longest each distinct phase took any chunk on any NPU, ns. */
  readonly durations = new Map<Phase, number>();
  events = 0;
  messages = 0;

  private readonly driver: Driver;
  private readonly folding: Folding;
  private readonly queue = new EventQueue();
  private readonly agenda: Agenda;
  private readonly schedulers: readonly StreamScheduler[];
  private readonly dealers: readonly QueueDealer[];
  private readonly timeline: boolean;
  /** Messages pay for every dimension that they cross, which only flat algorithms notice: those do not fold then. */
  private readonly paysPath: boolean;
  private readonly running: Int32Array;
  private readonly busySince: Float64Array;

  /** Messages under way: to which actor, for which step and packet. The driver's own have actor -1 and their token. */
  private readonly toActor: number[] = [];
  private readonly ofStep: number[] = [];
  private readonly ofPacket: number[] = [];
  private readonly freeMessages: number[] = [];

  constructor(machine: Machine, { folding, driver, timeline = false }: MessageEngineOptions) {
    const { dimensions, queuesPerDimension, activeChunks, network, routing, waitingOrder } = machine;
    const npus = Array.from({ length: folding.npus }, (_, npu) => npu);
    this.machine = machine;
    this.driver = driver;
    this.folding = folding;
    this.timeline = timeline;
    this.paysPath = routing === 'dimension-order' && !folding.folded.includes(true);
    this.agenda = new Agenda(this.queue, folding.npus);
    this.links = network === 'congestion-aware' ? new LinkNetwork(dimensions, this.queue) : undefined;
    this.busyNs = dimensions.map(() => 0);
    this.running = new Int32Array(dimensions.length);
    this.busySince = new Float64Array(dimensions.length);
    this.dealers = npus.map(() => new QueueDealer(machine));
    const place = placement(
      waitingOrder,
      (stream) => this.wanted(stream),
      (newcomer, waiting) => this.priorityOf(newcomer) > this.priorityOf(waiting),
    );
    this.schedulers = npus.map(
      () =>
        new StreamScheduler({
          queues: dimensions.length * queuesPerDimension,
          window: windowPerQueue(activeChunks, queuesPerDimension),
          place,
          onStart: (stream) => this.startPhase(stream),
        }),
    );
  }

  /** Simulated time, ns. */
  get now(): number {
    return this.queue.now;
  }

  /** Messages sent and not yet at their destination. */
  get messagesUnderWay(): number {
    return this.toActor.length - this.freeMessages.length;
  }

  /** Runs at most so many events; true when none is left. */
  run(limit: number): boolean {
    for (const until = this.events + limit; this.events < until; this.events++) {
      const event = this.queue.take();
      if (event === undefined) return true;
      this.handle(kindOf(event), indexOf(event));
    }
    return this.queue.size === 0;
  }

  // What a driver can do

  /** Calls {@link Driver.onTimer} at a time, as an entry of its own in the event list. */
  schedule(time: number, token: number): void {
    this.queue.schedule(time, eventOf(TIMER, token));
  }

  /** Calls {@link Driver.onDelay} after a delay of an NPU, together with its other delays that end then. */
  delay(npu: number, ns: number, token: number): void {
    this.agenda.add(npu, this.queue.now + ns, token * 4 + DELAY);
  }

  /** Sends a message of the driver's own; {@link Driver.onDelivery} is called on its arrival. */
  post(from: number, to: number, bytes: number, token: number): void {
    this.messages++;
    this.dispatch(this.message(-1, 0, token), from, to, bytes, undefined);
  }

  /** Makes room for a collective. NPUs join it one by one. */
  addCollective(plan: CollectivePlan): CollectiveInstance {
    const collective = new CollectiveInstance(plan, this.actors.length, this.folding);
    const { size, perNpu, lanesPerChunk } = collective;
    for (let i = 0; i < size * perNpu; i++) {
      const ordinal = Math.floor(i / perNpu);
      const npu = plan.members === undefined ? ordinal : (plan.members[ordinal] as number);
      this.actors.push(new Actor(this.actors.length, npu, Math.floor((i % perNpu) / lanesPerChunk)));
    }
    return collective;
  }

  /**
   * An NPU begins its part in a collective: all its chunks go to their first queues. It may be
   * over before this returns, so whoever wants to hear of its end leaves word in `joined`.
   */
  join(
    collective: CollectiveInstance,
    npu: number,
    priority: number,
    joined: (participant: Participant) => void = () => {},
  ): void {
    const dealer = this.dealers[npu] as QueueDealer;
    const makeDealer = () => new QueueDealer(this.machine);
    const participant = collective.join(npu, priority, this.queue.now, dealer, makeDealer);
    const base = collective.firstActor(npu);
    for (let i = 0; i < collective.perNpu; i++) (this.actors[base + i] as Actor).participant = participant;
    joined(participant);
    const { first, queues } = participant.itinerary;
    const scheduler = this.schedulers[npu] as StreamScheduler;
    for (let chunk = 0; chunk < collective.plan.chunks.length; chunk++) {
      scheduler.enter(base + chunk * collective.lanesPerChunk, queues[first[chunk] as number] as number);
    }
  }

  // Events

  private handle(kind: number, index: number): void {
    switch (kind) {
      case MESSAGE:
        if (this.links === undefined || this.links.forward(index)) this.deliver(index);
        return;
      case AGENDA:
        for (let item = this.agenda.next(index); item >= 0; item = this.agenda.next(index)) this.delayEnded(item);
        return;
      case LINK:
        (this.links as LinkNetwork).release(index);
        return;
      case RECEIPT: {
        const actor = this.actors[this.toActor[index] as number] as Actor;
        this.freeMessages.push(index);
        (actor.part as Part).received(actor, this.ofPacket[index] as number, this);
        return;
      }
      case TIMER:
        this.driver.onTimer(index);
        return;
      default:
        throw new InvariantError(`an event of kind ${kind}`);
    }
  }

  private delayEnded(item: number): void {
    const what = item & 3;
    if (what === DELAY) {
      this.driver.onDelay(item >> 2);
      return;
    }
    const actor = this.actors[item >> 2] as Actor;
    if (what === ENDPOINT) (actor.part as Part).paid(actor, this);
    else (actor.part as Part).reduced(actor, this);
  }

  // Phases of chunks. A chunk's stream is the number of its first actor.

  private startPhase(stream: number): void {
    const actor = this.actors[stream] as Actor;
    const { itinerary, parts } = actor.participant as Participant;
    const at = (itinerary.first[actor.chunk] as number) + actor.step;
    const lanes = parts[at] as readonly Part[];
    const { index } = (lanes[0] as Part).phase.dimension;
    if (this.running[index] === 0) this.busySince[index] = this.queue.now;
    this.running[index] = (this.running[index] as number) + 1;
    const direction = itinerary.anticlockwise[at] ? -1 : 1;
    for (let i = 0; i < lanes.length; i++) {
      (this.actors[stream + i] as Actor).begin(lanes[i] as Part, direction, this.queue.now);
    }
    for (let i = 0; i < lanes.length; i++) (lanes[i] as Part).begin(this.actors[stream + i] as Actor, this);
  }

  done(actor: Actor): void {
    const participant = actor.participant as Participant;
    const { collective, npu, itinerary } = participant;
    const { chunk, step } = actor;
    actor.running = false;
    const stream = collective.firstActor(npu) + chunk * collective.lanesPerChunk;
    for (let lane = 0; lane < collective.lanesPerChunk; lane++) {
      if ((this.actors[stream + lane] as Actor).running) return;
    }
    const at = (itinerary.first[chunk] as number) + step;
    const queue = itinerary.queues[at] as number;
    this.recordEnd(actor, queue);
    for (let lane = 0; lane < collective.lanesPerChunk; lane++) (this.actors[stream + lane] as Actor).step++;
    const scheduler = this.schedulers[npu] as StreamScheduler;
    if (at + 1 < (itinerary.first[chunk + 1] as number)) {
      scheduler.move(stream, queue, itinerary.queues[at + 1] as number);
      return;
    }
    // The collective learns of it before the stream leaves its queue (docs/model.md, section 6).
    if (--participant.unfinished === 0) this.driver.onCollectiveDone(participant);
    scheduler.leave(queue);
  }

  private recordEnd({ npu, chunk, step, startedAt, part }: Actor, queue: number): void {
    const { phase } = part as Part;
    const { index } = phase.dimension;
    const now = this.queue.now;
    this.running[index] = (this.running[index] as number) - 1;
    if (this.running[index] === 0) {
      this.busyNs[index] = (this.busyNs[index] as number) + now - (this.busySince[index] as number);
    }
    this.durations.set(phase, Math.max(this.durations.get(phase) ?? 0, now - startedAt));
    if (!this.timeline) return;
    const position = queue - index * this.machine.queuesPerDimension;
    const { collective } = phase;
    const span = { npu, chunk, phase: step, collective, dimension: index, queue: position };
    this.spans.push({ ...span, startNs: startedAt, endNs: now });
  }

  /** The phase that a chunk waits for. */
  private wanted(stream: number): QueuedPhase {
    const { chunk, step, participant } = this.actors[stream] as Actor;
    const { itinerary } = participant as Participant;
    return queuedPhase(itinerary, chunk, (itinerary.first[chunk] as number) + step);
  }

  private priorityOf(stream: number): number {
    return ((this.actors[stream] as Actor).participant as Participant).priority;
  }

  // What programs can do

  payEndpoint({ npu, index, participant }: Actor): void {
    const { delay } = (participant as Participant).collective.endpoint;
    this.agenda.add(npu, this.queue.now + delay, index * 4 + ENDPOINT);
  }

  payReduction({ npu, index }: Actor, ns: number): void {
    this.agenda.add(npu, this.queue.now + ns, index * 4 + REDUCTION);
  }

  send(actor: Actor, toRank: number, packet: number, bytes: number, delay: number): void {
    const { npu, rank, index, step } = actor;
    const { stride, members } = (actor.part as Part).map;
    const { perNpu } = (actor.participant as Participant).collective;
    // Actors of a collective are numbered by NPU, those of a group by rank.
    const apart = (toRank - rank) * stride;
    const to = members === undefined ? npu + apart : (members[toRank] as number);
    this.messages++;
    const id = this.message(index + apart * perNpu, step, packet);
    this.dispatch(id, npu, to, bytes, members === undefined ? delay : undefined);
  }

  expect(actor: Actor, packet: number): void {
    if (!actor.early?.delete(actor.step * PACKETS + packet)) return;
    this.queue.schedule(this.queue.now, eventOf(RECEIPT, this.message(actor.index, actor.step, packet)));
  }

  // Messages

  /** Puts a message on its way; `delay`, where it is known, is that of the reference's routing. */
  private dispatch(id: number, from: number, to: number, bytes: number, delay: number | undefined): void {
    if (this.links !== undefined) {
      this.links.send(id, from, to, bytes);
      return;
    }
    const { dimensions } = this.machine;
    const ns = this.paysPath
      ? pathDelay(dimensions, from, to, bytes)
      : (delay ?? firstDimensionDelay(dimensions, from, to, bytes));
    this.queue.schedule(this.queue.now + ns, eventOf(MESSAGE, id));
  }

  private deliver(id: number): void {
    const index = this.toActor[id] as number;
    const step = this.ofStep[id] as number;
    const packet = this.ofPacket[id] as number;
    this.freeMessages.push(id);
    if (index < 0) {
      this.driver.onDelivery(packet);
      return;
    }
    const actor = this.actors[index] as Actor;
    if (actor.running && actor.step === step && (actor.part as Part).awaits(actor, packet)) {
      (actor.part as Part).received(actor, packet, this);
      return;
    }
    actor.early ??= new Set();
    actor.early.add(step * PACKETS + packet);
  }

  private message(toActor: number, step: number, packet: number): number {
    const id = this.freeMessages.pop() ?? this.toActor.length;
    this.toActor[id] = toActor;
    this.ofStep[id] = step;
    this.ofPacket[id] = packet;
    return id;
  }
}
