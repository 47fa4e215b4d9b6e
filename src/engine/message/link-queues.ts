import type { Switching } from '../../base/words.js';
import { isGrid } from '../../topology/grid-network.js';
import type { Network } from '../../topology/network.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import { ALL_SWITCHES, type Circuits } from './circuits.js';
import { CutThrough } from './cut-through.js';
import { type LinkReport, LinkServers, type LinkStatistics, type LinkUses } from './link-servers.js';
import type { Ways } from './ways.js';

const NONE = -1;

/**
 * The queues of the congestion-aware network. Every link serves one message at a time, first
 * come first served. A message of s bytes that starts at t on a link of bandwidth B and latency
 * l occupies it until `t + trunc(s / B)` and reaches the next device at `t + trunc(l + s / B)`.
 * When a link becomes free, the head of its queue starts at once. Within one tick the arrival
 * is scheduled before the release.
 *
 * With *cut-through* a message goes on when its head reaches a device, as {@link CutThrough} says. On a grid an
 * NPU that takes it from one dimension to the next has all of it first, except on a fixed way:
 * either way a message that never waits costs what it costs without congestion.
 */
export class LinkQueues extends LinkServers implements LinkStatistics {
  protected readonly network: Network;
  private readonly cutThrough: CutThrough | undefined;
  private readonly isGrid: boolean;

  /** Per link, filled on first use: where it leads (-1 before), its speed. */
  private readonly ends: Int32Array;
  private readonly bandwidths: Float64Array;
  private readonly latencies: Float64Array;

  /** Per message in flight: the device it reaches next, its destination, its size. */
  protected readonly at: number[] = [];
  private readonly to: number[] = [];
  private readonly size: number[] = [];
  /** Per message on a fixed way: the ways, its current place, and the place of its end. */
  private readonly ways: (Ways | undefined)[] = [];
  private readonly place: number[] = [];
  private readonly endPlace: number[] = [];
  /** Dimensions of circuits, and the switch each message takes there. */
  private readonly circuits: Circuits | undefined;
  private readonly switches: number[] = [];

  constructor(network: Network, queue: EventQueue, switching: Switching = 'store-and-forward', circuits?: Circuits) {
    super(network.links, queue);
    this.network = network;
    this.circuits = circuits;
    this.cutThrough = switching === 'cut-through' ? new CutThrough() : undefined;
    this.isGrid = isGrid(network);
    this.ends = new Int32Array(network.links).fill(NONE);
    this.bandwidths = new Float64Array(network.links);
    this.latencies = new Float64Array(network.links);
  }

  /** Sends message `id`. Whenever its event says that it reached a device, call {@link forward}. */
  send(id: number, from: number, to: number, bytes: number, place = ALL_SWITCHES): void {
    if (this.circuits !== undefined) this.switches[id] = place;
    this.at[id] = from;
    this.to[id] = to;
    this.size[id] = bytes;
    this.cutThrough?.begin(id);
    // A message to the sender itself takes no link but still needs its event.
    if (this.forward(id)) this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  /** Sends a message along the fixed way of a program's step. */
  sendAlong(id: number, from: number, to: number, bytes: number, ways: Ways, step: number): void {
    this.ways[id] = ways;
    this.place[id] = ways.begin(step);
    this.endPlace[id] = ways.end(step);
    this.send(id, from, to, bytes);
  }

  /** Moves a message on from the device it has reached; returns true if that is its destination. */
  forward(id: number): boolean {
    const ways = this.ways[id];
    if (ways !== undefined) return this.forwardAlong(id, ways);
    const link = this.network.next(this.at[id] as number, this.to[id] as number);
    if (link < 0) return true;
    if (this.circuits !== undefined && this.enterCircuit(link, id, this.circuits)) return false;
    this.enter(link, id);
    return false;
  }

  /** Sends a message along a dimension of circuits; returns false if the link is of another kind. */
  private enterCircuit(link: number, id: number, circuits: Circuits): boolean {
    const dimension = this.network.group(link);
    if (!circuits.has(dimension)) return false;
    const from = this.at[id] as number;
    const place = this.switches[id] as number;
    this.at[id] = circuits.send(dimension, id, from, this.to[id] as number, this.size[id] as number, place);
    return true;
  }

  /** A link's occupation has ended, or something happens on circuits. */
  override release(link: number): void {
    if (link < this.count) super.release(link);
    else this.circuits?.handle(link);
  }

  override isQuiet(): boolean {
    return super.isQuiet() && this.circuits?.isQuiet() !== false;
  }

  uses(): LinkUses[] {
    const uses: LinkUses[] = (this.circuits?.reports() ?? []).map((report) => ({ ...report, links: 1 }));
    for (let link = 0; link < this.count; link++) {
      const use = this.use(link);
      if (use !== undefined) uses.push({ dimension: this.network.group(link), links: 1, ...use });
    }
    return uses;
  }

  reports(): LinkReport[] {
    const { network } = this;
    const reports: LinkReport[] = [];
    for (let link = 0; link < this.count; link++) {
      const use = this.use(link);
      if (use === undefined) continue;
      reports.push({ dimension: network.group(link), npu: network.owner(link), name: network.port(link), ...use });
    }
    if (this.circuits === undefined) return reports;
    return [...reports, ...this.circuits.reports()].sort((a, b) => a.dimension - b.dimension);
  }

  private forwardAlong(id: number, ways: Ways): boolean {
    const place = this.place[id] as number;
    if (place === this.endPlace[id]) {
      // Later messages without a fixed way reuse the number.
      this.ways[id] = undefined;
      return true;
    }
    this.place[id] = place + 1;
    if (!ways.comes(place, id)) return false;
    const link = ways.links[place] as number;
    this.enter(link, id);
    for (let next = ways.next(link); next >= 0; next = ways.next(link)) this.enter(link, next);
    return false;
  }

  protected override occupy(link: number, id: number): void {
    if (this.ends[link] === NONE) this.lookUp(link);
    const { cutThrough } = this;
    const { now } = this.queue;
    const bytes = this.size[id] as number;
    const bandwidth = this.bandwidths[link] as number;
    const latency = this.latencies[link] as number;
    const end = this.ends[link] as number;
    this.at[id] = end;
    if (cutThrough === undefined) {
      const serialisation = bytes / bandwidth;
      this.serve(link, id, bytes, now + Math.trunc(latency + serialisation), now + Math.trunc(serialisation));
      return;
    }
    cutThrough.cross(id, now, bytes, bandwidth, latency);
    const { head, tail, free } = cutThrough;
    const isPassedOn = this.isPassedOn(link, id);
    if (!isPassedOn) cutThrough.begin(id);
    this.serve(link, id, bytes, isPassedOn ? head : tail, free);
  }

  /** Whether the device at the end of a link passes a message on while it arrives. */
  protected isPassedOn(link: number, id: number): boolean {
    const end = this.network.end(link);
    if (this.ways[id] !== undefined) return this.place[id] !== this.endPlace[id];
    if (end >= this.network.npus) return true;
    const next = this.network.next(end, this.to[id] as number);
    return next >= 0 && (!this.isGrid || this.network.group(next) === this.network.group(link));
  }

  private lookUp(link: number): void {
    this.ends[link] = this.network.end(link);
    this.bandwidths[link] = this.network.bandwidth(link);
    this.latencies[link] = this.network.latency(link);
  }
}
