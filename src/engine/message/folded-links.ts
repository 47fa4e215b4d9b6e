import { ConfigError } from '../../base/errors.js';
import { addressOf, strides, totalNpus } from '../../topology/address.js';
import type { Dimension } from '../../topology/dimension.js';
import { gridNetwork } from '../../topology/grid-network.js';
import type { Line } from '../../topology/kinds.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import { type Folding, standIn } from '../folding.js';
import { type Lineage, Marks } from './lineage.js';
import { type LinkReport, LinkServers, type LinkStatistics, type LinkUses } from './link-servers.js';

const NONE = -1;

/** The report of a single link takes some 150 bytes. */
const MAX_REPORTS = 2 ** 23;

/**
 * The congestion-aware network of a folded run: the links of a simulated NPU represent those
 * of all the others. Everything is relative to the NPU where a message is: the clockwise link,
 * the link to the NPU 3 ahead. A message knows how far ahead its destination is, and along a
 * folded dimension each of its hops leads to the same links again.
 *
 * Messages stay in one dimension, and must look the same there from everywhere:
 * the links of a ring look the same from the next NPU, those of a switch and a fully
 * connected dimension also from a partner.
 *
 * What comes to a link in one tick must come in the same order everywhere. This includes the end
 * of its occupation: a message that comes before it still waits, if for 0 ns, and lengthens the
 * queue.
 */
export class FoldedLinks extends LinkServers implements LinkStatistics {
  private readonly dimensions: readonly Dimension[];
  private readonly folding: Folding;
  private readonly lineage: Lineage;
  private readonly lines: readonly Line[];
  /** Per dimension: links of each NPU, and its first link. Links are in order of dimension, simulated NPU and port. */
  private readonly ports: readonly number[];
  private readonly base: readonly number[];
  /** Growth of real ids along each dimension. */
  private readonly stride: readonly number[];
  /** Dimensions in which partners swap. */
  private readonly pairwise: boolean[];

  /** Per link: what came to it last, and what the end of its occupation descends from. */
  private readonly met = new Marks();
  private readonly ends = new Marks();

  /** Per message in flight: the simulated NPU it is at, its dimension, how far ahead its destination is. */
  private readonly at: number[] = [];
  private readonly along: number[] = [];
  private readonly ahead: number[] = [];
  /** How far its current link takes it. */
  private readonly hop: number[] = [];
  /** The switch it is in, by the line's number; {@link NONE} when it is at an NPU. */
  private readonly inSwitch: number[] = [];
  /** Its destination, numbered along the line from its sender. */
  private readonly target: number[] = [];
  private readonly size: number[] = [];

  constructor(dimensions: readonly Dimension[], folding: Folding, queue: EventQueue, lineage: Lineage) {
    const { lines } = gridNetwork(dimensions);
    const ports = lines.map((line) => line.first(1));
    const base = [0];
    for (const count of ports) base.push((base.at(-1) as number) + count * folding.npus);
    super(base.at(-1) as number, queue);
    this.dimensions = dimensions;
    this.folding = folding;
    this.lineage = lineage;
    this.lines = lines;
    this.ports = ports;
    this.base = base;
    this.stride = strides(dimensions);
    this.pairwise = dimensions.map(() => false);
  }

  /**
   * Sends message `id` to the NPU `ahead` along a dimension. Whenever its event says that it reached
   * a device, call {@link forward}.
   */
  send(id: number, from: number, dimension: number, ahead: number, pairwise: boolean, bytes: number): void {
    this.at[id] = from;
    this.along[id] = dimension;
    this.ahead[id] = ahead;
    this.size[id] = bytes;
    this.target[id] = ahead;
    this.inSwitch[id] = NONE;
    this.hop[id] = 0;
    this.pairwise[dimension] = pairwise;
    if (!this.forward(id)) return;
    // A message to the sender itself takes no link but still needs its event.
    this.lineage.mark(this.lineage.ofMessages, id);
    this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device it has reached; returns true if that is its destination. */
  forward(id: number): boolean {
    const d = this.along[id] as number;
    const line = this.lines[d] as Line;
    const from = this.at[id] as number;
    const ahead = this.ahead[id] as number;
    const ofNpu = (this.base[d] as number) + from * (this.ports[d] as number);
    const device = this.inSwitch[id] as number;
    if (device !== NONE) {
      const target = this.target[id] as number;
      this.inSwitch[id] = NONE;
      this.hop[id] = 0;
      this.enter(ofNpu + line.next(device, target) - line.first(target), id);
      return false;
    }
    if (ahead === 0) return true;
    const port = line.next(0, ahead);
    const end = line.end(port);
    let hop = end;
    if (end >= line.npus) {
      // From here on it is relative to its destination.
      this.inSwitch[id] = end;
      hop = ahead;
    }
    this.hop[id] = hop;
    this.ahead[id] = (ahead - hop + line.npus) % line.npus;
    this.at[id] = this.npuAhead(from, d, hop);
    this.enter(ofNpu + port, id);
    return false;
  }

  override release(link: number): void {
    this.lineage.enterFrom(this.ends, link);
    this.lineage.meet(this.met, link);
    super.release(link);
  }

  uses(): LinkUses[] {
    const links = totalNpus(this.dimensions) / this.folding.npus;
    const uses: LinkUses[] = [];
    let dimension = 0;
    for (let link = 0; link < this.count; link++) {
      while (link >= (this.base[dimension + 1] as number)) dimension++;
      const use = this.use(link);
      if (use !== undefined) uses.push({ dimension, links, ...use });
    }
    return uses;
  }

  reports(): LinkReport[] {
    const count = this.uses().reduce((sum, { links }) => sum + links, 0);
    if (count > MAX_REPORTS) {
      const expected = `false if more than ${MAX_REPORTS} links carry data`;
      throw new ConfigError([{ path: 'linkStatistics', expected, got: `true, with ${count} links` }]);
    }
    const reports: LinkReport[] = [];
    const npus = totalNpus(this.dimensions);
    for (const [d, line] of this.lines.entries()) {
      for (let npu = 0; npu < npus; npu++) {
        const ofStandIn = standIn(this.folding, npu, this.dimensions) * (this.ports[d] as number);
        const mine = addressOf(npu, this.dimensions)[d] as number;
        for (let link = line.first(mine); link < line.first(mine + 1); link++) {
          const use = this.use((this.base[d] as number) + ofStandIn + this.seenFromFirst(d, mine, link));
          if (use !== undefined) reports.push({ dimension: d, npu, name: line.port(link), ...use });
        }
      }
    }
    return reports;
  }

  /** The link of a line's first NPU that corresponds to a link of another NPU. */
  private seenFromFirst(d: number, npu: number, link: number): number {
    const line = this.lines[d] as Line;
    const end = line.end(link);
    if (end >= line.npus || line.start(link) >= line.npus) return link - line.first(npu);
    return line.next(0, this.aheadOf(d, npu, end));
  }

  protected override enter(link: number, id: number): void {
    this.lineage.meet(this.met, link);
    super.enter(link, id);
  }

  protected override occupy(link: number, id: number): void {
    const { lineage } = this;
    const d = this.along[id] as number;
    const hop = this.hop[id] as number;
    const { npus } = this.dimensions[d] as Dimension;
    const moves = hop !== 0 && this.folding.strides[d] === 0;
    const pairwise = this.pairwise[d] as boolean;
    const origin = moves ? lineage.seenFrom(this.stride[d] as number, npus, hop, pairwise) : lineage.origin;
    lineage.mark(lineage.ofMessages, id, origin);
    lineage.mark(this.ends, link);
    const { latency, bandwidth } = this.dimensions[d] as Dimension;
    const bytes = this.size[id] as number;
    const serialisation = bytes / bandwidth;
    const { now } = this.queue;
    this.serve(link, id, bytes, now + Math.trunc(latency + serialisation), now + Math.trunc(serialisation));
  }

  /** The simulated NPU `hop` ahead along a dimension. */
  private npuAhead(npu: number, d: number, hop: number): number {
    const stride = this.folding.strides[d] as number;
    if (stride === 0) return npu;
    const { npus } = this.dimensions[d] as Dimension;
    const mine = Math.floor(npu / stride) % npus;
    return npu + (((mine + hop + npus) % npus) - mine) * stride;
  }

  /** How far `theirs` is ahead of `mine`. */
  private aheadOf(d: number, mine: number, theirs: number): number {
    const { npus } = this.dimensions[d] as Dimension;
    if (this.pairwise[d] && this.folding.strides[d] === 0) return mine ^ theirs;
    return (theirs - mine + npus) % npus;
  }
}
