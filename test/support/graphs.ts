import type { LinkGraph } from '../../src/topology/link-graph.js';

/** A graph from `[from, to, bandwidth]` in units of `bytesPerNs`, all links with one latency. */
export function graphOf(
  npus: number,
  links: readonly (readonly [number, number, number])[],
  { bytesPerNs = 1, latencyNs = 0 } = {},
): LinkGraph {
  return {
    npus,
    devices: npus,
    links: links.map(([from, to, units]) => ({ from, to, bandwidth: units * bytesPerNs, latency: latencyNs })),
  };
}

/** Links, of 1 unit unless the name says more, of `mesh-4x4`, `torus-4x4`, `ring-8`, `hypercube-3`, `dragonfly-4x3-1-1`. */
export function linksByName(name: string): [number, number, number][] {
  const [kind, size = '', ...units] = name.split('-');
  const sizes = size.split('x').map(Number);
  switch (kind) {
    case 'mesh':
      return grid(sizes, false);
    case 'torus':
    case 'ring':
      return grid(sizes, true);
    case 'hypercube':
      return grid(new Array(Number(size)).fill(2), false);
    case 'dragonfly':
      return dragonfly(sizes[0] as number, sizes[1] as number, Number(units[0]), Number(units[1]));
    default:
      throw new Error(`no graph ${name}`);
  }
}

function cable(links: [number, number, number][], a: number, b: number, units: number): void {
  links.push([a, b, units], [b, a, units]);
}

/** The last dimension has neighbouring numbers. A ring of two is one cable. */
function grid(sizes: readonly number[], wraps: boolean): [number, number, number][] {
  const links: [number, number, number][] = [];
  const npus = sizes.reduce((product, size) => product * size, 1);
  let stride = npus;
  for (const size of sizes) {
    stride /= size;
    for (let npu = 0; npu < npus; npu++) {
      const place = Math.floor(npu / stride) % size;
      if (place + 1 < size) cable(links, npu, npu + stride, 1);
      else if (wraps && size > 2) cable(links, npu, npu - (size - 1) * stride, 1);
    }
  }
  return links;
}

/** Groups of fully connected members; the cable between two groups goes to their members in turn. */
function dragonfly(groups: number, members: number, local: number, global: number): [number, number, number][] {
  const links: [number, number, number][] = [];
  const given = new Array<number>(groups).fill(0);
  const member = (group: number) => {
    const turn = given[group] as number;
    given[group] = turn + 1;
    return group * members + (turn % members);
  };
  for (let group = 0; group < groups; group++) {
    for (let a = 0; a < members; a++) {
      for (let b = a + 1; b < members; b++) cable(links, group * members + a, group * members + b, local);
    }
    for (let other = group + 1; other < groups; other++) cable(links, member(group), member(other), global);
  }
  return links;
}
