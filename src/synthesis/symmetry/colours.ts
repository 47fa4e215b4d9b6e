import type { LinkGraph } from '../../topology/link-graph.js';

/**
 * Colours of the devices of a graph, such that devices of one colour look alike: the partition refinement of
 * graph isomorphism (Weisfeiler and Leman, 1968). A colour is a 32-bit hash of a device's own colour and those of
 * its links and neighbours. Two that differ may by chance get the same, so what comes of colours has to be checked.
 */
export class Colours {
  private readonly npus: number;
  /** Per device, from `first`: devices at the other end of its links out and in, and what the links are like. */
  private readonly first: Int32Array;
  private readonly other: Int32Array;
  private readonly kind: Int32Array;

  constructor({ npus, devices, links }: LinkGraph) {
    this.npus = npus;
    const kinds = new Map<string, number>();
    const kindOf = links.map(({ bandwidth, latency }) => {
      const key = `${bandwidth} ${latency}`;
      const known = kinds.get(key) ?? kinds.size + 1;
      kinds.set(key, known);
      return known;
    });
    this.first = new Int32Array(devices + 1);
    for (const { from, to } of links) for (const end of [from, to]) this.count(end);
    for (let i = 0; i < devices; i++) this.first[i + 1] = (this.first[i + 1] as number) + (this.first[i] as number);
    const fill = this.first.slice();
    this.other = new Int32Array(2 * links.length);
    this.kind = new Int32Array(2 * links.length);
    const put = (at: number, other: number, kind: number) => {
      const place = fill[at] as number;
      fill[at] = place + 1;
      this.other[place] = other;
      this.kind[place] = kind;
    };
    for (const [i, { from, to }] of links.entries()) {
      put(from, to, mix(2 * (kindOf[i] as number)));
      put(to, from, mix(2 * (kindOf[i] as number) + 1));
    }
  }

  /** NPUs have one colour, switches another. */
  plain(): Int32Array {
    return Int32Array.from({ length: this.first.length - 1 }, (_, device) => (device < this.npus ? 1 : 2));
  }

  /**
   * Refines two colourings of the graph side by side until the first no longer gets finer: a symmetry that
   * takes the first to the second still does.
   */
  refine(one: Int32Array, two: Int32Array): void {
    const next = new Int32Array(one.length);
    for (let before = 0, now = distinct(one); now > before; ) {
      this.step(one, next);
      if (two !== one) this.step(two, next);
      before = now;
      now = distinct(one);
    }
  }

  private count(device: number): void {
    this.first[device + 1] = (this.first[device + 1] as number) + 1;
  }

  private step(colour: Int32Array, next: Int32Array): void {
    const { first, other, kind } = this;
    for (let device = 0; device < colour.length; device++) {
      let sum = 0;
      const end = first[device + 1] as number;
      for (let i = first[device] as number; i < end; i++) {
        sum = (sum + mix((colour[other[i] as number] as number) ^ (kind[i] as number))) | 0;
      }
      next[device] = mix((colour[device] as number) ^ mix(sum + 0x5bd1e995));
    }
    colour.set(next);
  }
}

/** Of a 32-bit number another, all bits of which depend on all of its own. */
export function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

function distinct(colour: Int32Array): number {
  return new Set(colour).size;
}
