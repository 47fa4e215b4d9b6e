import type { Phase } from '../collectives/plan.js';
import { StreamScheduler, windowPerQueue } from '../scheduler/stream-scheduler.js';
import { placement, type QueuedPhase } from '../scheduler/waiting-order.js';
import { pathDelay } from '../topology/path-delay.js';
import { Actor, type Hands, type Part } from './actor.js';
import { Agenda } from './agenda.js';
import { EventQueue } from './event-queue.js';
import { AGENDA, eventOf, indexOf, kindOf, LINK, MESSAGE, RECEIPT, TIMER } from './events.js';
import { type Folding, rankMap } from './folding.js';
import { dealQueues, type Itinerary, queuedPhase } from './itinerary.js';
import type { CollectiveJob, PhaseSpan } from './job.js';
import { LinkNetwork } from './link-network.js';
import { TokenPart } from './token-part.js';
import { TreePart } from './tree-part.js';

export interface MessageEngineOptions {
  /** Which NPUs are simulated. */
  readonly folding: Folding;
  /** Links with queues instead of plain delays. Needs every NPU. */
  readonly congestion: boolean;
  /** When each NPU starts, ns; 0 unless given. Needs every NPU. */
  readonly startTimes?: readonly number[];
  readonly timeline?: boolean;
}

/** Messages of one actor that came early: step and packet in one number. */
const PACKETS = 2 ** 32;

/**
 * Plays a collective message by message, for every NPU that the folding leaves. Everything
 * that happens in one tick happens in the order in which it was scheduled (SPEC section 8).
 */
export class MessageEngine implements Hands {
  readonly job: CollectiveJob;
  readonly folding: Folding;
  readonly itinerary: Itinerary;
  readonly links: LinkNetwork | undefined;
  readonly actors: readonly Actor[];
  /** Per simulated NPU: when it has finished, ns. */
  readonly finishNs: Float64Array;
  /** Every phase of every chunk on every simulated NPU in order of end; empty unless asked for. */
  readonly spans: PhaseSpan[] = [];
  /** Per logical dimension: time during which a phase ran in it on any NPU, ns. */
  readonly busyNs: number[];
  /** The longest each distinct phase took any chunk on any NPU, ns. */
  readonly durations = new Map<Phase, number>();
  /** Chunks that have not finished, over all simulated NPUs. */
  unfinished: number;
  events = 0;
  messages = 0;

  private readonly queue = new EventQueue();
  private readonly agenda: Agenda;
  private readonly schedulers: readonly StreamScheduler[];
  private readonly parts: readonly (readonly Part[])[];
  private readonly lanesPerChunk: number;
  private readonly timeline: boolean;
  /** Messages pay for every dimension that they cross, which only flat algorithms notice: those do not fold then. */
  private readonly paysPath: boolean;
  private readonly running: Int32Array;
  private readonly busySince: Float64Array;

  /** Messages under way: to which actor, for which step and packet. */
  private readonly toActor: number[] = [];
  private readonly ofStep: number[] = [];
  private readonly ofPacket: number[] = [];
  private readonly freeMessages: number[] = [];

  constructor(job: CollectiveJob, { folding, congestion, startTimes, timeline = false }: MessageEngineOptions) {
    const { chunks, dimensions, queuesPerDimension, activeChunks } = job;
    const npus = Array.from({ length: folding.npus }, (_, npu) => npu);
    this.job = job;
    this.folding = folding;
    this.timeline = timeline;
    this.paysPath = job.routing === 'dimension-order' && !folding.folded.includes(true);
    this.itinerary = dealQueues(job);
    this.parts = compile(job, this.itinerary, folding);
    this.lanesPerChunk = this.parts.reduce((most, { length }) => Math.max(most, length), 1);
    this.agenda = new Agenda(this.queue, folding.npus);
    this.links = congestion ? new LinkNetwork(dimensions, this.queue) : undefined;
    this.finishNs = new Float64Array(folding.npus);
    this.unfinished = folding.npus * chunks.length;
    this.busyNs = dimensions.map(() => 0);
    this.running = new Int32Array(dimensions.length);
    this.busySince = new Float64Array(dimensions.length);
    const perNpu = chunks.length * this.lanesPerChunk;
    this.actors = Array.from(
      { length: folding.npus * perNpu },
      (_, i) => new Actor(i, Math.floor(i / perNpu), Math.floor((i % perNpu) / this.lanesPerChunk)),
    );
    this.schedulers = npus.map(
      (npu) =>
        new StreamScheduler({
          queues: dimensions.length * queuesPerDimension,
          window: windowPerQueue(activeChunks, queuesPerDimension),
          place: placement(
            job.waitingOrder,
            (chunk) => this.wanted(npu, chunk),
            () => false,
          ),
          onStart: (chunk) => this.startPhase(npu, chunk),
        }),
    );
    for (const npu of npus) this.queue.schedule(startTimes?.[npu] ?? 0, eventOf(TIMER, npu));
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

  private handle(kind: number, index: number): void {
    switch (kind) {
      case MESSAGE:
        if (this.links === undefined || this.links.forward(index)) this.deliver(index);
        return;
      case AGENDA:
        for (let item = this.agenda.next(index); item >= 0; item = this.agenda.next(index)) {
          const actor = this.actors[item >> 1] as Actor;
          if ((item & 1) === 0) (actor.part as Part).paid(actor, this);
          else (actor.part as Part).reduced(actor, this);
        }
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
        this.issue(index);
        return;
    }
  }

  // The collective and its phases

  private issue(npu: number): void {
    const { first, queues } = this.itinerary;
    const scheduler = this.schedulers[npu] as StreamScheduler;
    for (let chunk = 0; chunk < this.job.chunks.length; chunk++) {
      scheduler.enter(chunk, queues[first[chunk] as number] as number);
    }
  }

  private startPhase(npu: number, chunk: number): void {
    const base = this.firstActor(npu, chunk);
    const at = (this.itinerary.first[chunk] as number) + (this.actors[base] as Actor).step;
    const parts = this.parts[at] as readonly Part[];
    const { index } = (parts[0] as Part).phase.dimension;
    const direction = this.itinerary.anticlockwise[at] ? -1 : 1;
    if (this.running[index] === 0) this.busySince[index] = this.queue.now;
    this.running[index] = (this.running[index] as number) + 1;
    for (const [lane, part] of parts.entries()) {
      (this.actors[base + lane] as Actor).begin(part, direction, this.queue.now);
    }
    for (const [lane, part] of parts.entries()) part.begin(this.actors[base + lane] as Actor, this);
  }

  /** The phase that a chunk waits for. */
  private wanted(npu: number, chunk: number): QueuedPhase {
    const { step } = this.actors[this.firstActor(npu, chunk)] as Actor;
    return queuedPhase(this.itinerary, chunk, (this.itinerary.first[chunk] as number) + step);
  }

  done(actor: Actor): void {
    const { npu, chunk, step } = actor;
    actor.running = false;
    const base = this.firstActor(npu, chunk);
    for (let lane = 0; lane < this.lanesPerChunk; lane++) {
      if ((this.actors[base + lane] as Actor).running) return;
    }
    const at = (this.itinerary.first[chunk] as number) + step;
    this.recordEnd(actor, at);
    for (let lane = 0; lane < this.lanesPerChunk; lane++) (this.actors[base + lane] as Actor).step++;
    const scheduler = this.schedulers[npu] as StreamScheduler;
    const queue = this.itinerary.queues[at] as number;
    if (at + 1 < (this.itinerary.first[chunk + 1] as number)) {
      scheduler.move(chunk, queue, this.itinerary.queues[at + 1] as number);
      return;
    }
    this.unfinished--;
    this.finishNs[npu] = this.queue.now;
    scheduler.leave(queue);
  }

  private recordEnd({ npu, chunk, step, startedAt, part }: Actor, at: number): void {
    const { phase } = part as Part;
    const { index } = phase.dimension;
    const now = this.queue.now;
    this.running[index] = (this.running[index] as number) - 1;
    if (this.running[index] === 0) {
      this.busyNs[index] = (this.busyNs[index] as number) + now - (this.busySince[index] as number);
    }
    this.durations.set(phase, Math.max(this.durations.get(phase) ?? 0, now - startedAt));
    if (!this.timeline) return;
    const queue = (this.itinerary.queues[at] as number) - index * this.job.queuesPerDimension;
    const { collective } = phase;
    this.spans.push({ npu, chunk, phase: step, collective, dimension: index, queue, startNs: startedAt, endNs: now });
  }

  // What programs can do

  payEndpoint({ npu, index }: Actor): void {
    this.agenda.add(npu, this.queue.now + this.job.endpoint.delay, index << 1);
  }

  payReduction({ npu, index }: Actor, ns: number): void {
    this.agenda.add(npu, this.queue.now + ns, (index << 1) | 1);
  }

  send(actor: Actor, toRank: number, packet: number, bytes: number, delay: number): void {
    const { npu, rank, index, step } = actor;
    const to = npu + (toRank - rank) * (actor.part as Part).map.stride;
    const perNpu = this.job.chunks.length * this.lanesPerChunk;
    const id = this.message(index + (to - npu) * perNpu, step, packet);
    this.messages++;
    if (this.links !== undefined) {
      this.links.send(id, npu, to, bytes);
      return;
    }
    const ns = this.paysPath ? pathDelay(this.job.dimensions, npu, to, bytes) : delay;
    this.queue.schedule(this.queue.now + ns, eventOf(MESSAGE, id));
  }

  expect(actor: Actor, packet: number): void {
    if (!actor.early?.delete(actor.step * PACKETS + packet)) return;
    this.queue.schedule(this.queue.now, eventOf(RECEIPT, this.message(actor.index, actor.step, packet)));
  }

  // Messages

  private deliver(id: number): void {
    const actor = this.actors[this.toActor[id] as number] as Actor;
    const step = this.ofStep[id] as number;
    const packet = this.ofPacket[id] as number;
    this.freeMessages.push(id);
    const part = actor.part as Part;
    if (actor.running && actor.step === step && part.awaits(actor, packet)) {
      part.received(actor, packet, this);
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

  private firstActor(npu: number, chunk: number): number {
    return (npu * this.job.chunks.length + chunk) * this.lanesPerChunk;
  }
}

/** The lanes of every phase in the itinerary; phases that are alike share theirs. */
function compile({ endpoint }: CollectiveJob, { phases, tree }: Itinerary, folding: Folding): Part[][] {
  const known = new Map<Phase, [Part[]?, Part[]?]>();
  return phases.map((phase, at) => {
    const turn = tree[at] as 0 | 1;
    const either = known.get(phase) ?? [];
    known.set(phase, either);
    const map = rankMap(folding, phase.dimension);
    either[turn] ??= phase.lanes.map((program) =>
      program.kind === 'token'
        ? new TokenPart(phase, program, map, endpoint)
        : new TreePart(phase, program, program.trees[turn], map, endpoint),
    );
    return either[turn];
  });
}
