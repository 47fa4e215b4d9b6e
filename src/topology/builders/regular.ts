import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import { listedEdges } from '../edges-of.js';
import { gridNetwork } from '../grid-network.js';
import type { DimensionKind } from '../kinds.js';
import { Cabling, type LinkSpeed, type NamedGraph } from '../named-graph.js';
import { count, counts, type LinkOptions, link } from './options.js';

export interface NpusOptions extends LinkOptions {
  readonly npus: number;
}

export interface SizesOptions extends LinkOptions {
  /** NPUs along each dimension, dimension 0 first. */
  readonly sizes: number | readonly number[];
}

export interface HypercubeOptions extends LinkOptions {
  /** Dimensions of two NPUs each, at most 22. */
  readonly dimensions: number;
}

const ofNpus = keys({ npus: count, ...link });
const ofSizes = keys({ sizes: v.pipe(counts, v.minLength(1, 'at least one size')), ...link });
const ofDimensions = keys({
  dimensions: v.pipe(count, v.maxValue(22, 'a whole number from 1 to 22')),
  ...link,
});

/** A ring: a link each way between neighbours. @throws ConfigError */
export function ring(options: NpusOptions): NamedGraph {
  const { npus, ...speed } = parse(ofNpus, options);
  return grid('ring', [npus], speed);
}

/** A ring along every dimension; one of two NPUs is a single cable. @throws ConfigError */
export function torus(options: SizesOptions): NamedGraph {
  const { sizes, ...speed } = parse(ofSizes, options);
  return grid('ring', sizes, speed);
}

/** 2^k NPUs, each joined to those whose number differs in one bit. @throws ConfigError */
export function hypercube(options: HypercubeOptions): NamedGraph {
  const { dimensions, ...speed } = parse(ofDimensions, options);
  return grid('ring', new Array<number>(dimensions).fill(2), speed);
}

/** A link from every NPU to every other. @throws ConfigError */
export function fullyConnected(options: NpusOptions): NamedGraph {
  const { npus, ...speed } = parse(ofNpus, options);
  return grid('fully-connected', [npus], speed);
}

/** Every NPU on one switch. @throws ConfigError */
export function star(options: NpusOptions): NamedGraph {
  const { npus, ...speed } = parse(ofNpus, options);
  return grid('switch', [npus], speed);
}

/** An open chain along every dimension. @throws ConfigError */
export function mesh(options: SizesOptions): NamedGraph {
  const { sizes, ...speed } = parse(ofSizes, options);
  const npus = product(sizes);
  const tiers = sizes.map((_, d) => `dimension ${d}`);
  const cabling = new Cabling(npus, tiers);
  let stride = 1;
  // Dimension by dimension, so that of equally good routes the lowest dimension comes first.
  for (const [d, size] of sizes.entries()) {
    for (let npu = 0; npu + stride < npus; npu++) {
      if (Math.floor(npu / stride) % size < size - 1) cabling.addCable(npu, npu + stride, speed, d);
    }
    stride *= size;
  }
  return cabling.graph();
}

function grid(kind: DimensionKind, sizes: readonly number[], speed: LinkSpeed): NamedGraph {
  product(sizes);
  return listedEdges(gridNetwork(sizes.map((npus) => ({ kind, npus, ...speed }))));
}

function product(sizes: readonly number[]): number {
  const npus = sizes.reduce((total, size) => total * size, 1);
  if (npus <= 2 ** 22) return npus;
  throw new ConfigError([{ path: 'sizes', expected: 'at most 4194304 NPUs in all', got: String(npus) }]);
}
