import { npusNear } from '../../bounds/cut-network.js';
import { FlowNetwork } from '../../bounds/max-flow.js';
import { report, type Watch } from '../../bounds/progress.js';
import type { LinkGraph } from '../../topology/link-graph.js';

/** A way from one device to another for up to `units`, as numbers of links. */
export interface Route {
  readonly path: readonly number[];
  units: number;
}

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
  const splitting = new Splitting(graph, shares, demands);
  for (let device = graph.npus; device < graph.devices; device++) {
    report(watch, device - graph.npus, graph.devices - graph.npus);
    splitting.remove(device);
  }
  return graph.devices === graph.npus || splitting.isSufficient() ? splitting.connections() : undefined;
}

/**
 * The graph while switches are taken out: capacities between devices with their routes, and one network
 * for all questions. In it, a source has links to all devices, and all have a link to a sink; those that are
 * not in use have capacity 0.
 */
class Splitting {
  private readonly network: FlowNetwork;
  private readonly source: number;
  private readonly sink: number;
  private readonly sourceArcs: number[] = [];
  private readonly sinkArcs: number[] = [];
  /** Arc and routes of the connection between two devices, by from * devices + to. */
  private readonly arcs = new Map<number, number>();
  private readonly routes = new Map<number, Route[]>();
  private readonly total: number;
  private readonly order: readonly number[];

  constructor(
    private readonly graph: LinkGraph,
    shares: readonly number[],
    private readonly demands: readonly number[],
  ) {
    const { devices, links } = graph;
    this.network = new FlowNetwork(devices + 2);
    this.source = devices;
    this.sink = devices + 1;
    for (let device = 0; device < devices; device++) {
      this.sourceArcs.push(this.network.addLink(this.source, device, demands[device] ?? 0));
      this.sinkArcs.push(this.network.addLink(device, this.sink, 0));
    }
    this.total = demands.reduce((a, b) => a + b, 0);
    this.order = npusNear(graph, 0);
    links.forEach(({ from, to }, link) => {
      const units = shares[link] as number;
      if (units > 0) this.add(from, to, [{ path: [link], units }]);
    });
  }

  /** Leads everything past a switch. */
  remove(device: number): void {
    const { devices } = this.graph;
    const others = Array.from({ length: devices }, (_, other) => other);
    const before = others.filter((other) => this.between(other, device) > 0);
    const after = others.filter((other) => this.between(device, other) > 0);
    for (const from of before) {
      // What comes back to where it came from is lost: only what nothing else can take.
      for (const to of [...after.filter((other) => other !== from), from]) {
        const most = Math.min(this.between(from, device), this.between(device, to));
        if (most === 0) continue;
        const units = this.room(from, device, to, most);
        if (units === 0) continue;
        const joined = join(this.take(from, device, units), this.take(device, to, units));
        if (from !== to) this.add(from, to, joined);
      }
    }
    for (const other of before) this.take(other, device, this.between(other, device));
    for (const other of after) this.take(device, other, this.between(device, other));
  }

  /** Whether every NPU can still receive all demands. */
  isSufficient(): boolean {
    this.restore();
    return this.leastOverNpus([], this.total) >= this.total;
  }

  connections(): Connection[] {
    const { devices, npus } = this.graph;
    const list: Connection[] = [];
    for (const key of [...this.arcs.keys()].sort((a, b) => a - b)) {
      const [from, to] = [Math.floor(key / devices), key % devices];
      const capacity = this.between(from, to);
      if (capacity === 0 || from >= npus || to >= npus) continue;
      list.push({ from, to, capacity, routes: this.routes.get(key) ?? [] });
    }
    return list;
  }

  /**
   * How much of `most` units can go past a device such that every NPU still receives all demands. A cut loses
   * capacity if the device is on one side and both its neighbours on the other.
   */
  private room(from: number, device: number, to: number, most: number): number {
    this.restore();
    this.mergeIntoSource(from);
    this.mergeIntoSource(to);
    this.mergeIntoSink(device);
    const past = this.leastOverNpus([from, to], this.total + most) - this.total;
    if (past <= 0) return 0;
    this.restore();
    this.mergeIntoSource(device);
    this.mergeIntoSink(from);
    this.mergeIntoSink(to);
    const limit = this.total + Math.min(most, past);
    const { npus } = this.graph;
    const isNpuMissed = from < npus || to < npus;
    const missed = isNpuMissed ? this.network.maxFlow(this.source, this.sink, limit) : this.leastOverNpus([], limit);
    return Math.max(0, missed - this.total);
  }

  /** The least cut, at most `limit`, with some NPU on the side of the sink, but not one of those passed over. */
  private leastOverNpus(passedOver: readonly number[], limit: number): number {
    let least = limit;
    for (const npu of this.order) {
      if (passedOver.includes(npu)) continue;
      this.mergeIntoSink(npu);
      least = this.network.maxFlow(this.source, this.sink, least);
      if (least <= 0) return least;
      this.network.reset();
      this.network.setCapacity(this.sinkArcs[npu] as number, 0);
      this.mergeIntoSource(npu);
    }
    return least;
  }

  private mergeIntoSource(device: number): void {
    this.network.reset();
    this.network.setCapacity(this.sourceArcs[device] as number, Number.POSITIVE_INFINITY);
  }

  private mergeIntoSink(device: number): void {
    this.network.reset();
    this.network.setCapacity(this.sinkArcs[device] as number, Number.POSITIVE_INFINITY);
  }

  /** Undoes all merging. */
  private restore(): void {
    this.network.reset();
    for (let device = 0; device < this.graph.devices; device++) {
      this.network.setCapacity(this.sourceArcs[device] as number, this.demands[device] ?? 0);
      this.network.setCapacity(this.sinkArcs[device] as number, 0);
    }
  }

  private between(from: number, to: number): number {
    const arc = this.arcs.get(from * this.graph.devices + to);
    return arc === undefined ? 0 : this.network.capacity(arc);
  }

  private add(from: number, to: number, routes: readonly Route[]): void {
    const key = from * this.graph.devices + to;
    const units = routes.reduce((total, route) => total + route.units, 0);
    const arc = this.arcs.get(key);
    this.network.reset();
    if (arc === undefined) {
      this.arcs.set(key, this.network.addLink(from, to, units));
      this.routes.set(key, [...routes]);
    } else {
      this.network.setCapacity(arc, this.network.capacity(arc) + units);
      this.routes.get(key)?.push(...routes);
    }
  }

  /** Takes units out of a connection, with their routes. */
  private take(from: number, to: number, units: number): Route[] {
    const key = from * this.graph.devices + to;
    const routes = this.routes.get(key) ?? [];
    const arc = this.arcs.get(key);
    if (arc === undefined || units === 0) return [];
    this.network.reset();
    this.network.setCapacity(arc, this.network.capacity(arc) - units);
    const taken: Route[] = [];
    let left = units;
    while (left > 0) {
      const route = routes[0] as Route;
      const part = Math.min(left, route.units);
      taken.push({ path: route.path, units: part });
      route.units -= part;
      left -= part;
      if (route.units === 0) routes.shift();
    }
    return taken;
  }
}

/** Routes of as many units each, one behind the other. */
function join(first: readonly Route[], second: readonly Route[]): Route[] {
  const joined: Route[] = [];
  let [i, j] = [0, 0];
  let [left, right] = [first[0]?.units ?? 0, second[0]?.units ?? 0];
  while (i < first.length && j < second.length) {
    const units = Math.min(left, right);
    joined.push({ path: [...(first[i] as Route).path, ...(second[j] as Route).path], units });
    left -= units;
    right -= units;
    if (left === 0) left = first[++i]?.units ?? 0;
    if (right === 0) right = second[++j]?.units ?? 0;
  }
  return joined;
}
