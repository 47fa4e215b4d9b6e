import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import { COLLECTIVES, isRooted } from '../collectives/collective.js';
import { checkGraph } from './check-graph.js';
import { place } from './place.js';
import type { CollectiveNode, WorkGraph, WorkNode } from './work-graph.js';

/** What a node occupies while it runs, one node at a time each; `nothing` when any number may run. */
export type Resource = 'cpu' | 'compute' | 'communication' | 'nothing';

/** A graph made ready to run. Nodes are numbered in ascending id. NPUs with the same graph share it. */
export interface PreparedGraph {
  readonly name: string;
  readonly nodes: readonly WorkNode[];
  readonly resources: readonly Resource[];
  /** Per node: numbers of the nodes that wait for it. */
  readonly dependents: readonly (readonly number[])[];
  /** Per node: how many nodes it waits for. */
  readonly dependencies: Int32Array;
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
  const issues = checkGraph(graph, name);
  if (issues.length > 0) throw new ConfigError(issues);
  const nodes = [...graph.nodes].sort((a, b) => a.id - b.id);
  const numbers = new Map(nodes.map(({ id }, number) => [id, number]));
  const dependents: number[][] = nodes.map(() => []);
  const dependencies = new Int32Array(nodes.length);
  for (const [number, { dependsOn }] of nodes.entries()) {
    const distinct = dependsOn.length > 1 ? new Set(dependsOn) : dependsOn;
    for (const other of distinct) {
      dependents[numbers.get(other) as number]?.push(number);
      dependencies[number] = (dependencies[number] as number) + 1;
    }
  }
  return { name, nodes, resources: nodes.map(resourceOf), dependents, dependencies };
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
      issues.push(...nodeIssues(node, name, ranks));
    }
  }, name);
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Per NPU one operation of the CPU, one computation, and one communication or memory operation at a time. */
function resourceOf({ kind, cpu }: WorkNode): Resource {
  if (cpu) return 'cpu';
  if (kind === 'receive') return 'nothing';
  return kind === 'compute' ? 'compute' : 'communication';
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
      peer('peer', node.peer);
      if (node.self !== undefined) peer('self', node.self);
      count('bytes', node.bytes);
      need(Number.isSafeInteger(node.tag), 'tag', 'a whole number', node.tag);
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
