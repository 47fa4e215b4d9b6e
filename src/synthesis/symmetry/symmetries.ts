import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { AutomorphismSearch, type DeviceMap } from './automorphism.js';

/**
 * A group of symmetries of a network of which all but the one that moves nothing move every NPU. So one takes an
 * NPU to each other of its orbit, and what is planned for the first of an orbit is planned for all.
 */
export interface Symmetries {
  /** The first leaves everything where it is. */
  readonly maps: readonly DeviceMap[];
  /** The first NPU of every orbit. */
  readonly representatives: readonly number[];
  /** Per link the number of its orbit. */
  readonly orbitOf: Int32Array;
  /** Per orbit of links: how many of the maps leave a link of it where it is. */
  readonly stays: readonly number[];
}

/** Choices that the search for one symmetry may make, per device. */
const TRIES_PER_DEVICE = 2;
/** NPUs that a search is made for in vain before it is given up. */
const MOST_FAILURES = 12;
/** Entries of all maps together. */
const MOST_ENTRIES = 2 ** 24;

/**
 * The largest such group that was found: it grows by symmetries that can be exchanged with all it has. Undefined
 * where there is none, as on a chain of three, or where links run side by side.
 */
export function symmetriesOf(graph: LinkGraph): Symmetries | undefined {
  const { npus, devices } = graph;
  if (npus < 2 || npus * devices > MOST_ENTRIES) return undefined;
  const search = new AutomorphismSearch(graph);
  if (!search.isSimple) return undefined;
  let maps: DeviceMap[] = [Int32Array.from({ length: devices }, (_, device) => device)];
  let reached = new Set([0]);
  for (let npu = 1, failures = 0; npu < npus && failures < MOST_FAILURES; npu++) {
    if (reached.has(npu)) continue;
    const found = search.find(0, npu, maps, TRIES_PER_DEVICE * devices);
    const larger = found && extended(maps, found, npus);
    if (larger === undefined) {
      failures++;
      continue;
    }
    maps = larger;
    reached = new Set(maps.map((map) => map[0] as number));
  }
  return maps.length === 1 ? undefined : { maps, ...orbitsOf(graph, maps) };
}

/** The group with one more map, which can be exchanged with all; undefined when one of the new ones leaves an NPU where it is. */
function extended(maps: readonly DeviceMap[], more: DeviceMap, npus: number): DeviceMap[] | undefined {
  const group = [...maps];
  for (let power = more; ; power = power.map((device) => more[device] as number)) {
    // Powers come back to the group sooner or later, and then begin anew.
    const same = maps.find((map) => map[0] === power[0]);
    if (same !== undefined) return same.every((device, i) => device === power[i]) ? group : undefined;
    for (const map of maps) {
      const product = power.map((device) => map[device] as number);
      for (let npu = 0; npu < npus; npu++) if (product[npu] === npu) return undefined;
      group.push(product);
    }
  }
}

function orbitsOf({ npus, devices, links }: LinkGraph, maps: readonly DeviceMap[]): Omit<Symmetries, 'maps'> {
  const met = new Uint8Array(npus);
  const representatives: number[] = [];
  for (let npu = 0; npu < npus; npu++) {
    if (met[npu] === 1) continue;
    representatives.push(npu);
    for (const map of maps) met[map[npu] as number] = 1;
  }
  const between = new Map(links.map(({ from, to }, i) => [from * devices + to, i]));
  const orbitOf = new Int32Array(links.length).fill(-1);
  const stays: number[] = [];
  for (const [i, { from, to }] of (links as readonly DirectedLink[]).entries()) {
    if (orbitOf[i] !== -1) continue;
    let members = 0;
    for (const map of maps) {
      const image = between.get((map[from] as number) * devices + (map[to] as number)) as number;
      if (orbitOf[image] !== -1) continue;
      orbitOf[image] = stays.length;
      members++;
    }
    stays.push(maps.length / members);
  }
  return { representatives, orbitOf, stays };
}
