import { report, type Watch } from '../../bounds/progress.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { DeviceNetwork } from './device-network.js';
import { joinRoutes, type Route, takeRoutes } from './routes.js';
import { type Flank, type Passage, spread } from './spread.js';

/** What can go from an NPU straight to another, through switches at most. */
export interface Connection {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
  /** Their units sum to the capacity. */
  readonly routes: readonly Route[];
}

/**
 * Takes the switches out: what goes into one and out again becomes a connection past it, as much
 * as leaves every NPU able to receive all demands (splitting off, Bang-Jensen, Frank and Jackson 1995;
 * ForestColl, arXiv 2402.06787, section 5.3). `undefined` when some NPU no longer can: that takes a
 * switch that can receive more or less than it can send.
 */
export function removeSwitches(
  graph: LinkGraph,
  shares: readonly number[],
  demands: readonly number[],
  watch: Watch = {},
): Connection[] | undefined {
  const removal = new SwitchRemoval(graph, shares, demands);
  for (let device = graph.npus; device < graph.devices; device++) {
    report(watch, device - graph.npus, graph.devices - graph.npus);
    if (!removal.remove(device)) return undefined;
  }
  return removal.connections();
}

class SwitchRemoval {
  private readonly network: DeviceNetwork;
  /** By from * devices + to. */
  private readonly routes = new Map<number, Route[]>();
  /** The weight that most trees will have: narrower connections would split them. */
  private readonly grain: number;

  /** Sets of devices that can receive what they must and no more, 1 for a member. They stay like that. */
  private readonly tightSets: Uint8Array[] = [];

  constructor(
    private readonly graph: LinkGraph,
    shares: readonly number[],
    demands: readonly number[],
  ) {
    this.network = new DeviceNetwork(graph, demands);
    this.grain = Math.max(...demands);
    graph.links.forEach(({ from, to }, link) => {
      const units = shares[link] as number;
      if (units > 0) this.add(from, to, [{ path: [link], units }], units);
    });
  }

  /**
   * Leads everything past a switch, round by round spread evenly over what is not known to be impossible. False
   * when something is left over that some NPU cannot do without.
   */
  remove(device: number): boolean {
    const { devices, npus } = this.graph;
    const others = Array.from({ length: devices }, (_, other) => other);
    const flanks = (unitsOf: (other: number) => number): Flank[] =>
      others.map((other) => ({ device: other, units: unitsOf(other) })).filter(({ units }) => units > 0);
    const into = () => flanks((other) => this.network.capacity(other, device));
    const out = () => flanks((other) => this.network.capacity(device, other));
    const isPossible = (from: number, to: number) =>
      !this.tightSets.some((inside) => narrows(inside, from, device, to));
    // From switch to switch past a third is seldom the right way, and what goes back is lost.
    const useful = [
      (from: number, to: number) => from !== to && (from < npus || to < npus) && isPossible(from, to),
      (from: number, to: number) => from !== to && isPossible(from, to),
      isPossible,
    ];
    for (const isUseful of useful) {
      for (;;) {
        const passages = spread(into(), out(), this.grain, isUseful);
        if (passages.length === 0) break;
        this.passAll(device, passages);
      }
    }
    const [before, after] = [into(), out()];
    for (const { device: from, units } of before) this.take(from, device, units);
    for (const { device: to, units } of after) this.take(device, to, units);
    return before.length + after.length === 0 || this.network.narrowCut() === undefined;
  }

  connections(): Connection[] {
    const { devices, npus } = this.graph;
    const list: Connection[] = [];
    for (const [key, routes] of [...this.routes].sort(([a], [b]) => a - b)) {
      const [from, to] = [Math.floor(key / devices), key % devices];
      const capacity = this.network.capacity(from, to);
      if (capacity > 0 && from < npus && to < npus) list.push({ from, to, capacity, routes });
    }
    return list;
  }

  /**
   * Lets as much pass as is possible: while some cut would become too narrow, those that narrow it share what it
   * has left. A cut that has nothing left is tight from then on.
   */
  private passAll(device: number, wanted: readonly Passage[]): void {
    const cuts: { readonly inside: Uint8Array; readonly left: number }[] = [];
    let passages = wanted;
    for (;;) {
      for (const { from, to, units } of passages) this.shift(from, device, to, units);
      const cut = this.network.narrowCut();
      for (const { from, to, units } of passages) this.shift(from, device, to, -units);
      if (cut === undefined) break;
      const { inside } = cut;
      const left = unitsAcross(inside, device, passages) - cut.lacking;
      cuts.push({ inside, left });
      passages = trim(passages, ({ from, to }) => narrows(inside, from, device, to), left);
    }
    for (const { from, to, units } of passages) this.pass(from, device, to, units);
    for (const { inside, left } of cuts) {
      if (unitsAcross(inside, device, passages) === left) this.tightSets.push(inside);
    }
  }

  /** Changes capacities as if units passed, without routes. */
  private shift(from: number, device: number, to: number, units: number): void {
    this.network.add(from, device, -units);
    this.network.add(device, to, -units);
    if (from !== to) this.network.add(from, to, units);
  }

  private pass(from: number, device: number, to: number, units: number): void {
    if (units === 0) return;
    const routes = joinRoutes(this.take(from, device, units), this.take(device, to, units));
    if (from !== to) this.add(from, to, routes, units);
  }

  private add(from: number, to: number, routes: readonly Route[], units: number): void {
    this.network.add(from, to, units);
    const key = from * this.graph.devices + to;
    const present = this.routes.get(key);
    if (present === undefined) this.routes.set(key, [...routes]);
    else present.push(...routes);
  }

  private take(from: number, to: number, units: number): Route[] {
    this.network.add(from, to, -units);
    return takeRoutes(this.routes.get(from * this.graph.devices + to) ?? [], units);
  }
}

/** A cut loses what goes past a device on one side of it between two devices on the other. */
function narrows(inside: Uint8Array, from: number, device: number, to: number): boolean {
  return inside[from] === inside[to] && inside[device] !== inside[from];
}

function unitsAcross(inside: Uint8Array, device: number, passages: readonly Passage[]): number {
  return passages.reduce((sum, { from, to, units }) => sum + (narrows(inside, from, device, to) ? units : 0), 0);
}

/** Cuts the chosen passages down to `left` units in all, first come first served. */
function trim(passages: readonly Passage[], isChosen: (passage: Passage) => boolean, left: number): Passage[] {
  let rest = left;
  return passages.flatMap((passage) => {
    if (!isChosen(passage)) return [passage];
    const units = Math.min(passage.units, rest);
    rest -= units;
    return units > 0 ? [{ ...passage, units }] : [];
  });
}
