import type { Folding } from '../folding.js';
import type { ClassParts } from './class-parts.js';
import type { Member } from './lane.js';

/** Receives the engine's callbacks. A token is a number the caller chose and gets back unchanged. */
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
  /** Which NPUs are simulated. */
  readonly folding: Folding;
  readonly listener: EngineListener;
  /** Needed where NPUs fold by classes. */
  readonly classParts?: ClassParts;
  readonly timeline?: boolean;
  /** Record every message. Needs every NPU simulated. */
  readonly messageTimeline?: boolean;
}
