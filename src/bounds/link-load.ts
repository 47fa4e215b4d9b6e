import { type Dimension, lineOf } from '../topology/dimension.js';
import type { Line } from '../topology/kinds.js';
import type { ListedMessage, Traffic } from './traffic.js';

/** What the links of one dimension must carry. */
export interface LinkLoad {
  /** Occupation of the link that needs longest, ns: the sum of its messages' truncated serialisations. */
  readonly occupiedNs: number;
  /** Bytes on the link that carries most. */
  readonly bytes: number;
  /** The smallest message in this dimension. */
  readonly leastMessage: number;
  /** For a graph: the link's name. */
  readonly name?: string;
}

/** Most hops to follow for a listed message; longer routes count only these links. */
const MAX_HOPS = 2 ** 14;

/** Time and bytes of the links of one line of NPUs, by kind of link or by position. */
class Loads {
  private readonly ns = new Map<number, number>();
  private readonly bytes = new Map<number, number>();

  add(link: number, ns: number, bytes: number): void {
    this.ns.set(link, (this.ns.get(link) ?? 0) + ns);
    this.bytes.set(link, (this.bytes.get(link) ?? 0) + bytes);
  }

  most(): { occupiedNs: number; bytes: number } {
    return { occupiedNs: largest(this.ns.values()), bytes: largest(this.bytes.values()) };
  }
}

function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/**
 * The most loaded link of a dimension under its traffic. If all NPUs send the
 * same distance, all links of a direction carry the same; if peers swap, the wiring gives the
 * link; listed messages are counted link by link.
 */
export function linkLoad(dimension: Dimension, traffic: readonly Traffic[]): LinkLoad {
  const wires = lineOf(dimension);
  const line = new Loads();
  const swaps: { readonly offset: number; readonly ns: number; readonly bytes: number }[] = [];
  for (const one of traffic) {
    const { pattern, times, bytes, offset } = one;
    const ns = times * Math.trunc(bytes / dimension.bandwidth);
    const load = (link: number, messages: number) => {
      // Avoids 0 times an infinite serialisation.
      if (messages > 0) line.add(link, messages * ns, messages * times * bytes);
    };
    if (pattern === 'shift') shift(wires, one, load);
    else if (pattern === 'everybody') load(0, wires.everybodyLoad);
    else if (pattern === 'exchange') swaps.push({ offset, ns, bytes: times * bytes });
    else route(wires, pattern, load);
  }
  const most = line.most();
  return {
    occupiedNs: most.occupiedNs + wires.swapLoad(swaps.map(({ offset, ns }) => ({ offset, weight: ns }))),
    bytes: most.bytes + wires.swapLoad(swaps.map(({ offset, bytes }) => ({ offset, weight: bytes }))),
    leastMessage: traffic.reduce((least, { bytes }) => Math.min(least, bytes), Infinity),
  };
}

/** Adds messages to a link. */
type Load = (link: number, messages: number) => void;

/** Each link is passed as often as one message's route passes links of its kind (the same place at each NPU). */
function shift(wires: Line, { offset, mirrored }: Traffic, load: Load): void {
  const { npus } = wires;
  const ahead = ((offset % npus) + npus) % npus;
  const own = (link: number) => link - wires.first(wires.owner(link));
  const passed = new Map<number, number>();
  const first = ahead === 0 ? -1 : wires.next(0, ahead);
  // Without switches a route stays on links of one kind.
  if (first >= 0 && wires.switches === 0) passed.set(own(first), wires.hops(0, ahead));
  else if (first >= 0) passed.set(own(first), 1);
  for (const [kind, messages] of passed) load((mirrored ? wires.first(npus) : 0) + kind, messages);
}

/** Follows the congestion-aware network's route link by link. */
function route(wires: Line, { line, from, to }: ListedMessage, load: Load): void {
  const base = line * wires.first(wires.npus);
  let at = from;
  for (let hop = 0; at !== to && hop < MAX_HOPS; hop++) {
    const link = wires.next(at, to);
    load(base + link, 1);
    at = wires.end(link);
  }
}
