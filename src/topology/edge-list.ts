import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import type { Quantity } from '../base/units.js';
import { didYouMean, keys, parse, quantity, reading, whole } from '../base/validate.js';
import { linkIssues, wayIssues } from './check-graph.js';
import type { DirectedLink } from './link-graph.js';
import { type NamedGraph, TIES, type Ties } from './named-graph.js';

/** A link as users write it. */
export interface EdgeSpec {
  /** An NPU's number, or a switch's name. */
  readonly from: number | string;
  readonly to: number | string;
  /** Bytes per ns, or `"25 GB/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** ns, or `"500 ns"`. At least 0. */
  readonly latency: Quantity;
  /** Whether there is an equal link the other way. Default false. */
  readonly both?: boolean;
  /** The group in which reports list the link. Default `"links"`. */
  readonly tier?: string;
}

/** A network as users write it: a list of links. YAML and JSON files have this form too. */
export interface EdgeListSpec {
  /** Number of NPUs, numbered from 0. */
  readonly npus: number;
  /** Names of switches. Default none. */
  readonly switches?: readonly string[];
  readonly links: readonly EdgeSpec[];
  /** Which of several equally good routes a message takes. Default `"first"`. */
  readonly ties?: Ties;
}

const network = keys({
  npus: whole(1, 2 ** 22),
  switches: v.optional(v.array(v.pipe(v.string('a name'), v.nonEmpty('a name')), 'a list of names'), []),
  links: v.array(v.unknown(), 'a list of links'),
  ties: v.optional(v.picklist(TIES), 'first'),
});

const device = v.union([v.number(), v.string()], "an NPU's number or a switch's name");

const edge = keys({
  from: device,
  to: device,
  bandwidth: quantity('bandwidth', { above: 0 }),
  latency: quantity('time', { atLeast: 0 }),
  both: v.optional(v.boolean('true or false'), false),
  tier: v.optional(v.string('a name'), 'links'),
});

/**
 * Reads a list of links. Switches are the devices after the NPUs, in the order of their names;
 * tiers are numbered in order of first use. Two links in the same direction between the same devices
 * are an error: add their bandwidths.
 *
 * @throws ConfigError that lists all problems; paths such as `links[3].bandwidth`.
 */
export function readEdgeList(input: unknown): NamedGraph {
  const issues: Issue[] = [];
  const outer = attempt(network, input, '', issues);
  // Reads links even if the rest is wrong, to report their issues too.
  const written = outer?.links ?? reading(() => linksOf(input));
  const edges = written.map((link, i) => attempt(edge, link, `links[${i}]`, issues));
  if (outer === undefined) throw new ConfigError(issues);

  const { npus, switches, ties } = outer;
  const find = finder(npus, switches, issues);
  const nameOf = (number: number) => (number < npus ? `NPU ${number}` : (switches[number - npus] as string));
  const tiers = [...new Set(edges.flatMap((link) => (link === undefined ? [] : [link.tier])))];
  const links: DirectedLink[] = [];
  const names: string[] = [];
  const groupOf: number[] = [];
  /** Per link: where it was written. */
  const paths: string[] = [];
  for (const [i, link] of edges.entries()) {
    if (link === undefined) continue;
    const path = `links[${i}]`;
    const from = find(link.from, `${path}.from`);
    const to = find(link.to, `${path}.to`);
    if (from === undefined || to === undefined) continue;
    const { bandwidth, latency, both, tier } = link;
    const add = (a: number, b: number) => {
      links.push({ from: a, to: b, bandwidth, latency });
      names.push(`${tiers.length > 1 ? `${tier}: ` : ''}${nameOf(a)} -> ${nameOf(b)}`);
      groupOf.push(tiers.indexOf(tier));
      paths.push(path);
    };
    add(from, to);
    // Report a link to itself once, not twice.
    if (both && from !== to) add(to, from);
  }
  const graph = { npus, devices: npus + switches.length, links };
  issues.push(...linkIssues(graph, { pathOf: (link) => paths[link] as string, nameOf }));
  if (issues.length === 0) issues.push(...wayIssues(graph));
  if (issues.length > 0) throw new ConfigError(issues);
  const groups = (tiers.length === 0 ? ['links'] : tiers).map((name) => ({ name }));
  return { ...graph, names, groups, groupOf, ties };
}

/** Parses, or adds the problems to `issues`, with paths below `path`. */
function attempt<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  path: string,
  issues: Issue[],
): v.InferOutput<S> | undefined {
  try {
    return parse(schema, input);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const below = (inner: string) => (path === '' || inner === '' ? path + inner : `${path}.${inner}`);
    issues.push(...error.issues.map((issue) => ({ ...issue, path: below(issue.path) })));
    return undefined;
  }
}

function linksOf(input: unknown): readonly unknown[] {
  if (typeof input !== 'object' || input === null || !('links' in input)) return [];
  return Array.isArray(input.links) ? input.links : [];
}

/** Finds devices by number or name; unknown devices and duplicate names are issues. */
function finder(npus: number, switches: readonly string[], issues: Issue[]) {
  const numbers = new Map<string, number>();
  for (const [i, name] of switches.entries()) {
    if (numbers.has(name)) issues.push({ path: `switches[${i}]`, expected: 'a unique name', got: show(name) });
    else numbers.set(name, npus + i);
  }
  const expected = `an NPU from 0 to ${npus - 1}${switches.length === 0 ? '' : ' or the name of a switch'}`;
  return (name: number | string, path: string): number | undefined => {
    const found = typeof name === 'string' ? numbers.get(name) : name;
    if (found !== undefined && (typeof name === 'string' || (Number.isInteger(name) && name >= 0 && name < npus))) {
      return found;
    }
    issues.push({ path, expected, got: show(name), ...didYouMean(name, switches) });
    return undefined;
  };
}
