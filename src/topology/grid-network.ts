import { totalNpus } from './address.js';
import type { Dimension } from './dimension.js';
import { type DimensionKind, KINDS, type Line, type Wiring } from './kinds.js';
import type { LinkGroup, Network } from './network.js';

/** A {@link Dimension} of any kind in a table of wirings. */
export interface GridDimension<K extends string = DimensionKind> extends Omit<Dimension, 'kind'> {
  readonly kind: K;
}

/** A network whose NPUs are the points of a grid; links are grouped by dimension. */
export interface GridNetwork extends Network {
  /** The wiring of one line along each dimension. */
  readonly lines: readonly Line[];
}

/**
 * The network of a grid, computed by arithmetic: it stores nothing per NPU or link.
 *
 * NPU ids are mixed-radix numbers, dimension 0 fastest. A line is a set of NPUs that differ in one
 * coordinate, wired as its dimension's kind says. A route corrects the address dimension
 * by dimension, lowest first. Links are numbered by dimension, then by NPU, then by port;
 * switches by dimension, then by line. `next` finds routes to NPUs only.
 *
 * @param kinds wirings by name of kind; default {@link KINDS}.
 */
export function gridNetwork(dimensions: readonly GridDimension[]): GridNetwork;
export function gridNetwork<K extends string>(
  dimensions: readonly GridDimension<K>[],
  kinds: Readonly<Record<K, Wiring>>,
): GridNetwork;
export function gridNetwork(
  dimensions: readonly GridDimension<string>[],
  kinds: Readonly<Record<string, Wiring>> = KINDS,
): GridNetwork {
  return new Grid(
    dimensions,
    dimensions.map(({ kind, npus }) => (kinds[kind] as Wiring)(npus)),
  );
}

/** Whether the links of a network are those of a grid. */
export function isGrid(network: Network): network is GridNetwork {
  return network instanceof Grid;
}

/** A link of one line: number `low` of those that interleave in block `high` of dimension `d`. */
interface Place {
  readonly d: number;
  readonly line: Line;
  readonly low: number;
  readonly high: number;
  readonly local: number;
}

class Grid implements GridNetwork {
  readonly npus: number;
  readonly devices: number;
  readonly links: number;
  readonly groups: readonly LinkGroup[];
  readonly lines: readonly Line[];

  private readonly dimensions: readonly GridDimension<string>[];
  /** Per dimension: links of each NPU; 0 if the numbers differ. */
  private readonly ports: readonly number[];
  /** Per dimension: growth of ids along it, which is also the number of lines that interleave in a block. */
  private readonly stride: number[] = [];
  /** Per dimension: links of a block, first link, first switch; the last two with an end entry. */
  private readonly blockLinks: number[] = [];
  private readonly firstLink: number[] = [0];
  private readonly firstSwitch: number[];

  constructor(dimensions: readonly GridDimension<string>[], lines: readonly Line[]) {
    this.dimensions = dimensions;
    this.lines = lines;
    this.npus = totalNpus(dimensions as readonly Dimension[]);
    this.groups = dimensions.map((_, d) => ({ name: `dimension ${d}` }));
    this.ports = lines.map((line) => (line.alike ? line.first(1) : 0));
    this.firstSwitch = [this.npus];
    let stride = 1;
    for (const [d, line] of lines.entries()) {
      const count = this.npus / line.npus;
      this.stride.push(stride);
      this.blockLinks.push(line.first(line.npus) * stride);
      stride *= line.npus;
      this.firstLink.push((this.firstLink[d] as number) + line.first(line.npus) * count);
      this.firstSwitch.push((this.firstSwitch[d] as number) + line.switches * count);
    }
    this.links = this.firstLink.at(-1) as number;
    this.devices = this.firstSwitch.at(-1) as number;
  }

  next(device: number, to: number): number {
    if (device >= this.npus) return this.nextFromSwitch(device, to);
    for (let d = 0; d < this.lines.length; d++) {
      const line = this.lines[d] as Line;
      const stride = this.stride[d] as number;
      const column = Math.floor(device / stride);
      const mine = column % line.npus;
      const theirs = Math.floor(to / stride) % line.npus;
      if (mine === theirs) continue;
      const local = line.next(mine, theirs);
      const ports = this.ports[d] as number;
      if (ports > 0) return (this.firstLink[d] as number) + (device - mine) * ports + local;
      return this.linkOf(d, local, device - column * stride, (column - mine) / line.npus);
    }
    return -1;
  }

  start(link: number): number {
    const at = this.placeOf(link);
    return this.deviceAt(at, at.line.start(at.local));
  }

  end(link: number): number {
    const at = this.placeOf(link);
    return this.deviceAt(at, at.line.end(at.local));
  }

  owner(link: number): number {
    const at = this.placeOf(link);
    return this.deviceAt(at, at.line.owner(at.local));
  }

  bandwidth(link: number): number {
    return (this.dimensions[this.group(link)] as GridDimension<string>).bandwidth;
  }

  latency(link: number): number {
    const d = this.group(link);
    const { latency } = this.dimensions[d] as GridDimension<string>;
    return this.lines[d]?.transparent ? latency / 2 : latency;
  }

  group(link: number): number {
    let d = 0;
    while (link >= (this.firstLink[d + 1] as number)) d++;
    return d;
  }

  port(link: number): string {
    const { line, local } = this.placeOf(link);
    return line.port(local);
  }

  name(link: number): string {
    return `dimension ${this.group(link)}: ${this.deviceName(this.start(link))} -> ${this.deviceName(this.end(link))}`;
  }

  private deviceName(device: number): string {
    if (device < this.npus) return `NPU ${device}`;
    return `switch ${device - (this.firstSwitch[this.dimensionOfSwitch(device)] as number)}`;
  }

  private nextFromSwitch(device: number, to: number): number {
    const d = this.dimensionOfSwitch(device);
    const line = this.lines[d] as Line;
    const stride = this.stride[d] as number;
    const place = device - (this.firstSwitch[d] as number);
    const which = Math.floor(place / line.switches);
    const high = Math.floor(which / stride);
    const theirs = Math.floor(to / stride) % line.npus;
    const low = which - high * stride;
    return this.linkOf(d, line.next(line.npus + place - which * line.switches, theirs), low, high);
  }

  private dimensionOfSwitch(device: number): number {
    let d = 0;
    while (device >= (this.firstSwitch[d + 1] as number)) d++;
    return d;
  }

  /**
   * The number of a line's link. Lines of a dimension interleave: lines `low` = 0 ... stride - 1
   * of block `high` alternate, NPU by NPU, so that links follow the order of their NPUs' ids.
   */
  private linkOf(d: number, local: number, low: number, high: number): number {
    const line = this.lines[d] as Line;
    const stride = this.stride[d] as number;
    const owner = line.owner(local);
    const first = line.first(owner);
    const ports = this.ports[d] || line.first(owner + 1) - first;
    const inBlock = first * stride + low * ports + local - first;
    return (this.firstLink[d] as number) + high * (this.blockLinks[d] as number) + inBlock;
  }

  /** The inverse of {@link linkOf}. */
  private placeOf(link: number): Place {
    const d = this.group(link);
    const line = this.lines[d] as Line;
    const stride = this.stride[d] as number;
    const perBlock = this.blockLinks[d] as number;
    const fromFirst = link - (this.firstLink[d] as number);
    const high = Math.floor(fromFirst / perBlock);
    const inBlock = fromFirst - high * perBlock;
    const owner = line.owner(Math.floor(inBlock / stride));
    const first = line.first(owner);
    const ports = line.first(owner + 1) - first;
    const past = inBlock - first * stride;
    const low = Math.floor(past / ports);
    return { d, line, low, high, local: first + past - low * ports };
  }

  /** The device with the number `local` in its line. */
  private deviceAt({ d, line, low, high }: Place, local: number): number {
    const stride = this.stride[d] as number;
    if (local < line.npus) return (high * line.npus + local) * stride + low;
    return (this.firstSwitch[d] as number) + (high * stride + low) * line.switches + local - line.npus;
  }
}
