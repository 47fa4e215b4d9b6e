import type { TokenState } from '../../collectives/token-program.js';
import type { Endpoint } from '../../costs/endpoint.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { type RankMap, rankOf } from '../folding.js';
import type { Early } from './early.js';
import type { Itinerary } from './itinerary.js';
import type { StepState } from './step-state.js';
import type { Ways } from './ways.js';

// One file, because the types of lanes, players and their services refer to each other.

/** Progress of one lane of one chunk on one simulated NPU through its program. Reused from phase to phase. */
export class Lane implements TokenState {
  readonly index: number;
  readonly npu: number;
  readonly chunk: number;

  /** Its NPU's part in the collective; undefined until the NPU joins. */
  member: Member | undefined = undefined;
  /** Which of the chunk's phases is next or running. */
  position = 0;
  running = false;
  startedAt = 0;
  /** Plays the running phase. */
  player: Player | undefined = undefined;
  /** Its rank in the logical dimension of the phase. */
  rank = 0;
  /** +1, or -1 in a queue that runs anticlockwise. */
  direction = 1;

  prepared = 0;
  sent = 0;
  received = 0;
  free = 0;
  /** Tokens it held when its barrier opened. */
  heldBack = 0;
  /** Progress through a program of steps. */
  steps: StepState | undefined = undefined;
  /** Messages that arrived before their receive was posted, by phase and packet; most lanes have none. */
  early: Early | undefined = undefined;

  constructor(index: number, npu: number, chunk: number) {
    this.index = index;
    this.npu = npu;
    this.chunk = chunk;
  }

  /** Prepares it for another collective of the same plan. */
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

/** What lanes know about their collective. */
export interface Collective {
  readonly plan: CollectivePlan;
  readonly endpoint: Endpoint;
  /** Lanes of each NPU. */
  readonly perNpu: number;
  readonly lanesPerChunk: number;
  /** Number of its first lane. */
  readonly base: number;
  /** Whether equal phases that begin together end in the order in which they began. */
  readonly inLockstep: boolean;
  /** Number of the first lane of a member. */
  firstLane(npu: number): number;
  /** A member has finished. */
  memberDone(): void;
}

/** One NPU's part in a collective. */
export interface Member {
  readonly collective: Collective;
  readonly npu: number;
  readonly itinerary: Itinerary;
  /** Players of the lanes of every phase in the itinerary. */
  readonly players: readonly (readonly Player[])[];
  readonly priority: number;
  readonly startNs: number;
  /** The number that the listener chose. */
  readonly token: number;
  /** Unfinished chunks. */
  unfinished: number;
}

/**
 * Plays the program of one lane of a phase, for any rank. The player numbers its packets:
 * packets of a token program, steps of a step program.
 */
export interface Player {
  readonly phase: Phase;
  readonly map: RankMap;
  /** Ranks swap with partners. */
  readonly pairwise: boolean;
  /** Packets get their numbers as messages arrive: of delays that end together, any may come first. */
  readonly countsMessages: boolean;
  /** Starts the program on a rank. */
  begin(lane: Lane, services: Services): void;
  /** The end-point delay of a packet is over. */
  paid(lane: Lane, packet: number, services: Services): void;
  /** The time spent on a packet is over. */
  spent(lane: Lane, packet: number, services: Services): void;
  /** What takes the message that arrives for a packet; -1 if no receive is posted. */
  taker(lane: Lane, packet: number): number;
  /** A message with a posted receive has arrived. */
  received(lane: Lane, packet: number, services: Services): void;
  /** A message that the lane sent with `tell` has arrived. */
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
   * Sends a message to a rank, for a packet of that rank's player; -1 drops it on arrival.
   * @param delay - its delay without congestion, ns.
   * @param tell - number to call {@link Player.arrived} with; -1 for none.
   * @param ways - the program's fixed ways, and the step whose way it takes.
   * @param place - the switch that the program fixes, with circuits.
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
  /** Posts the receive for a packet from a rank; returns true if its message came early, and `taker` receives it now. */
  expect(lane: Lane, fromRank: number, packet: number, taker: number): boolean;
  /** A barrier of the lane's program has opened. */
  barrierOpened(lane: Lane): void;
  /** A token has become free at an open or closed barrier. */
  barrierMet(lane: Lane): void;
  /** A request for a message has reached its sender. */
  requested(request: number): void;
  /** The rank's part in the phase is over. */
  done(lane: Lane): void;
}
