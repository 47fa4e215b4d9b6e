import type { EventQueue } from '../event-queue.js';
import { eventOf, RECEIPT } from '../events.js';
import { Early } from './early.js';
import type { Lane, Player, Services } from './lane.js';
import { type Lineage, Marks } from './lineage.js';

/** Messages of one lane that came early: position of the phase and packet in one number. */
const PACKETS = 2 ** 32;
const NONE = -1;
/** In place of a lane: a request for a message. */
const REQUEST = -2;

/** Messages on their way to lanes, and those that came before they were awaited. */
export class Mail {
  private readonly lanes: readonly Lane[];
  private readonly queue: EventQueue;
  private readonly services: Services;
  /** Of each message: to which lane, for which of its phases, which packet. Other messages have lane -1 and a token. */
  private readonly toLane: number[] = [];
  private readonly position: number[] = [];
  private readonly packet: number[] = [];
  /** The lane to be told when it arrives, or -1, and with which number. */
  private readonly fromLane: number[] = [];
  private readonly tell: number[] = [];
  private readonly free: number[] = [];
  /** Where NPUs stand for others; by lane, what posted a receive last, and what brought it a message. */
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

  /** A new message; its number. */
  post(toLane: number, position: number, packet: number): number {
    const id = this.free.pop() ?? this.open();
    this.toLane[id] = toLane;
    this.position[id] = position;
    this.packet[id] = packet;
    return id;
  }

  /** The sender is to be told of the arrival of a message, by {@link Player.arrived} with this number. */
  tellSender(id: number, fromLane: number, tell: number): void {
    this.fromLane[id] = fromLane;
    this.tell[id] = tell;
  }

  /** A message that is not for a lane; its number. */
  postToken(token: number): number {
    return this.post(NONE, 0, token);
  }

  /** A request for a message; its number. */
  postRequest(request: number): number {
    return this.post(REQUEST, 0, request);
  }

  /** A message is at its destination. Returns its token when it is not for a lane, else -1. */
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

  /** A receive has been posted; true when its message came early, and is received in an event of this tick. */
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

  /** The receipt of a message that came early. */
  receive(id: number): void {
    const lane = this.lanes[this.toLane[id] as number] as Lane;
    this.free.push(id);
    (lane.player as Player).received(lane, this.packet[id] as number, this.services);
  }
}
