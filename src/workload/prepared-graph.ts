import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import { COLLECTIVES, isRooted } from '../collectives/collective.js';
import { checkGraph } from './check-graph.js';
import { place } from './place.js';
import { type RelativePeer, wholeAxes } from './relative.js';
import type { CollectiveNode, WorkGraph, WorkNode } from './work-graph.js';

/** What a node occupies while it runs, one node at a time each; `nothing` when any number may run. */
export const RESOURCE = { cpu: 0, compute: 1, communication: 2, nothing: 3 } as const;

export type Resource = (typeof RESOURCE)[keyof typeof RESOURCE];

/** Those of which there is one. */
export const SHARED: readonly Resource[] = [RESOURCE.cpu, RESOURCE.compute, RESOURCE.communication];

/** A graph made ready to run. Nodes are numbered in ascending id. NPUs with the same graph share it. */
export interface PreparedGraph {
  readonly name: string;
  readonly nodes: readonly WorkNode[];
  /** Per node, a {@link Resource}. */
  readonly resources: Uint8Array;
  /** The nodes that wait for node n: `dependents` from `firstDependent[n]` to `firstDependent[n + 1] - 1`, ascending. */
  readonly firstDependent: Int32Array;
  readonly dependents: Int32Array;
  /** Per node: how many nodes it waits for. */
  readonly dependencies: Int32Array;
}

/** Whether a node waits for another. */
export function waitsFor({ firstDependent, dependents }: PreparedGraph, node: number, other: number): boolean {
  const end = firstDependent[other + 1] as number;
  for (let i = firstDependent[other] as number; i < end; i++) if (dependents[i] === node) return true;
  return false;
}

/** Issues that are listed; a broken graph may have a million. */
const LISTED = 20;

/**
 * Checks the nodes of a graph, numbers and links them.
 * @param ranks - NPUs, or ranks of a collective, that sends and receives may name.
 * @throws ConfigError for nodes that cannot run and for a graph that can never finish.
 */
export function prepareGraph(graph: WorkGraph, name: string, ranks: number): PreparedGraph {
  checkNodes(graph, name, ranks);
  const issues = isInOrder(graph.nodes) ? [] : checkGraph(graph, name);
  if (issues.length > 0) throw new ConfigError(issues);
  const nodes = isAscending(graph.nodes) ? graph.nodes : [...graph.nodes].sort((a, b) => a.id - b.id);
  return { name, nodes, resources: resourcesOf(nodes), ...link(nodes) };
}

function isAscending(nodes: readonly WorkNode[]): boolean {
  for (let i = 1; i < nodes.length; i++) {
    if ((nodes[i] as WorkNode).id <= (nodes[i - 1] as WorkNode).id) return false;
  }
  return true;
}

/** Whether ids count up one by one and every node depends on lower ones alone: then all is well. */
function isInOrder(nodes: readonly WorkNode[]): boolean {
  const first = nodes[0]?.id ?? 0;
  for (let i = 0; i < nodes.length; i++) {
    const { id, dependsOn } = nodes[i] as WorkNode;
    if (id !== first + i) return false;
    for (let k = 0; k < dependsOn.length; k++) {
      const other = dependsOn[k] as number;
      if (!Number.isSafeInteger(other) || other < first || other >= id) return false;
    }
  }
  return true;
}

/** Who waits for whom, in flat arrays. */
function link(nodes: readonly WorkNode[]): Pick<PreparedGraph, 'firstDependent' | 'dependents' | 'dependencies'> {
  const first = nodes[0]?.id ?? 0;
  const isDense = nodes.length === 0 || (nodes.at(-1) as WorkNode).id - first === nodes.length - 1;
  const numbers = isDense ? undefined : new Map(nodes.map(({ id }, number) => [id, number]));
  const numberOf = (id: number) => (numbers === undefined ? id - first : (numbers.get(id) as number));
  const firstDependent = new Int32Array(nodes.length + 1);
  const dependencies = new Int32Array(nodes.length);
  const visit = (see: (number: number, other: number) => void) => {
    for (let number = 0; number < nodes.length; number++) {
      const { dependsOn } = nodes[number] as WorkNode;
      if (dependsOn.length === 1) see(number, numberOf(dependsOn[0] as number));
      // One may be listed twice.
      else for (const other of new Set(dependsOn)) see(number, numberOf(other));
    }
  };
  visit((number, other) => {
    dependencies[number] = (dependencies[number] as number) + 1;
    firstDependent[other + 1] = (firstDependent[other + 1] as number) + 1;
  });
  for (let i = 1; i <= nodes.length; i++) {
    firstDependent[i] = (firstDependent[i] as number) + (firstDependent[i - 1] as number);
  }
  const dependents = new Int32Array(firstDependent[nodes.length] as number);
  const filled = firstDependent.slice();
  visit((number, other) => {
    const at = filled[other] as number;
    dependents[at] = number;
    filled[other] = at + 1;
  });
  return { firstDependent, dependents, dependencies };
}

/**
 * Checks the nodes of a graph one by one.
 * @throws ConfigError for nodes that cannot run.
 */
export function checkNodes(graph: WorkGraph, name = '', ranks = Number.MAX_SAFE_INTEGER): void {
  const issues: Issue[] = [];
  reading(() => {
    const { nodes } = graph as Partial<WorkGraph>;
    if (!Array.isArray(nodes)) issues.push({ path: name, expected: 'a graph: { nodes: [...] }', got: show(graph) });
    for (const node of nodes ?? []) {
      if (issues.length >= LISTED) break;
      if (!isPlain(node, ranks)) issues.push(...nodeIssues(node, name, ranks));
    }
  }, name);
  if (issues.length > 0) throw new ConfigError(issues);
}

function resourcesOf(nodes: readonly WorkNode[]): Uint8Array {
  const resources = new Uint8Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) resources[i] = resourceOf(nodes[i] as WorkNode);
  return resources;
}

/** Per NPU one operation of the CPU, one computation, and one communication or memory operation at a time. */
function resourceOf(node: WorkNode): Resource {
  const { kind, cpu } = node;
  if (cpu) return RESOURCE.cpu;
  if (kind === 'receive' || (kind === 'send' && node.beside)) return RESOURCE.nothing;
  return kind === 'compute' ? RESOURCE.compute : RESOURCE.communication;
}

/** Most nodes are seen to be sound at a glance; the others are looked at field by field. */
function isPlain(node: WorkNode, ranks: number): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const { id, name, dependsOn, ns, cpu, kind } = node;
  if (!Number.isSafeInteger(id) || !Array.isArray(dependsOn) || !Number.isSafeInteger(ns) || ns < 1) return false;
  if (typeof (name ?? '') !== 'string' || typeof (cpu ?? false) !== 'boolean' || cpu === null || name === null)
    return false;
  for (let i = 0; i < dependsOn.length; i++) if (!Number.isSafeInteger(dependsOn[i])) return false;
  if (kind === 'compute') {
    const { operations, bytes } = node;
    return (operations === undefined || isCount(operations)) && (bytes === undefined || isCount(bytes));
  }
  if (kind === 'collective') {
    const { group, involvedDimensions, priority, algorithm, root, weights } = node;
    const isSpecial = root !== undefined || weights !== undefined || node.collective === 'alltoallv';
    const isBare = !isSpecial && involvedDimensions === undefined && priority === undefined && algorithm === undefined;
    const isNamed = group === undefined || typeof group === 'string';
    return isBare && isNamed && isCount(node.bytes) && COLLECTIVES.includes(node.collective);
  }
  if (kind !== 'send' && kind !== 'receive') return false;
  const { peer, self = 0, bytes, tag, beside = false } = node;
  if (typeof beside !== 'boolean') return false;
  const reaches = typeof peer === 'number' && isCount(peer) && peer < ranks && isCount(self) && self < ranks;
  return reaches && isCount(bytes) && Number.isSafeInteger(tag);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What is wrong with a node by itself. */
function nodeIssues(node: WorkNode, name: string, ranks: number): Issue[] {
  if (typeof node !== 'object' || node === null) return [{ path: name, expected: 'nodes', got: show(node) }];
  if (!Number.isSafeInteger(node.id)) {
    return [{ path: `${name}: a node, id`, expected: 'a whole number below 2^53', got: show(node.id) }];
  }
  const issues: Issue[] = [];
  const path = place(name, node.id);
  const need = (holds: boolean, field: string, expected: string, got: unknown) => {
    if (!holds) issues.push({ path: `${path}, ${field}`, expected, got: show(got) });
  };
  const count = (field: string, value: unknown, least = 0) =>
    need(
      Number.isSafeInteger(value) && (value as number) >= least,
      field,
      `a whole number of at least ${least}, below 2^53`,
      value,
    );
  const peer = (field: string, value: unknown) =>
    need(
      Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < ranks,
      field,
      `an NPU from 0 to ${ranks - 1}`,
      value,
    );
  const relative = (value: RelativePeer) =>
    need(
      wholeAxes([value], ranks) === undefined && Number.isSafeInteger(value.step),
      'peer',
      `{ stride, size, step } that divides ${ranks} NPUs`,
      value,
    );
  need(node.name === undefined || typeof node.name === 'string', 'name', 'text', node.name);
  need(node.cpu === undefined || typeof node.cpu === 'boolean', 'cpu', 'true or false', node.cpu);
  need(isListOf(node.dependsOn, Number.isSafeInteger), 'dependsOn', 'a list of ids', node.dependsOn);
  count('ns', node.ns, 1);
  switch (node.kind) {
    case 'compute':
      if (node.operations !== undefined) count('operations', node.operations);
      if (node.bytes !== undefined) count('bytes', node.bytes);
      break;
    case 'send':
    case 'receive':
      if (typeof node.peer === 'object' && node.peer !== null) relative(node.peer);
      else peer('peer', node.peer);
      if (node.self !== undefined) peer('self', node.self);
      count('bytes', node.bytes);
      need(Number.isSafeInteger(node.tag), 'tag', 'a whole number', node.tag);
      need(node.beside === undefined || typeof node.beside === 'boolean', 'beside', 'true or false', node.beside);
      break;
    case 'collective':
      need(COLLECTIVES.includes(node.collective), 'collective', `one of ${COLLECTIVES.join(', ')}`, node.collective);
      count('bytes', node.bytes);
      collectiveOptions(node, need);
      break;
    case 'memory':
    case 'replay':
      count('bytes', node.bytes);
      break;
    case 'marker':
      break;
    default: {
      const { kind } = node as { readonly kind: unknown };
      need(false, 'kind', 'one of compute, send, receive, collective, memory, replay, marker', kind);
    }
  }
  return issues;
}

/** What a collective may say besides. */
function collectiveOptions(
  { collective, root, weights, group, involvedDimensions, priority, algorithm }: CollectiveNode,
  need: (holds: boolean, field: string, expected: string, got: unknown) => void,
): void {
  const isRank = Number.isSafeInteger(root) && (root as number) >= 0;
  need(root === undefined || (isRooted(collective) && isRank), 'root', 'a rank, of a collective with a root', root);
  const isRow = (row: unknown) => isListOf(row, (one) => Number.isFinite(one) && (one as number) >= 0);
  const unequal = collective === 'alltoallv';
  need((weights !== undefined) === unequal, 'weights', unequal ? 'rows of numbers' : 'none', weights);
  need(weights === undefined || isListOf(weights, isRow), 'weights', 'rows of numbers of at least 0', weights);
  need(group === undefined || typeof group === 'string', 'group', 'the name of a group', group);
  need(priority === undefined || Number.isSafeInteger(priority), 'priority', 'a whole number', priority);
  const flags = isListOf(involvedDimensions, (one) => typeof one === 'boolean');
  need(involvedDimensions === undefined || flags, 'involvedDimensions', 'a list of true or false', involvedDimensions);
  const graphs = isListOf(algorithm, (one) => Array.isArray((one as WorkGraph | undefined)?.nodes));
  need(algorithm === undefined || graphs, 'algorithm', 'a list of graphs, one per rank', algorithm);
}

function isListOf(value: unknown, fits: (one: unknown) => boolean): boolean {
  // Array.from makes something of holes, which every would skip.
  return Array.isArray(value) && Array.from(value).every(fits);
}
