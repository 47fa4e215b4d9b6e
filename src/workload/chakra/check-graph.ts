import type { Issue } from '../../errors.js';
import { place } from './attributes.js';
import type { Trace, TraceNode } from './graph.js';

/** Issues of one kind that are told one by one. */
const TOLD = 10;

/** Ids of a cycle that are shown. */
const SHOWN = 8;

/**
 * What keeps a trace from ever finishing: ids that come twice, dependencies on nodes that are
 * not there, cycles. Empty when all is well. Takes time in proportion to nodes and dependencies.
 */
export function checkGraph({ nodes }: Pick<Trace, 'nodes'>, file = ''): Issue[] {
  const byId = new Map<number, TraceNode>();
  const duplicates: Issue[] = [];
  for (const node of nodes) {
    if (byId.has(node.id))
      duplicates.push({ path: place(file, node.id), expected: 'an id of its own', got: 'one that another node has' });
    else byId.set(node.id, node);
  }
  const missing = nodes.flatMap(({ id, dependsOn }) =>
    dependsOn
      .filter((dependency) => !byId.has(dependency))
      .map(
        (dependency): Issue => ({
          path: place(file, id),
          expected: 'dependencies on nodes of the trace',
          got: `one on node ${dependency}, which is not there`,
        }),
      ),
  );
  return [...told(duplicates, file), ...told(missing, file), ...cycleIssues(byId, file)];
}

function told(issues: readonly Issue[], file: string): Issue[] {
  const [first] = issues;
  if (first === undefined || issues.length <= TOLD) return [...issues];
  const more = issues.length - TOLD;
  return [
    ...issues.slice(0, TOLD),
    { path: file, expected: first.expected, got: `the same mistake ${more} more times` },
  ];
}

/** One of the cycles, if there are any. */
function cycleIssues(byId: ReadonlyMap<number, TraceNode>, file: string): Issue[] {
  const cycle = findCycle(byId);
  if (cycle.length === 0) return [];
  const shown = cycle.length <= SHOWN ? cycle : [...cycle.slice(0, SHOWN), '...'];
  const got = `${cycle.length} that wait for each other: ${[...shown, cycle[0]].join(' -> ')}`;
  return [{ path: place(file, cycle[0] as number), expected: 'no cycle of dependencies', got }];
}

/** Ids along a cycle, each depending on the next; empty when there is none. */
function findCycle(byId: ReadonlyMap<number, TraceNode>): number[] {
  // Nodes are taken away as the nodes they depend on are: what is left is on cycles or behind one.
  const waitingFor = new Map<number, number>();
  const dependents = new Map<number, number[]>();
  const free: number[] = [];
  for (const { id, dependsOn } of byId.values()) {
    const present = dependsOn.filter((dependency) => byId.has(dependency));
    if (present.length === 0) free.push(id);
    else waitingFor.set(id, present.length);
    for (const dependency of present) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [id]);
      else list.push(id);
    }
  }
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    for (const dependent of dependents.get(id) ?? []) {
      const left = (waitingFor.get(dependent) as number) - 1;
      if (left > 0) {
        waitingFor.set(dependent, left);
      } else {
        waitingFor.delete(dependent);
        free.push(dependent);
      }
    }
  }
  // Whoever is left depends on someone left: going from one to the next ends in a cycle.
  const steps = new Map<number, number>();
  const way: number[] = [];
  let [at] = waitingFor.keys();
  while (at !== undefined && !steps.has(at)) {
    steps.set(at, way.length);
    way.push(at);
    at = byId.get(at)?.dependsOn.find((dependency) => waitingFor.has(dependency));
  }
  return at === undefined ? [] : way.slice(steps.get(at));
}
