import * as v from 'valibot';
import { keys, quantity, reading, whole } from '../base/validate.js';
import type { Algorithm } from '../collectives/algorithms.js';
import { COLLECTIVES, type Collective } from '../collectives/collective.js';
import { ncclOptions } from '../costs/nccl/options.js';
import { algorithms, checkWithTopology, flag, machineEntries, planEntries } from '../spec/schema.js';
import type { WorkloadSpec } from './spec.js';
import type { WorkGraph } from './work-graph.js';

/** Graphs are checked by themselves: there may be millions of nodes. */
const graph = v.custom<WorkGraph>(
  (value) => typeof value === 'object' && value !== null && 'nodes' in value && Array.isArray(value.nodes),
  'a graph: { nodes: [...] }',
);

const listOfGraphs = v.array(graph);

/** What stands here if it is no list. */
const oneGraph = v.custom<WorkGraph>(
  (value) => v.is(graph, value),
  'a graph: { nodes: [...] }, or a list of graphs, one per NPU',
);

const memory = keys({
  kind: v.picklist(['per-npu', 'per-node', 'pool']),
  latency: quantity('time', { atLeast: 0, whole: true }),
  bandwidth: quantity('bandwidth', { above: 0 }),
  npusPerNode: v.optional(whole(1, 2 ** 31 - 1), 1),
});

const roofline = keys({
  peak: v.pipe(v.number('operations per second'), v.finite('a finite number'), v.gtValue(0, 'a number above 0')),
  memoryBandwidth: v.optional(quantity('bandwidth', { above: 0 })),
});

function perCollective<S extends v.GenericSchema>(schema: S) {
  const entries = Object.fromEntries(COLLECTIVES.map((collective) => [collective, v.optional(schema)]));
  return keys(entries as Record<Collective, v.OptionalSchema<S, undefined>>);
}

type Chosen = Algorithm | readonly Algorithm[];

const byCollective = v.pipe(
  perCollective(algorithms),
  v.transform((given): Readonly<Partial<Record<Collective, Chosen>>> => given as Partial<Record<Collective, Chosen>>),
);

const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

const forEvery = v.pipe(
  algorithms,
  v.transform(
    (chosen): Readonly<Partial<Record<Collective, Chosen>>> =>
      Object.fromEntries(COLLECTIVES.map((collective) => [collective, chosen])),
  ),
);

const npuIds = v.array(whole(0, 2 ** 31 - 1), 'a list of NPU ids');

const axis = keys({
  stride: whole(1, 2 ** 31 - 1),
  size: whole(1, 2 ** 31 - 1),
  only: v.optional(v.array(whole(0, 2 ** 31 - 1), 'a list of coordinates')),
});

const group = v.lazy((value) =>
  Array.isArray(value) && typeof value[0] === 'object' ? v.array(axis, 'a list of axes') : npuIds,
);

const schema = keys({
  ...machineEntries,
  ...planEntries,
  graphs: v.lazy(
    (value): v.GenericSchema<WorkGraph | readonly WorkGraph[]> => (Array.isArray(value) ? listOfGraphs : oneGraph),
  ),
  groups: v.optional(v.record(v.string(), group), {}),
  algorithms: v.optional(
    v.lazy((value) => (isTable(value) ? byCollective : forEvery)),
    'ring',
  ),
  nccl: v.optional(ncclOptions),
  memory: v.optional(memory),
  roofline: v.optional(roofline),
  replay: v.optional(flag, false),
  nodeTimes: v.optional(flag, false),
  customCollectives: v.optional(perCollective(v.array(graph, 'a list of graphs, one per rank')), {}),
});

/** A workload's spec with every default filled in and every quantity in its base unit. */
export type CheckedWorkload = v.InferOutput<typeof schema>;

/** Stands for a graph while the rest of a spec is checked: its nodes may be millions, and are looked at when they are prepared. */
const BARE: WorkGraph = { nodes: [] };

/**
 * Checks a spec field by field; the nodes of its graphs are checked when they are prepared.
 * @throws ConfigError with everything that is wrong.
 */
export function checkWorkload(spec: WorkloadSpec): CheckedWorkload {
  const listed = reading(() => withBareGraphs(spec));
  // What passes with stand-ins for graphs passes with the graphs.
  return listed === undefined
    ? checkWithTopology(schema, spec)
    : { ...checkWithTopology(schema, listed.bare), graphs: listed.graphs };
}

/** The graphs of a spec that lists them, and the spec with {@link BARE} in place of each. */
function withBareGraphs(
  spec: WorkloadSpec,
): { readonly graphs: readonly WorkGraph[]; readonly bare: unknown } | undefined {
  if (typeof spec !== 'object' || spec === null || !Array.isArray(spec.graphs)) return undefined;
  const graphs = Array.from(spec.graphs as readonly WorkGraph[]);
  return { graphs, bare: { ...spec, graphs: graphs.map((one) => (v.is(graph, one) ? BARE : one)) } };
}
