import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { keys, parse } from '../../base/validate.js';
import { Cabling, type NamedGraph } from '../named-graph.js';
import { bandwidth, count, latency, ratio } from './options.js';

export interface RailOptimisedOptions {
  readonly boxes: number;
  readonly npusPerBox: number;
  /** Bandwidth of an NPU's link to the switch of its box. */
  readonly boxBandwidth: Quantity;
  /** Bandwidth of an NPU's link to its rail. */
  readonly railBandwidth: Quantity;
  /** Latency of a link. */
  readonly latency: Quantity;
  /** Latency of a link outside a box. Default `latency`. */
  readonly railLatency?: Quantity;
  /** Rail switches: NPU i of a box is on rail `i mod rails`. Default: one per NPU of a box; 1 joins all. */
  readonly rails?: number;
  /** Switches above the rails. Default 0: traffic between rails goes through the boxes. */
  readonly spines?: number;
  /** Ratio of a rail's bandwidth from its NPUs to that to the spines. Default 1. */
  readonly oversubscription?: number;
}

export interface Dgx1Options {
  /** `"V100"`: six NVLinks per GPU; `"P100"`: four. */
  readonly gpus: 'V100' | 'P100';
  /** Latency of an NVLink. */
  readonly latency: Quantity;
  /** Bandwidth of one NVLink in one direction. Default: the product's, 25 GB/s (V100) or 20 GB/s (P100). */
  readonly bandwidth?: Quantity;
}

export interface DgxA100Options extends Pick<RailOptimisedOptions, 'boxes' | 'latency' | 'railLatency' | 'rails'> {}

const railSchema = keys({
  boxes: count,
  npusPerBox: count,
  boxBandwidth: bandwidth,
  railBandwidth: bandwidth,
  latency,
  railLatency: v.optional(latency),
  rails: v.optional(count),
  spines: v.optional(v.union([v.literal(0), count], 'a whole number, at least 0'), 0),
  oversubscription: v.optional(ratio, 1),
});

/**
 * Boxes whose NPUs share a switch, and rails that join the NPUs at the same place in every box
 * (without spines: the rail-only network of Wang et al., arXiv 2307.12169). A single box has no rails.
 *
 * @throws ConfigError
 */
export function railOptimised(options: RailOptimisedOptions): NamedGraph {
  const asked = parse(railSchema, options);
  const { boxes, npusPerBox, spines } = asked;
  const rails = boxes === 1 ? 0 : Math.min(asked.rails ?? npusPerBox, npusPerBox);
  const inBox = { bandwidth: asked.boxBandwidth, latency: asked.latency };
  const onRail = { bandwidth: asked.railBandwidth, latency: asked.railLatency ?? asked.latency };
  const cabling = new Cabling(boxes * npusPerBox, ['box', 'rail', 'spine']);
  const switches = (length: number, name: string) =>
    Array.from({ length }, (_, i) => cabling.addSwitch(`${name} ${i}`));
  for (const [box, device] of switches(boxes, 'box').entries()) {
    for (let i = 0; i < npusPerBox; i++) cabling.addCable(box * npusPerBox + i, device, inBox, 0);
  }
  const perRail = new Array<number>(rails).fill(0);
  const railSwitches = switches(rails, 'rail');
  for (let npu = 0; rails > 0 && npu < boxes * npusPerBox; npu++) {
    const rail = (npu % npusPerBox) % rails;
    perRail[rail] = (perRail[rail] as number) + 1;
    cabling.addCable(npu, railSwitches[rail] as number, onRail, 1);
  }
  const above = switches(rails === 0 ? 0 : spines, 'spine');
  for (const [rail, device] of railSwitches.entries()) {
    const total = ((perRail[rail] as number) * onRail.bandwidth) / asked.oversubscription;
    for (const spine of above) cabling.addCable(device, spine, { ...onRail, bandwidth: total / spines }, 2);
  }
  return cabling.graph('spread');
}

/** Cabled pairs of GPUs of a DGX-1; pairs with two cables on a DGX-1V come first. */
const CUBE_MESH = ['01 04 13 23 26 45 57 67', '02 03 12 15 37 46 47 56'] as const;
const NVLINKS = { V100: { doubled: 2, bandwidth: 25 }, P100: { doubled: 1, bandwidth: 20 } } as const;

const dgx1Schema = keys({ gpus: v.picklist(['V100', 'P100']), latency, bandwidth: v.optional(bandwidth) });

/**
 * The eight GPUs of a DGX-1 in their hybrid cube mesh. Two cables between the same GPUs are one
 * link of twice the bandwidth.
 *
 * @throws ConfigError
 */
export function dgx1(options: Dgx1Options): NamedGraph {
  const { gpus, latency, bandwidth: asked } = parse(dgx1Schema, options);
  const bandwidth = asked ?? NVLINKS[gpus].bandwidth;
  const cabling = new Cabling(8, ['NVLink']);
  for (const [i, pairs] of CUBE_MESH.entries()) {
    const cables = i === 0 ? NVLINKS[gpus].doubled : 1;
    for (const [a, b] of pairs.split(' '))
      cabling.addCable(Number(a), Number(b), { bandwidth: cables * bandwidth, latency });
  }
  return cabling.graph();
}

const dgxA100Schema = keys({
  boxes: count,
  latency,
  railLatency: v.optional(latency),
  rails: v.optional(count),
});

/**
 * Boxes like the DGX A100: eight GPUs with twelve NVLinks of 25 GB/s to the switches of their
 * box, modelled as one switch, and a 200 Gbit/s adapter each.
 *
 * @throws ConfigError
 */
export function dgxA100(options: DgxA100Options): NamedGraph {
  const { railLatency, rails, ...asked } = parse(dgxA100Schema, options);
  return railOptimised({
    ...asked,
    npusPerBox: 8,
    boxBandwidth: 12 * 25,
    railBandwidth: 25,
    ...(railLatency === undefined ? {} : { railLatency }),
    ...(rails === undefined ? {} : { rails }),
  });
}
