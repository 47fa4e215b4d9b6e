import type { Phase } from '../../plan/phases.js';
import type { RankMap } from '../folding.js';
import type { Lane, Player, Services } from './lane.js';

/**
 * Plays a phase as a whole, in its known duration. For ranks in lockstep, whose messages
 * affect nothing else.
 */
export class WholePlayer implements Player {
  readonly phase: Phase;
  readonly map: RankMap;
  readonly pairwise = false;
  readonly countsMessages = false;
  private readonly ns: number;

  constructor(phase: Phase, map: RankMap, ns: number) {
    this.phase = phase;
    this.map = map;
    this.ns = ns;
  }

  begin(lane: Lane, services: Services): void {
    services.spend(lane, this.ns, 0);
  }

  spent(lane: Lane, _packet: number, services: Services): void {
    services.done(lane);
  }

  /** Never called: the duration covers end-point delays and messages. */
  paid(): void {}

  taker(): number {
    return -1;
  }

  received(): void {}

  arrived(): void {}
}
