import type { Dimension } from '../topology/dimension.js';
import { exchangeLoad } from './exchange-load.js';
import type { ListedMessage, Traffic } from './traffic.js';

/** What the links of one dimension have to carry. */
export interface LinkLoad {
  /** Time for which the link that needs longest is occupied, ns: the sum of its messages' truncated serialisations. */
  readonly occupiedNs: number;
  /** Bytes of the link that carries most. */
  readonly bytes: number;
  /** The smallest message in this dimension. */
  readonly leastMessage: number;
  /** Of a graph: which link it is. */
  readonly name?: string;
}

/** Beyond this many NPUs along a dimension one message stands for the links of a tree. */
const MAX_POSITIONS = 2 ** 14;

/** Links of one line of NPUs, by kind of link or by position, each with the time and the bytes it carries. */
class Line {
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
 * The most loaded link of a dimension, by traffic of that dimension. Where all NPUs send the
 * same distance every link of a direction carries the same; where peers swap it is found by
 * {@link exchangeLoad}; of listed messages, links are counted one by one.
 */
export function linkLoad(dimension: Dimension, traffic: readonly Traffic[]): LinkLoad {
  const line = new Line();
  const swaps: { readonly offset: number; readonly ns: number; readonly bytes: number }[] = [];
  for (const one of traffic) {
    const { pattern, times, bytes, offset } = one;
    const ns = times * Math.trunc(bytes / dimension.bandwidth);
    const load = (link: number, messages: number) => {
      // Not 0 times an endless serialisation.
      if (messages > 0) line.add(link, messages * ns, messages * times * bytes);
    };
    if (pattern === 'shift') shift(dimension, one, load);
    else if (pattern === 'everybody') everybody(dimension, load);
    else if (pattern !== 'exchange') route(dimension, pattern, load);
    else if (dimension.kind === 'switch') load(0, 1);
    // Each NPU has another peer at every offset.
    else if (dimension.kind === 'fully-connected') load(offset, 1);
    // Half way round, always clockwise: n messages of n/2 hops over n links.
    else if (2 * offset === dimension.npus) load(0, offset);
    else swaps.push({ offset, ns, bytes: times * bytes });
  }
  const most = line.most();
  return {
    occupiedNs: most.occupiedNs + exchangeLoad(swaps.map(({ offset, ns }) => ({ offset, weight: ns }))),
    bytes: most.bytes + exchangeLoad(swaps.map(({ offset, bytes }) => ({ offset, weight: bytes }))),
    leastMessage: traffic.reduce((least, { bytes }) => Math.min(least, bytes), Infinity),
  };
}

/** Adds messages to a link. */
type Load = (link: number, messages: number) => void;

function shift({ kind, npus }: Dimension, { offset, mirrored }: Traffic, load: Load): void {
  const ahead = ((offset % npus) + npus) % npus;
  const kinds = mirrored ? npus : 0;
  switch (kind) {
    case 'ring': {
      // A link is passed by the messages of as many NPUs as a message has hops. Ties go clockwise.
      const clockwise = 2 * ahead <= npus;
      load(kinds + (clockwise ? 0 : 1), clockwise ? ahead : npus - ahead);
      return;
    }
    case 'switch':
      load(kinds, 1);
      return;
    case 'fully-connected':
      load(kinds + ahead, 1);
      return;
  }
}

/** All distances 1 to n - 1, one message each: those of up to half way round a ring go clockwise. */
function everybody({ kind, npus }: Dimension, load: Load): void {
  const clockwise = Math.floor(npus / 2);
  const others = npus - 1 - clockwise;
  if (kind === 'ring') {
    load(0, (clockwise * (clockwise + 1)) / 2);
    load(1, (others * (others + 1)) / 2);
  } else {
    load(0, kind === 'switch' ? npus - 1 : 1);
  }
}

/** Link by link, as the congestion-aware network goes. */
function route({ kind, npus }: Dimension, { line, from, to }: ListedMessage, load: Load): void {
  // Links of a line are numbered from its first NPU on.
  const base = line * 2 * npus;
  if (kind === 'fully-connected') {
    load(line * npus * npus + from * npus + to, 1);
  } else if (kind === 'switch') {
    load(base + from, 1);
    load(base + npus + to, 1);
  } else {
    const ahead = (to - from + npus) % npus;
    const clockwise = 2 * ahead <= npus;
    const hops = clockwise ? ahead : npus - ahead;
    // Beyond so many hops some of the links that it passes stand for all.
    for (let hop = 0; hop < Math.min(hops, MAX_POSITIONS); hop++) {
      const at = clockwise ? (from + hop) % npus : npus + ((from - hop + npus) % npus);
      load(base + at, 1);
    }
  }
}
