/** A message reaches a device: its destination, or the next one on its route. */
export const MESSAGE = 0;
/** Own delays of an NPU end: an entry of the agenda. */
export const AGENDA = 1;
/** A link's occupation ends. */
export const LINK = 2;
/** The receipt of a message that had come before it was awaited. */
export const RECEIPT = 3;
/** A timer of whoever drives the engine: a collective starts on an NPU. */
export const TIMER = 4;

/** Events are integers: what happens, and to which message, agenda entry, link or timer. */
export function eventOf(kind: number, index: number): number {
  return (index << 3) | kind;
}

export function kindOf(event: number): number {
  return event & 7;
}

export function indexOf(event: number): number {
  return event >>> 3;
}
