import { ConfigError, type Issue, show } from '../base/errors.js';
import { checkRecords, listOf } from '../base/records.js';
import { reading } from '../base/validate.js';
import { findCycle } from './find-cycle.js';
import { place } from './place.js';

/** Nodes and what they wait for. */
export interface GraphShape {
  readonly nodes: readonly { readonly id: number; readonly dependsOn: readonly number[] }[];
}

const ID = { expected: 'a whole number below 2^53', fits: (value: unknown) => Number.isSafeInteger(value) };

const SHAPE = { id: ID, dependsOn: listOf(ID) };

/** Issues of one kind that are listed one by one. */
const LISTED = 10;

/** Ids of a cycle that are shown. */
const SHOWN = 8;

/**
 * What keeps a graph from ever finishing: ids that come twice, dependencies on nodes that are
 * not there, cycles. Empty when all is well. Takes time in proportion to nodes and dependencies.
 */
export function checkGraph(graph: GraphShape, file = ''): Issue[] {
  if (typeof file !== 'string') return [{ path: 'file', expected: 'text', got: show(file) }];
  try {
    checkRecords(
      reading(() => graph?.nodes, file),
      'nodes',
      SHAPE,
    );
  } catch (error) {
    if (error instanceof ConfigError) return [...error.issues];
    throw error;
  }
  const { nodes } = graph;
  const positions = new Map<number, number>();
  const duplicates = new Kind(file, 'an id of its own');
  nodes.forEach(({ id }, position) => {
    positions.set(id, position);
    // Counted rather than asked for first: one look into a large map less for every node.
    if (positions.size + duplicates.count <= position) duplicates.add(id, 'one that another node has');
  });
  const missing = new Kind(file, 'dependencies on nodes of the graph');
  const offsets = new Int32Array(nodes.length + 1);
  const dependencies = new Int32Array(nodes.reduce((count, { dependsOn }) => count + dependsOn.length, 0));
  let filled = 0;
  nodes.forEach(({ id, dependsOn }, position) => {
    for (const dependency of dependsOn) {
      const target = positions.get(dependency);
      if (target === undefined) missing.add(id, `one on node ${dependency}, which is not there`);
      else dependencies[filled++] = target;
    }
    offsets[position + 1] = filled;
  });
  const cycle = findCycle({ offsets, dependencies }).map((position) => nodes[position]?.id as number);
  return [...duplicates.list(), ...missing.list(), ...cycleIssues(cycle, file)];
}

/** Issues of one kind: the first are listed, the others counted. */
class Kind {
  readonly #file: string;
  readonly #expected: string;
  readonly #first: Issue[] = [];
  count = 0;

  constructor(file: string, expected: string) {
    this.#file = file;
    this.#expected = expected;
  }

  add(id: number, got: string): void {
    this.count++;
    if (this.#first.length < LISTED) this.#first.push({ path: place(this.#file, id), expected: this.#expected, got });
  }

  list(): Issue[] {
    const more = this.count - this.#first.length;
    if (more === 0) return this.#first;
    const got = `the same mistake ${more} more times`;
    return [...this.#first, { path: this.#file, expected: this.#expected, got }];
  }
}

function cycleIssues(cycle: readonly number[], file: string): Issue[] {
  const [first] = cycle;
  if (first === undefined) return [];
  const shown = cycle.length <= SHOWN ? cycle : [...cycle.slice(0, SHOWN), '...'];
  const got = `${cycle.length} that wait for each other: ${[...shown, first].join(' -> ')}`;
  return [{ path: place(file, first), expected: 'no cycle of dependencies', got }];
}
