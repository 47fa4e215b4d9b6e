import type { LinkGraph } from '../../src/topology/link-graph.js';

export type LinkRow = readonly [from: number, to: number, bandwidth: number];

/** A graph whose NPUs are the listed vertices: they get the first numbers, in order, and the switches the rest. */
export function graphOf(vertices: number, npus: readonly number[], links: readonly LinkRow[]): LinkGraph {
  const place = new Map(npus.map((vertex, npu) => [vertex, npu]));
  for (let vertex = 0; vertex < vertices; vertex++) {
    if (!place.has(vertex)) place.set(vertex, place.size);
  }
  return {
    npus: npus.length,
    devices: vertices,
    links: links.map(([from, to, bandwidth]) => ({
      from: place.get(from) as number,
      to: place.get(to) as number,
      bandwidth,
      latency: 500,
    })),
  };
}

/** `3/2`, or `3` where the denominator is 1. */
export function print({ numerator, denominator }: { numerator: bigint; denominator: bigint }): string {
  return denominator === 1n ? String(numerator) : `${numerator}/${denominator}`;
}

/** The same for a fraction as a row has it: `2/1` is `2`. */
export function short(fraction: string): string {
  return fraction.replace(/\/1$/, '');
}
