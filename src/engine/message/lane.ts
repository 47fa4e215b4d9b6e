import type { TokenState } from '../../collectives/token-program.js';
import type { Endpoint } from '../../costs/endpoint.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { type RankMap, rankOf } from '../folding.js';
import type { Early } from './early.js';
import type { Itinerary } from './itinerary.js';
import type { StepState } from './step-state.js';
import type { Ways } from './ways.js';

// A lane, the player that plays its program, and what a player can do name each other: one file.

/** One lane of one chunk on one simulated NPU: where it stands in its program. Reused from phase to phase. */
export class Lane implements TokenState {
  readonly index: number;
  readonly npu: number;
  readonly chunk: number;

  /** What its NPU does in the collective; undefined until it has joined. */
  member: Member | undefined = undefined;
  /** Which of the chunk's phases is next or under way. */
  position = 0;
  running = false;
  startedAt = 0;
  /** Plays the phase under way. */
  player: Player | undefined = undefined;
  /** Its rank in the logical dimension of the phase. */
  rank = 0;
  /** +1, or -1 in a queue that runs anticlockwise. */
  direction = 1;

  prepared = 0;
  sent = 0;
  received = 0;
  free = 0;
  /** Tokens that it held when its barrier opened. */
  heldBack = 0;
  /** Progress through a program of steps. */
  steps: StepState | undefined = undefined;
  /** Messages that came before they were awaited, by phase and packet; most lanes have none. */
  early: Early | undefined = undefined;

  constructor(index: number, npu: number, chunk: number) {
    this.index = index;
    this.npu = npu;
    this.chunk = chunk;
  }

  /** Makes it ready for another collective of the same plan. */
  reset(): void {
    this.member = undefined;
    this.position = 0;
  }

  begin(player: Player, direction: number, now: number): void {
    this.player = player;
    this.rank = rankOf(player.map, this.npu);
    this.direction = direction;
    this.running = true;
    this.startedAt = now;
    this.prepared = 0;
    this.sent = 0;
    this.received = 0;
    this.free = 0;
    this.heldBack = 0;
  }
}

/** What lanes know of the collective that they are part of. */
export interface Collective {
  readonly plan: CollectivePlan;
  readonly endpoint: Endpoint;
  /** Lanes of each NPU. */
  readonly perNpu: number;
  readonly lanesPerChunk: number;
  /** Number of its first lane. */
  readonly base: number;
  /** Whether its phases end in the order in which they began, where they are the same and began together. */
  readonly inLockstep: boolean;
  /** Number of the first lane of a member. */
  firstLane(npu: number): number;
  /** A member is through with it. */
  memberDone(): void;
}

/** What one NPU does in a collective. */
export interface Member {
  readonly collective: Collective;
  readonly npu: number;
  readonly itinerary: Itinerary;
  /** Players of the lanes of every phase in the itinerary. */
  readonly players: readonly (readonly Player[])[];
  readonly priority: number;
  readonly startNs: number;
  /** The listener's own number. */
  readonly token: number;
  /** Chunks that have not finished. */
  unfinished: number;
}

/**
 * Plays the program of one lane of a phase, for any rank. Packets are the player's own numbers:
 * those of a token program, the steps of a step program.
 */
export interface Player {
  readonly phase: Phase;
  readonly map: RankMap;
  /** Ranks swap with partners. */
  readonly pairwise: boolean;
  /** Packets are numbered as messages come in: of delays that end together, any may come first. */
  readonly countsMessages: boolean;
  /** Starts the program on a rank. */
  begin(lane: Lane, services: Services): void;
  /** The end-point delay of a packet has been paid. */
  paid(lane: Lane, packet: number, services: Services): void;
  /** The time that was spent on a packet is over. */
  spent(lane: Lane, packet: number, services: Services): void;
  /** What takes the message that arrives for a packet, or -1 while nothing awaits it. */
  taker(lane: Lane, packet: number): number;
  /** A message that was awaited is here. */
  received(lane: Lane, packet: number, services: Services): void;
  /** A message that the lane sent with a number to be told of has arrived. */
  arrived(lane: Lane, packet: number, services: Services): void;
}

/** What a player can do. */
export interface Services {
  /** Simulated time, ns. */
  readonly now: number;
  /** Pays the end-point delay, then calls {@link Player.paid}. */
  payEndpoint(lane: Lane, packet: number): void;
  /** Lets time pass, ns, then calls {@link Player.spent}. */
  spend(lane: Lane, ns: number, packet: number): void;
  /**
   * Sends a message to a rank, for a packet of that rank's player; -1 where it is dropped.
   * @param delay - what it takes without congestion, ns.
   * @param tell - number to call {@link Player.arrived} with; -1 for none.
   * @param ways - ways that the program fixes, and the step whose way it takes.
   * @param place - the switch that the program fixes, where there are circuits.
   */
  send(
    lane: Lane,
    toRank: number,
    packet: number,
    bytes: number,
    delay: number,
    tell: number,
    ways?: Ways,
    step?: number,
    place?: number,
  ): void;
  /** Sets the circuit to a rank on a switch, or on all, then calls {@link Player.spent}. */
  setCircuit(lane: Lane, toRank: number, place: number, packet: number): void;
  /** Posts the receive for a packet from a rank; true when its message came early, and `taker` receives it now. */
  expect(lane: Lane, fromRank: number, packet: number, taker: number): boolean;
  /** A barrier of the lane's program has opened. */
  barrierOpened(lane: Lane): void;
  /** A token has become free at a barrier, open or not. */
  barrierMet(lane: Lane): void;
  /** A request for a message has come to its sender. */
  requested(request: number): void;
  /** The rank's part in the phase is over. */
  done(lane: Lane): void;
}
