import type { TokenState } from '../../collectives/token-program.js';
import type { Phase } from '../../plan/phases.js';
import { type RankMap, rankOf } from '../folding.js';
import type { Participant } from './participant.js';

/** One lane of one chunk on one simulated NPU: where it stands in its program. Reused from phase to phase. */
export class Actor implements TokenState {
  readonly index: number;
  readonly npu: number;
  readonly chunk: number;

  /** What its NPU does in the collective; undefined until it has joined. */
  participant: Participant | undefined = undefined;
  /** Which of the chunk's phases is next or under way. */
  step = 0;
  running = false;
  startedAt = 0;
  /** The phase under way. */
  part: Part | undefined = undefined;
  /** Its rank in the logical dimension of the phase. */
  rank = 0;
  /** +1, or -1 in a queue that runs anticlockwise. */
  direction = 1;

  prepared = 0;
  /** Packets whose end-point delay has been paid, in the order in which they were prepared. */
  paid = 0;
  sent = 0;
  received = 0;
  free = 0;
  /** Of a tree: the messages awaited by now, as bits. */
  awaited = 0;
  /** Messages that came before they were awaited; most actors have none. */
  early: Set<number> | undefined = undefined;

  constructor(index: number, npu: number, chunk: number) {
    this.index = index;
    this.npu = npu;
    this.chunk = chunk;
  }

  begin(part: Part, direction: number, now: number): void {
    this.part = part;
    this.rank = rankOf(part.map, this.npu);
    this.direction = direction;
    this.running = true;
    this.startedAt = now;
    this.prepared = 0;
    this.paid = 0;
    this.sent = 0;
    this.received = 0;
    this.free = 0;
    this.awaited = 0;
  }
}

/** One lane of a phase, ready to be played. */
export interface Part {
  readonly phase: Phase;
  readonly map: RankMap;
  /** Starts the program on a rank. */
  begin(actor: Actor, hands: Hands): void;
  /** The end-point delay of the next packet in line has been paid. */
  paid(actor: Actor, hands: Hands): void;
  /** A reduction has been paid. */
  reduced(actor: Actor, hands: Hands): void;
  /** A message that was awaited is here. */
  received(actor: Actor, packet: number, hands: Hands): void;
  /** Whether the receive for this packet has been posted. */
  awaits(actor: Actor, packet: number): boolean;
}

/** What a program can do. */
export interface Hands {
  /** Pays the end-point delay, then calls {@link Part.paid}. */
  payEndpoint(actor: Actor): void;
  /** Pays a reduction, then calls {@link Part.reduced}. */
  payReduction(actor: Actor, ns: number): void;
  /** Sends a packet to a rank; `delay` is what it takes without congestion, ns. */
  send(actor: Actor, toRank: number, packet: number, bytes: number, delay: number): void;
  /** Posts the receive for a packet: one that came early is received now. */
  expect(actor: Actor, packet: number): void;
  /** The rank's part in the phase is over. */
  done(actor: Actor): void;
}
