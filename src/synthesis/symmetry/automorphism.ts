import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { Colours, mix } from './colours.js';

/** Where each device goes. */
export type DeviceMap = Int32Array;

/**
 * Finds symmetries of a network: maps of its devices that keep NPUs NPUs and links links of the same bandwidth and
 * latency. Devices of the same colour are candidates; where colours leave a choice, one is tried and the colours
 * refined again.
 */
export class AutomorphismSearch {
  private readonly colours: Colours;
  private readonly base: Int32Array;
  private readonly linkBetween: Map<number, DirectedLink>;
  private left = 0;

  constructor(private readonly graph: LinkGraph) {
    this.colours = new Colours(graph);
    this.base = this.colours.plain();
    this.colours.refine(this.base, this.base);
    this.linkBetween = new Map(graph.links.map((link) => [link.from * graph.devices + link.to, link]));
  }

  /** Whether no two links lead from one device to the same other: only then links follow their ends. */
  get isSimple(): boolean {
    return this.linkBetween.size === this.graph.links.length;
  }

  /**
   * A symmetry that takes one NPU to another, leaves no NPU where it is, and can be exchanged with every map
   * of a group; undefined when none was found in `tries` choices.
   */
  find(from: number, to: number, group: readonly DeviceMap[], tries: number): DeviceMap | undefined {
    if (this.base[from] !== this.base[to]) return undefined;
    this.left = tries;
    const [one, two] = [this.base.slice(), this.base.slice()];
    single(one, two, { from, to, group, mark: 0 });
    return this.search(one, two, to - from, group, 1);
  }

  private search(
    one: Int32Array,
    two: Int32Array,
    shift: number,
    group: readonly DeviceMap[],
    depth: number,
  ): DeviceMap | undefined {
    if (this.left-- <= 0) return undefined;
    this.colours.refine(one, two);
    const [sources, targets] = [cellsOf(one), cellsOf(two)];
    if (sources.size !== targets.size) return undefined;
    let open = -1;
    for (const [colour, cell] of sources) {
      if (targets.get(colour)?.length !== cell.length) return undefined;
      const [first] = cell as [number];
      if (cell.length > 1 && (open < 0 || first < open)) open = first;
    }
    if (open < 0) return this.checked(one, targets);
    const candidates = targets.get(one[open] as number) as number[];
    for (const to of this.inOrder(candidates, open, shift)) {
      const [a, b] = [one.slice(), two.slice()];
      single(a, b, { from: open, to, group, mark: depth });
      const found = this.search(a, b, shift, group, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Machines are numbered along their symmetries: an NPU that is as far ahead as the first comes first. */
  private inOrder(candidates: readonly number[], from: number, shift: number): number[] {
    const { npus, devices } = this.graph;
    if (from >= npus) return candidates.toSorted((a, b) => ahead(a, from, devices) - ahead(b, from, devices));
    const wish = from + shift;
    return candidates.filter((to) => to !== from).sort((a, b) => ahead(a, wish, npus) - ahead(b, wish, npus));
  }

  /** The map of colourings in which every device has a colour of its own, if it is a symmetry that moves all NPUs. */
  private checked(one: Int32Array, targets: ReadonlyMap<number, readonly number[]>): DeviceMap | undefined {
    const { devices, npus, links } = this.graph;
    const map = one.map((colour) => targets.get(colour)?.[0] as number);
    for (let npu = 0; npu < npus; npu++) if (map[npu] === npu || (map[npu] as number) >= npus) return undefined;
    for (const { from, to, bandwidth, latency } of links) {
      const image = this.linkBetween.get((map[from] as number) * devices + (map[to] as number));
      if (image?.bandwidth !== bandwidth || image.latency !== latency) return undefined;
    }
    return map;
  }
}

/** Gives a device and where it goes a colour of their own, and what a group makes of them too. */
function single(
  one: Int32Array,
  two: Int32Array,
  choice: { readonly from: number; readonly to: number; readonly group: readonly DeviceMap[]; readonly mark: number },
): void {
  const { from, to, group, mark } = choice;
  for (const [k, map] of group.entries()) {
    const colour = mix(0x2545f491 + mark * group.length + k);
    one[map[from] as number] = colour;
    two[map[to] as number] = colour;
  }
}

function cellsOf(colour: Int32Array): Map<number, number[]> {
  const cells = new Map<number, number[]>();
  for (const [device, own] of colour.entries()) {
    const cell = cells.get(own);
    if (cell === undefined) cells.set(own, [device]);
    else cell.push(device);
  }
  return cells;
}

function ahead(of: number, from: number, count: number): number {
  return (((of - from) % count) + count) % count;
}
