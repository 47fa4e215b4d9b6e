import { ConfigError, type Issue, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import { isSymmetricCollective, SYMMETRIC_COLLECTIVES } from '../../collectives/collective.js';
import { checkGraph } from '../../workload/check-graph.js';
import type { CollectiveNode, WorkGraph, WorkNode } from '../../workload/work-graph.js';
import type { GridCollective } from './traffic.js';

/** Communicator groups: name to NPU ids. */
export type Groups = Readonly<Record<string, readonly number[]>>;

/** Equal collectives. */
interface Demand {
  readonly collective: GridCollective;
  readonly bytes: number;
  readonly sizes: readonly number[];
  readonly count: number;
}

/**
 * The distinct collectives that one NPU runs in a graph of work, with their counts. A group must be a part of
 * the grid: all NPUs with some coordinates in each dimension.
 * @param npus along each dimension.
 * @throws ConfigError for an invalid graph, or one that does not fit the grid.
 */
export function workloadDemands(workload: WorkGraph, npus: readonly number[], groups: Groups = {}): Demand[] {
  return reading(() => {
    const issues = checkGraph(workload, 'workload').map((issue) => ({
      ...issue,
      path: issue.path.startsWith('nodes') ? `workload.${issue.path}` : issue.path,
    }));
    if (issues.length > 0) throw new ConfigError(issues);
    const collectives = workload.nodes.filter(isCollective);
    if (collectives.length === 0) {
      throw new ConfigError([{ path: 'workload', expected: 'a graph with collectives', got: 'none' }]);
    }
    const alike = new Map<string, Demand>();
    for (const node of collectives) {
      const found = demandOf(node, npus, groups, issues);
      if (found === undefined) continue;
      const key = JSON.stringify(found);
      alike.set(key, { ...found, count: (alike.get(key)?.count ?? 0) + 1 });
    }
    if (issues.length > 0) throw new ConfigError(issues);
    return [...alike.values()];
  }, 'workload');
}

function isCollective(node: WorkNode): node is CollectiveNode {
  return node.kind === 'collective';
}

function demandOf(
  { id, collective, bytes, involvedDimensions, group }: CollectiveNode,
  npus: readonly number[],
  groups: Groups,
  issues: Issue[],
): Omit<Demand, 'count'> | undefined {
  const path = `workload: node ${id}`;
  const wrong = (expected: string, got: string) => {
    issues.push({ path, expected, got });
    return undefined;
  };
  if (!isSymmetricCollective(collective)) return wrong(`one of ${SYMMETRIC_COLLECTIVES.join(', ')}`, show(collective));
  if (!(Number.isFinite(bytes) && bytes > 0)) return wrong('bytes, above 0', show(bytes));
  if (group === undefined) {
    const sizes = npus.map((count, d) => (involvedDimensions?.[d] === false ? 1 : count));
    return { collective, bytes, sizes };
  }
  const members = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (!Array.isArray(members)) return wrong('a group that `groups` has', show(group));
  const sizes = sizesOf(members, npus);
  return sizes === undefined ? wrong('a group that is a part of the grid', show(group)) : { collective, bytes, sizes };
}

/** Number of a group's coordinates in each dimension; undefined if it is not the set of all NPUs with these. */
function sizesOf(members: readonly number[], npus: readonly number[]): number[] | undefined {
  let stride = 1;
  const all = npus.reduce((product, count) => product * count, 1);
  const inside = members.every((npu) => Number.isInteger(npu) && npu >= 0 && npu < all);
  const sizes = npus.map((count) => {
    const size = new Set(members.map((npu) => Math.floor(npu / stride) % count)).size;
    stride *= count;
    return size;
  });
  const isGrid = new Set(members).size === members.length && sizes.reduce((a, b) => a * b, 1) === members.length;
  return inside && members.length > 0 && isGrid ? sizes : undefined;
}
