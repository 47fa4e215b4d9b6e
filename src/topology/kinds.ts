import { type Exchange, exchangeLoad } from './exchange-load.js';

/**
 * The wiring of the NPUs along one dimension: everything the rest of the library needs to know about a
 * kind. Devices of the line are its NPUs 0 ... npus - 1, then its switches. Links are directed;
 * each belongs to the NPU it leaves, or to the NPU it leads to if it leaves a switch. The links
 * of NPU i are numbered `first(i)` ... `first(i + 1) - 1`.
 */
export interface Line {
  readonly npus: number;
  /** Switches of one line. */
  readonly switches: number;
  /** Whether every NPU has the same links: the cost of a message then depends only on its distance. */
  readonly alike: boolean;
  /** Light passes its switches without stopping: NPUs are one hop apart, and no switch stores a message. */
  readonly transparent?: true;
  /** First link of an NPU; `first(npus)` is the number of links. */
  first(npu: number): number;
  /** The NPU that a link belongs to. */
  owner(link: number): number;
  /** The next link of a message from a device to another NPU. */
  next(device: number, to: number): number;
  /** The devices that a link joins. */
  start(link: number): number;
  end(link: number): number;
  /** A link's name among those of its NPU, such as `+1`, `up`, `to 3`. */
  port(link: number): string;
  /** How often a message between two different NPUs pays the latency: once per link it crosses, or once if switches are transparent. */
  hops(from: number, to: number): number;
  /** Most hops between two NPUs; 0 for a single NPU. */
  readonly diameter: number;
  /** Average hops between two different NPUs over all pairs; 0 for a single NPU. */
  readonly averageHops: number;
  /**
   * Fewest links that lead out of `width` consecutive NPUs (0 < width < npus); as many lead in.
   * `cut(1)` bounds what one NPU can send and receive.
   */
  cut(width: number): number;
  /** Messages over the busiest link if every NPU sends one to each of the others. */
  readonly everybodyLoad: number;
  /** Load of the busiest link if NPUs, a power of two of them, swap messages with those 1, 2, 4, ... away. */
  swapLoad(swaps: readonly Exchange[]): number;
}

/** Wires a line of NPUs. */
export interface Wiring {
  (npus: number): Line;
  /** {@link Line.hops} between NPUs `distance` apart (0 < distance < npus), without building the line. */
  hops(npus: number, distance: number): number;
}

function wiring(wire: (npus: number) => Line, hops: Wiring['hops']): Wiring {
  return Object.assign(wire, { hops });
}

/** One link each way between neighbours, including the two ends. Messages go the shorter way, ties clockwise. */
function wireRing(npus: number): Line {
  // Two NPUs are each other's only neighbour: the way back is the other one's clockwise link.
  const ports = Math.min(2, npus - 1);
  const half = Math.floor(npus / 2);
  const end = (link: number) => {
    const npu = Math.floor(link / ports);
    if (link === npu * ports) return npu + 1 === npus ? 0 : npu + 1;
    return npu === 0 ? npus - 1 : npu - 1;
  };
  return {
    npus,
    switches: 0,
    alike: true,
    first: (npu) => npu * ports,
    owner: (link) => Math.floor(link / ports),
    next: (npu, to) => {
      const ahead = to > npu ? to - npu : to - npu + npus;
      return npu * ports + (2 * ahead <= npus ? 0 : 1);
    },
    start: (link) => Math.floor(link / ports),
    end,
    port: (link) => (link % ports === 0 ? '+1' : '-1'),
    hops: (from, to) => {
      const apart = Math.abs(to - from);
      return Math.min(apart, npus - apart);
    },
    diameter: half,
    // 1 + 2 + ... + 2 + 1 over npus - 1 distances.
    averageHops: npus < 2 ? 0 : Math.floor((npus * npus) / 4) / (npus - 1),
    cut: () => ports,
    // All distances up to halfway around go clockwise.
    everybodyLoad: (half * (half + 1)) / 2,
    swapLoad: (swaps) => {
      // Halfway around, always clockwise: n messages of n/2 hops over n links.
      const across = swaps.filter(({ offset }) => 2 * offset === npus);
      const others = swaps.filter(({ offset }) => 2 * offset !== npus);
      return across.reduce((sum, { offset, weight }) => sum + offset * weight, exchangeLoad(others));
    },
  };
}

export const ring = wiring(wireRing, (npus, distance) => Math.min(distance, npus - distance));

/** One link each way between every NPU and one switch. */
function wireStar(npus: number): Line {
  const joined = npus > 1;
  const ports = joined ? 2 : 0;
  return {
    npus,
    switches: joined ? 1 : 0,
    alike: true,
    first: (npu) => npu * ports,
    owner: (link) => Math.floor(link / 2),
    next: (device, to) => (device < npus ? 2 * device : 2 * to + 1),
    start: (link) => (link % 2 === 0 ? link / 2 : npus),
    end: (link) => (link % 2 === 0 ? npus : (link - 1) / 2),
    port: (link) => (link % 2 === 0 ? 'up' : 'down'),
    hops: () => 2,
    diameter: joined ? 2 : 0,
    averageHops: joined ? 2 : 0,
    // Either all their uplinks or all the downlinks of the others.
    cut: (width) => Math.min(width, npus - width),
    everybodyLoad: npus - 1,
    swapLoad: (swaps) => swaps.reduce((sum, { weight }) => sum + weight, 0),
  };
}

export const star = wiring(wireStar, () => 2);

/**
 * Ports on optical switches, as one link each way with the bandwidth of all ports of an NPU
 * together, which no choice of circuits can beat. The engine tracks which circuits are set.
 */
function wireCircuits(npus: number): Line {
  const one = npus > 1 ? 1 : 0;
  return { ...wireStar(npus), transparent: true, hops: () => 1, diameter: one, averageHops: one };
}

export const circuits = wiring(wireCircuits, () => 1);

/** One link from every NPU to every other. */
function wireFully(npus: number): Line {
  const ports = npus - 1;
  const owner = (link: number) => Math.floor(link / ports);
  // An NPU has no link to itself, so links to higher NPUs have numbers one lower.
  const end = (link: number) => {
    const npu = owner(link);
    const place = link - npu * ports;
    return place < npu ? place : place + 1;
  };
  return {
    npus,
    switches: 0,
    alike: true,
    first: (npu) => npu * ports,
    owner,
    next: (npu, to) => npu * ports + (to < npu ? to : to - 1),
    start: owner,
    end,
    port: (link) => `to ${end(link)}`,
    hops: () => 1,
    diameter: Math.min(1, ports),
    averageHops: Math.min(1, ports),
    cut: (width) => width * (npus - width),
    everybodyLoad: Math.min(1, ports),
    // Every peer has its own link.
    swapLoad: (swaps) => {
      const byPeer = new Map<number, number>();
      for (const { offset, weight } of swaps) byPeer.set(offset, (byPeer.get(offset) ?? 0) + weight);
      return Math.max(0, ...byPeer.values());
    },
  };
}

export const fullyConnected = wiring(wireFully, () => 1);

/** Every kind of dimension by name. To add a kind, add its wiring above and a line here. */
export const KINDS = {
  ring,
  switch: star,
  'fully-connected': fullyConnected,
  circuits,
} as const satisfies Readonly<Record<string, Wiring>>;

/** How the NPUs of one dimension are wired. */
export type DimensionKind = keyof typeof KINDS;

export const DIMENSION_KINDS = Object.keys(KINDS) as readonly DimensionKind[];
