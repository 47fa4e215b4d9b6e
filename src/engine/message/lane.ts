import type { TokenState } from '../../collectives/token-program.js';
import { rankOf } from '../folding.js';
import type { Early } from './early.js';
import type { Player } from './player.js';
import type { Member } from './running-collective.js';
import type { StepState } from './step-player.js';

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
