import { InvariantError } from '../../base/errors.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Machine } from '../../plan/machine.js';
import type { Phase } from '../../plan/phases.js';
import { Divergence } from '../divergence.js';
import { EventQueue } from '../event-queue.js';
import { AGENDA, eventOf, indexOf, kindOf, LINK, MESSAGE, RECEIPT, TIMER } from '../events.js';
import type { Folding } from '../folding.js';
import type { PhaseSpan } from '../span.js';
import { Agenda } from './agenda.js';
import { Lane } from './lane.js';
import type { LinkNetwork } from './link-network.js';
import { Mail } from './mail.js';
import type { Player, Services } from './player.js';
import { REQUEST_BYTES, Rendezvous } from './rendezvous.js';
import { type CollectiveOptions, type Member, PlayedPlan, RunningCollective } from './running-collective.js';
import { Stage } from './stage.js';
import { Transport } from './transport.js';

/** What the engine calls when something that it was asked for has come. Tokens are the caller's own numbers. */
export interface EngineListener {
  /** A timer of the event list is due. */
  onTimer(token: number): void;
  /** A delay of an NPU has ended. */
  onDelay(token: number): void;
  /** A message of the listener's own has arrived. */
  onDelivery(token: number): void;
  /** An NPU has finished its part in a collective. */
  onCollectiveDone(member: Member): void;
}

export interface MessageEngineOptions {
  /** Which NPUs are simulated. All of them where links are. */
  readonly folding: Folding;
  readonly listener: EngineListener;
  readonly timeline?: boolean;
}

// Items of an agenda: what ends, beside whose it is.
const ENDPOINT = 0;
const SPENT = 1;
const DELAY = 2;

/**
 * Plays collectives message by message, for every NPU that the folding leaves. Everything
 * that happens in one tick happens in the order in which it was scheduled.
 */
export class MessageEngine implements Services {
  readonly machine: Machine;
  readonly lanes: Lane[] = [];
  events = 0;
  messages = 0;

  private readonly listener: EngineListener;
  private readonly folding: Folding;
  /** Whether NPUs stand for others. */
  private readonly folded: boolean;
  private readonly queue = new EventQueue();
  private readonly agenda: Agenda;
  private readonly mail: Mail;
  private readonly stage: Stage;
  private readonly transport: Transport;
  /** Where messages are asked for before they are sent. */
  private readonly rendezvous: Rendezvous | undefined;

  constructor(machine: Machine, { folding, listener, timeline = false }: MessageEngineOptions) {
    const { queue, lanes } = this;
    this.machine = machine;
    this.listener = listener;
    this.folding = folding;
    this.folded = folding.stands;
    this.agenda = new Agenda(queue, folding.npus);
    this.mail = new Mail(lanes, queue, this);
    this.transport = new Transport(machine, folding, queue);
    this.rendezvous = machine.rendezvous ? new Rendezvous() : undefined;
    const onCollectiveDone = (member: Member) => listener.onCollectiveDone(member);
    this.stage = new Stage({
      machine,
      npus: folding.npus,
      folded: folding.stands,
      lanes,
      queue,
      services: this,
      timeline,
      onCollectiveDone,
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

  get links(): LinkNetwork | undefined {
    return this.transport.links;
  }

  /** Every phase of every chunk on every simulated NPU in order of end; empty unless asked for. */
  get spans(): readonly PhaseSpan[] {
    return this.stage.spans;
  }

  /** Per logical dimension: time during which a phase ran in it on any NPU, ns. */
  get busyNs(): readonly number[] {
    return this.stage.busyNs;
  }

  /** The longest each distinct phase took any chunk on any NPU, ns. */
  get durations(): ReadonlyMap<Phase, number> {
    return this.stage.durations;
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

  // What a listener can ask for

  /** Calls {@link EngineListener.onTimer} at a time, as an entry of its own in the event list. */
  schedule(time: number, token: number): void {
    this.queue.schedule(time, eventOf(TIMER, token));
  }

  /** Calls {@link EngineListener.onDelay} after a delay of an NPU, together with its other delays that end then. */
  delay(npu: number, ns: number, token: number): void {
    this.agenda.add(npu, this.queue.now + ns, token * 4 + DELAY, 0);
  }

  /** Sends a message of the listener's own; {@link EngineListener.onDelivery} is called on its arrival. */
  post(from: number, to: number, bytes: number, token: number): void {
    this.messages++;
    this.transport.send(this.mail.postToken(token), from, to, bytes, undefined);
  }

  /** Asks an NPU for a message of the listener's own; `post` is called when the request is there. */
  askFor(key: string, from: number, to: number, post: () => void): void {
    this.ask(to, from, (this.rendezvous as Rendezvous).request(key, post));
  }

  /** Sends a message of the listener's own once it has been asked for, where that is the protocol. */
  postWhenAsked(key: string, from: number, to: number, bytes: number, token: number): void {
    const go = () => this.post(from, to, bytes, token);
    if (this.rendezvous === undefined) go();
    else this.rendezvous.reached(key, go);
  }

  /** A plan that NPUs carry out, once or many times. */
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

  /** An NPU begins its part in a collective, with a number for its end. It may be over before this returns. */
  join(collective: RunningCollective, npu: number, priority: number, token = 0): void {
    this.stage.join(collective, npu, priority, token);
  }

  // Events

  private handle(kind: number, index: number): void {
    switch (kind) {
      case MESSAGE:
        if (this.transport.forward(index)) {
          const token = this.mail.deliver(index);
          if (token >= 0) this.listener.onDelivery(token);
        }
        return;
      case AGENDA: {
        const { agenda } = this;
        for (let item = agenda.next(index); item >= 0; item = agenda.next(index)) this.delayEnded(item, agenda.detail);
        return;
      }
      case LINK:
        this.transport.release(index);
        return;
      case RECEIPT:
        this.mail.receive(index);
        return;
      case TIMER:
        this.listener.onTimer(index);
        return;
      default:
        throw new InvariantError(`an event of kind ${kind}`);
    }
  }

  private delayEnded(item: number, packet: number): void {
    const what = item & 3;
    if (what === DELAY) {
      this.listener.onDelay(item >> 2);
      return;
    }
    const lane = this.lanes[item >> 2] as Lane;
    if (what === ENDPOINT) (lane.player as Player).paid(lane, packet, this);
    else (lane.player as Player).spent(lane, packet, this);
  }

  // What players can do

  payEndpoint({ npu, index, member }: Lane, packet: number): void {
    const { delay } = (member as Member).collective.endpoint;
    this.agenda.add(npu, this.queue.now + delay, index * 4 + ENDPOINT, packet);
  }

  spend({ npu, index }: Lane, ns: number, packet: number): void {
    this.agenda.add(npu, this.queue.now + ns, index * 4 + SPENT, packet);
  }

  send(lane: Lane, toRank: number, packet: number, bytes: number, delay: number, tell: number): void {
    const { npu, rank, index, position } = lane;
    const { stride, classes, group } = (lane.player as Player).map;
    const { perNpu } = (lane.member as Member).collective;
    const apart = (toRank - rank) * stride;
    let from = npu;
    let to = npu + apart;
    let known: number | undefined = delay;
    // Lanes of a collective are numbered by simulated NPU, those of a group by rank.
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
    if (this.rendezvous === undefined) {
      this.transport.send(id, from, to, bytes, known);
      return;
    }
    const go = () => this.transport.send(id, from, to, bytes, known);
    this.rendezvous.reached(`${index + lanesApart} ${position} ${packet}`, go);
  }

  expect(lane: Lane, fromRank: number, packet: number, taker: number): boolean {
    if (this.rendezvous === undefined) return this.mail.expect(lane, packet, taker);
    // NPUs do not fold here: those that are simulated are the real ones.
    const { npu, rank, index, position, player } = lane;
    const { stride, group } = (player as Player).map;
    const from = group === undefined ? npu + (fromRank - rank) * stride : (group.members[fromRank] as number);
    const request = this.rendezvous.request(`${index} ${position} ${packet}`, () =>
      this.mail.expect(lane, packet, taker),
    );
    this.ask(npu, from, request);
    return false;
  }

  requested(request: number): void {
    (this.rendezvous as Rendezvous).arrived(request);
  }

  private ask(from: number, to: number, request: number): void {
    this.messages++;
    this.transport.send(this.mail.postRequest(request), from, to, REQUEST_BYTES, undefined);
  }

  barrierOpened({ npu, player }: Lane, sentNs: number): void {
    if (!this.folded) return;
    // Sent in the tick in which this NPU planned its entry of now: which of the two came first differs from NPU to NPU.
    const made = this.agenda.madeFor(npu);
    const isGroup = (player as Player).map.group !== undefined;
    if (made === sentNs || (isGroup && made !== undefined)) throw new Divergence(this.queue.now);
  }

  done(lane: Lane): void {
    this.stage.done(lane);
  }
}
