import { ConfigError } from '../base/errors.js';
import type { DirectedLink, LinkGraph } from './link-graph.js';
import type { LinkGroup } from './network.js';

/**
 * Which of several equally good routes a message takes. `"first"`: the link that comes
 * first in the list. `"spread"`: different routes to different NPUs, as fat trees need; see
 * {@link graphNetwork}.
 */
export type Ties = 'first' | 'spread';

export const TIES: readonly Ties[] = ['first', 'spread'];

/** A {@link LinkGraph} with names for its links. */
export interface NamedGraph extends LinkGraph {
  /** Per link; default `"NPU 3 -> switch 0"`. */
  readonly names?: readonly string[];
  /** Tiers in which reports group links; default one for all. */
  readonly groups?: readonly LinkGroup[];
  /** Per link: index into `groups`; default 0. */
  readonly groupOf?: readonly number[];
  /** Default `"first"`. */
  readonly ties?: Ties;
}

/** The speed of a link. */
export interface LinkSpeed {
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** ns. */
  readonly latency: number;
}

/** Graphs are lists; larger networks must be grids, which are arithmetic. */
const MAX_LINKS = 2 ** 22;

/** @throws ConfigError if a graph would have too many devices or links for a list. */
export function checkGraphSize(devicesOrLinks: number): void {
  if (devicesOrLinks <= MAX_LINKS) return;
  const expected = `a graph of at most ${MAX_LINKS} devices and ${MAX_LINKS} links`;
  throw new ConfigError([{ path: '', expected, got: 'a larger one' }]);
}

/** Builds a {@link NamedGraph} from devices and cables. */
export class Cabling {
  private readonly npus: number;
  private readonly devices: string[];
  private readonly groups: readonly LinkGroup[];
  private readonly links: DirectedLink[] = [];
  private readonly names: string[] = [];
  private readonly groupOf: number[] = [];

  /** @param tiers names of the groups that cables belong to. */
  constructor(npus: number, tiers: readonly string[]) {
    checkGraphSize(npus);
    this.npus = npus;
    this.devices = Array.from({ length: npus }, (_, npu) => `NPU ${npu}`);
    this.groups = tiers.map((name) => ({ name }));
  }

  /** Adds a switch; returns its device number. */
  addSwitch(name: string): number {
    checkGraphSize(this.devices.length);
    return this.devices.push(name) - 1;
  }

  /** Adds a link one way. */
  addLink(from: number, to: number, { bandwidth, latency }: LinkSpeed, tier = 0): void {
    checkGraphSize(this.links.length);
    this.links.push({ from, to, bandwidth, latency });
    this.groupOf.push(tier);
    const ends = `${this.devices[from]} -> ${this.devices[to]}`;
    this.names.push(this.groups.length > 1 ? `${this.groups[tier]?.name}: ${ends}` : ends);
  }

  /** Adds a link each way. */
  addCable(a: number, b: number, speed: LinkSpeed, tier = 0): void {
    this.addLink(a, b, speed, tier);
    this.addLink(b, a, speed, tier);
  }

  graph(ties: Ties = 'first'): NamedGraph {
    const { npus, links, names, groups, groupOf } = this;
    return { npus, devices: this.devices.length, links, names, groups, groupOf, ties };
  }
}
