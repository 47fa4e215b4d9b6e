import type { Folding } from '../folding.js';
import type { Member } from './lane.js';

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
  /** Write down every message. Every NPU is simulated then. */
  readonly messageTimeline?: boolean;
}
