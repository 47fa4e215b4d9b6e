import type { EventQueue } from '../event-queue.js';
import { eventOf, RECEIPT } from '../events.js';
import { Early } from './early.js';
import type { Lane, Player, Services } from './lane.js';
import { type Lineage, Marks } from './lineage.js';

/** Base for packing the position of a phase and a packet into one number. */
const PACKETS = 2 ** 32;
const NONE = -1;
/** In place of a lane: a request for a message. */
const REQUEST = -2;

/** Messages in flight to lanes, and those that arrived before their receive was posted. */
export class Mail {
  private readonly lanes: readonly Lane[];
  private readonly queue: EventQueue;
  private readonly services: Services;
  /** Per message: its lane, phase and packet. Messages for no lane have lane -1 and a token. */
  private readonly toLane: number[] = [];
  private readonly position: number[] = [];
  private readonly packet: number[] = [];
  /** The lane to notify on arrival, or -1, and the number to notify it with. */
  private readonly fromLane: number[] = [];
  private readonly tell: number[] = [];
  private readonly free: number[] = [];
  /** Folded runs: per lane, what posted a receive last and what brought it a message. */
  private readonly lineage: Lineage | undefined;
  private readonly posted = new Marks();
  private readonly came = new Marks();

  constructor(lanes: readonly Lane[], queue: EventQueue, services: Services, lineage?: Lineage) {
    this.lanes = lanes;
    this.queue = queue;
    this.services = services;
    this.lineage = lineage;
  }

  /** Messages sent and not yet at their destination. */
  get underWay(): number {
    return this.toLane.length - this.free.length;
  }

  /** Returns the number of a new message. */
  post(toLane: number, position: number, packet: number): number {
    const id = this.free.pop() ?? this.open();
    this.toLane[id] = toLane;
    this.position[id] = position;
    this.packet[id] = packet;
    return id;
  }

  /** Notifies the sender when a message arrives, through {@link Player.arrived} with `tell`. */
  tellSender(id: number, fromLane: number, tell: number): void {
    this.fromLane[id] = fromLane;
    this.tell[id] = tell;
  }

  /** Returns the number of a new message that is not for a lane. */
  postToken(token: number): number {
    return this.post(NONE, 0, token);
  }

  /** Returns the number of a new request for a message. */
  postRequest(request: number): number {
    return this.post(REQUEST, 0, request);
  }

  isForLane(id: number): boolean {
    return (this.toLane[id] as number) >= 0;
  }

  /** A message has reached its destination. Returns its token if it is not for a lane, else -1. */
  deliver(id: number): number {
    const { services } = this;
    const index = this.toLane[id] as number;
    const position = this.position[id] as number;
    const packet = this.packet[id] as number;
    const from = this.fromLane[id] as number;
    this.free.push(id);
    if (index === REQUEST) {
      services.requested(packet);
      return NONE;
    }
    if (index < 0) return packet;
    if (from >= 0) {
      this.fromLane[id] = NONE;
      const sender = this.lanes[from] as Lane;
      (sender.player as Player).arrived(sender, this.tell[id] as number, services);
    }
    if (packet < 0) return NONE;
    const lane = this.lanes[index] as Lane;
    const player = lane.player as Player;
    this.lineage?.check(this.posted, index);
    this.lineage?.note(this.came, index);
    const taker = lane.running && lane.position === position ? player.taker(lane, packet) : NONE;
    if (taker >= 0) {
      player.received(lane, taker, services);
      return NONE;
    }
    lane.early ??= new Early();
    lane.early.add(position * PACKETS + packet);
    return NONE;
  }

  /** Posts a receive; returns true if its message came early and an event of this tick receives it. */
  expect(lane: Lane, packet: number, taker: number): boolean {
    const { early, position } = lane;
    this.lineage?.check(this.came, lane.index);
    this.lineage?.note(this.posted, lane.index);
    if (early === undefined || !early.take(position * PACKETS + packet)) return false;
    const id = this.post(lane.index, position, taker);
    this.lineage?.mark(this.lineage.ofMessages, id);
    this.queue.schedule(this.queue.now, eventOf(RECEIPT, id));
    return true;
  }

  private open(): number {
    this.tell.push(NONE);
    return this.fromLane.push(NONE) - 1;
  }

  /** Receives a message that came early. */
  receive(id: number): void {
    const lane = this.lanes[this.toLane[id] as number] as Lane;
    this.free.push(id);
    (lane.player as Player).received(lane, this.packet[id] as number, this.services);
  }
}
