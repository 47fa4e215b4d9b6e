import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import type { LinkGraph } from '../topology/link-graph.js';

/** Graphs are lists, of each device too. */
const MOST_DEVICES = 2 ** 22;

/**
 * Checks that a graph is one and that every NPU can send to every other.
 *
 * @throws ConfigError with everything that is wrong: numbers of devices and links that are none,
 * links from a device to itself, or two NPUs that are not connected.
 */
export function checkGraph(graph: LinkGraph): void {
  checkLinks(graph);
  const pair = unconnectedPair(graph);
  if (pair === undefined) return;
  const expected = 'a path of links from every NPU to every other';
  throw new ConfigError([{ path: 'links', expected, got: `none from NPU ${pair.from} to NPU ${pair.to}` }]);
}

/** Whether every NPU of a graph can send to every other. */
export function isConnected(graph: LinkGraph): boolean {
  return unconnectedPair(graph) === undefined;
}

/** {@link checkGraph}, but for whether NPUs are connected. */
export function checkLinks(graph: LinkGraph): void {
  const issues = reading(() => linkIssues(graph), 'graph');
  if (issues.length > 0) throw new ConfigError(issues);
}

function linkIssues(graph: LinkGraph): Issue[] {
  if (typeof graph !== 'object' || graph === null) {
    return [{ path: 'graph', expected: 'a graph: { npus, devices, links }', got: show(graph) }];
  }
  const issues: Issue[] = [];
  const { npus, devices, links } = graph;
  const wholeFrom = (least: number, value: number) => Number.isSafeInteger(value) && value >= least;
  const expect = (holds: boolean, path: string, expected: string, got: unknown) => {
    if (!holds) issues.push({ path, expected, got: show(got) });
  };
  expect(wholeFrom(1, npus), 'npus', 'a whole number, at least 1', npus);
  expect(
    wholeFrom(npus, devices) && devices <= MOST_DEVICES,
    'devices',
    `a whole number, at least the number of NPUs and at most ${MOST_DEVICES}`,
    devices,
  );
  expect(Array.isArray(links), 'links', 'a list of links', links);
  if (!Array.isArray(links)) return issues;
  const last = Number.isSafeInteger(devices) ? devices - 1 : 'the last';
  for (const [i, link] of links.entries()) {
    if (typeof link !== 'object' || link === null) {
      expect(false, `links[${i}]`, 'a link: { from, to, bandwidth, latency }', link);
      continue;
    }
    const { from, to, bandwidth, latency } = link as LinkGraph['links'][number];
    const isDevice = (value: number) => wholeFrom(0, value) && value < devices;
    expect(isDevice(from), `links[${i}].from`, `a device from 0 to ${last}`, from);
    expect(isDevice(to) && to !== from, `links[${i}].to`, `another device from 0 to ${last}`, to);
    expect(Number.isFinite(bandwidth) && bandwidth > 0, `links[${i}].bandwidth`, 'bytes per ns, above 0', bandwidth);
    expect(Number.isFinite(latency) && latency >= 0, `links[${i}].latency`, 'ns, at least 0', latency);
  }
  return issues;
}

/**
 * Checks that a graph has links between NPUs only.
 *
 * @throws ConfigError naming the number of switches otherwise.
 */
export function checkDirect({ npus, devices }: LinkGraph): void {
  if (devices === npus) return;
  const expected = 'as many devices as NPUs: this synthesiser needs links between NPUs only';
  throw new ConfigError([{ path: 'devices', expected, got: `${devices - npus} switches` }]);
}

/** Two NPUs of which the first cannot reach the second; undefined when all can reach all. */
function unconnectedPair(graph: LinkGraph): { from: number; to: number } | undefined {
  const forward = firstUnreached(graph, ({ from, to }) => [from, to]);
  if (forward !== undefined) return { from: 0, to: forward };
  const backward = firstUnreached(graph, ({ from, to }) => [to, from]);
  return backward === undefined ? undefined : { from: backward, to: 0 };
}

/** The first NPU that a walk from NPU 0 does not find. */
function firstUnreached(
  { npus, devices, links }: LinkGraph,
  ends: (link: LinkGraph['links'][number]) => readonly [number, number],
): number | undefined {
  const next: number[][] = Array.from({ length: devices }, () => []);
  for (const link of links) {
    const [from, to] = ends(link);
    (next[from] as number[]).push(to);
  }
  const met = new Uint8Array(devices);
  met[0] = 1;
  const work = [0];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    for (const to of next[at] as number[]) {
      if (met[to] === 1) continue;
      met[to] = 1;
      work.push(to);
    }
  }
  const unmet = met.indexOf(0);
  return unmet >= 0 && unmet < npus ? unmet : undefined;
}
