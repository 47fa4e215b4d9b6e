import type { Phase } from '../../plan/phases.js';
import type { RankMap } from '../folding.js';
import type { Lane } from './lane.js';
import type { Ways } from './ways.js';

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
  ): void;
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
