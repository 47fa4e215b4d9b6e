/** A message reaches a device: its destination or the next one on its route. */
export const MESSAGE = 0;
/** An NPU's own delays end: an entry of the agenda. */
export const AGENDA = 1;
/** A link's occupation ends. */
export const LINK = 2;
/** The receipt of a message that arrived before its receive was posted. */
export const RECEIPT = 3;
/** A timer of the engine's driver: a collective starts on an NPU. */
export const TIMER = 4;

/** Encodes what happens and to which message, agenda entry, link or timer. */
export function eventOf(kind: number, index: number): number {
  return (index << 3) | kind;
}

export function kindOf(event: number): number {
  return event & 7;
}

export function indexOf(event: number): number {
  return event >>> 3;
}
