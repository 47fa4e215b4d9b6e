import { type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import { adjacency, search } from './adjacency.js';
import type { DirectedLink, LinkGraph } from './link-graph.js';

/** Device numbers have 32 bits, some of which distinguish events. */
const MAX_DEVICES = 2 ** 28;

/** Names of links and devices in issues. */
export interface GraphWords {
  /** Where the user wrote a link; default `links[3]`. */
  pathOf(link: number): string;
  /** A device's name; default its number. */
  nameOf(device: number): string;
}

const NUMBERS: GraphWords = { pathOf: (link) => `links[${link}]`, nameOf: String };

/**
 * All problems of a graph.
 * @throws ConfigError if it cannot be read.
 */
export function graphIssues(graph: LinkGraph): Issue[] {
  if (typeof graph !== 'object' || graph === null) {
    return [{ path: '', expected: 'a graph: { npus, devices, links }', got: show(graph) }];
  }
  return reading(() => issuesOf(graph));
}

function issuesOf(graph: LinkGraph): Issue[] {
  const { npus, devices, links } = graph;
  const counts: Issue[] = [];
  if (!isWhole(npus, 1, MAX_DEVICES)) {
    counts.push({ path: 'npus', expected: `a whole number from 1 to ${MAX_DEVICES}`, got: show(npus) });
  } else if (!isWhole(devices, npus, MAX_DEVICES)) {
    const expected = `a whole number from ${npus} (npus) to ${MAX_DEVICES}`;
    counts.push({ path: 'devices', expected, got: show(devices) });
  }
  if (!Array.isArray(links)) counts.push({ path: 'links', expected: 'a list of links', got: show(links) });
  if (counts.length > 0) return counts;
  const issues = linkIssues(graph);
  return issues.length > 0 ? issues : wayIssues(graph);
}

/**
 * Problems of single links: numbers out of range, a link from a device to itself,
 * and two links in the same direction between the same devices. The user must say whether these are
 * one queue or two: add the bandwidths, or put a switch into one.
 */
export function linkIssues({ devices, links }: LinkGraph, { pathOf, nameOf }: GraphWords = NUMBERS): Issue[] {
  const first = new Map<number, number>();
  return links.flatMap((link, i) => {
    const path = pathOf(i);
    if (typeof link !== 'object' || link === null) return [{ path, expected: 'a link', got: show(link) }];
    const issues = [...endIssues(link, devices, path), ...speedIssues(link, path)];
    const { from, to } = link;
    if (from === to) issues.push({ path: `${path}.to`, expected: 'another device than from', got: nameOf(to) });
    const ends = from * devices + to;
    const other = first.get(ends);
    if (other === undefined) first.set(ends, i);
    else if (issues.length === 0) {
      const expected = 'one link from a device to another: add up the bandwidths of parallel links';
      const got = `another from ${nameOf(from)} to ${nameOf(to)}, after ${pathOf(other)}`;
      issues.push({ path, expected, got });
    }
    return issues;
  });
}

/** Two NPUs without a route between them. It suffices to check that NPU 0 reaches all others and all reach it. */
export function wayIssues(graph: LinkGraph): Issue[] {
  const issue = (from: number, to: number): Issue[] => [
    { path: 'links', expected: 'a way from every NPU to every other', got: `none from NPU ${from} to NPU ${to}` },
  ];
  const cutOff = (hops: Int32Array) => hops.subarray(0, graph.npus).indexOf(-1);
  const outward = cutOff(search(graph, adjacency(graph, 'from'), 'to', [0]).hops);
  if (outward >= 0) return issue(0, outward);
  const inward = cutOff(search(graph, adjacency(graph, 'to'), 'from', [0]).hops);
  return inward >= 0 ? issue(inward, 0) : [];
}

function endIssues({ from, to }: DirectedLink, devices: number, path: string): Issue[] {
  const ends = Object.entries({ from, to }).filter(([, device]) => !isWhole(device, 0, devices - 1));
  const expected = `a device from 0 to ${devices - 1}`;
  return ends.map(([end, device]) => ({ path: `${path}.${end}`, expected, got: show(device) }));
}

function speedIssues({ bandwidth, latency }: DirectedLink, path: string): Issue[] {
  const issues: Issue[] = [];
  if (!(Number.isFinite(bandwidth) && bandwidth > 0)) {
    issues.push({ path: `${path}.bandwidth`, expected: 'bytes per ns, above 0', got: show(bandwidth) });
  }
  if (!(Number.isFinite(latency) && latency >= 0)) {
    issues.push({ path: `${path}.latency`, expected: 'ns, at least 0', got: show(latency) });
  }
  return issues;
}

function isWhole(value: number, atLeast: number, atMost: number): boolean {
  return Number.isSafeInteger(value) && value >= atLeast && value <= atMost;
}
