import * as v from 'valibot';
import { ConfigError, readAll, show } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';
import { FOLDING_MODES, type FoldingMode, NETWORK_MODELS, type NetworkModel } from '../../base/words.js';
import { SYMMETRIC_COLLECTIVES, type SymmetricCollective } from '../../collectives/collective.js';
import { dimensionsOf } from '../../spec/schema.js';
import type { RooflineSpec, WorkloadSpec } from '../../workload/spec.js';
import type { WorkGraph } from '../../workload/work-graph.js';
import type { Trace } from '../chakra/graph.js';
import { readTrace, readTraceNodes } from '../chakra/read-trace.js';
import { readWorkGraph, workGraphOf } from '../chakra/work-graph.js';
import { readNetworkFile } from './network-file.js';
import { readRemoteMemoryFile } from './remote-memory-file.js';
import { SharedBytes } from './shared-bytes.js';
import { machineOf, readSystemFile, type SystemFile } from './system-file.js';

/** The bytes of a trace file, or a trace already read. */
export type TraceInput = Uint8Array | Trace;

/** A workload in the reference's terms: its files, read and (except for traces) parsed. */
export interface AstraSimWorkload {
  /** The network file. Required without a `topology`. */
  readonly network?: unknown;
  /** A network as in a native spec, instead of the network file: dimensions, shorthand, or a graph. */
  readonly topology?: WorkloadSpec['topology'];
  /** The system file. */
  readonly system: unknown;
  /** One trace per NPU, by id, or one that all of them run. */
  readonly traces: readonly TraceInput[] | TraceInput;
  /** The remote memory file; needed by traces that load or store. */
  readonly remoteMemory?: unknown;
  /** The communicator group file: group id to NPU ids. */
  readonly commGroups?: Readonly<Record<string, readonly number[]>>;
  /** Default `"congestion-unaware"`. */
  readonly backend?: NetworkModel;
  /** Queues per dimension. Default 1. */
  readonly queuesPerDim?: number;
  /** One trace per rank, by the prefix in the system file's `…-implementation-custom`. */
  readonly customCollectives?: Readonly<Record<string, readonly TraceInput[]>>;
  /** Collective nodes with their own algorithm: node id to a prefix in {@link customCollectives}. */
  readonly perNodeCustom?: Readonly<Record<string, string>>;
  /** Multiplies the end-point delay. Default 1. */
  readonly injectionScale?: number;
  /** Every message waits for a request from its receiver (`--rendezvous-protocol`). Default false. */
  readonly rendezvous?: boolean;
  /** `"off"` simulates every NPU, even those that provably act alike. Default `"auto"`. */
  readonly folding?: FoldingMode;
  /** Names of the trace files, by NPU, for error messages. */
  readonly files?: readonly string[];
  /** Drops dependencies on nodes that a trace lacks, with a warning. Default false. */
  readonly dropMissingDependencies?: boolean;
  /**
   * Also reproduces an unintended behaviour of the reference: with five or more dimensions a
   * collective without `involved_dim` involves only the first four. Default false.
   */
  readonly dropIn?: boolean;
}

const scale = v.pipe(
  v.number('a number of at least 0'),
  v.finite('a finite number'),
  v.minValue(0, 'a number of at least 0'),
);
const trace = v.custom<TraceInput>(
  (value) => value instanceof Uint8Array || (typeof value === 'object' && value !== null && 'nodes' in value),
  'the bytes of a trace, or a trace that was read',
);

const schema = keys({
  network: v.optional(v.unknown()),
  topology: v.optional(v.unknown()),
  system: v.unknown(),
  traces: v.union([v.array(trace, 'a list of traces'), trace], 'a trace, or a list of traces, one per NPU'),
  remoteMemory: v.optional(v.unknown()),
  commGroups: v.optional(v.record(v.string(), v.array(whole(0, 2 ** 31 - 1), 'a list of NPU ids')), {}),
  backend: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
  queuesPerDim: v.optional(whole(1, 1024), 1),
  customCollectives: v.optional(v.record(v.string(), v.array(trace, 'a list of traces, one per rank')), {}),
  perNodeCustom: v.optional(v.record(v.string(), v.string('a prefix in customCollectives')), {}),
  injectionScale: v.optional(scale, 1),
  folding: v.optional(v.picklist(FOLDING_MODES), 'auto'),
  rendezvous: v.optional(v.boolean('true or false'), false),
  files: v.optional(v.array(v.string('a name'), 'a list of names'), []),
  dropMissingDependencies: v.optional(v.boolean('true or false'), false),
  dropIn: v.optional(v.boolean('true or false'), false),
});

type Checked = v.InferOutput<typeof schema>;

/**
 * Turns the reference's files into a workload's spec.
 *
 * @example
 * const result = simulateWorkload(workloadFromAstraSim({ network, system, traces }));
 * @throws ConfigError that names the file's keys and the trace's nodes.
 */
export function workloadFromAstraSim(input: AstraSimWorkload): WorkloadSpec {
  const checked = parse(schema, input);
  const [{ topology, dimensions, warnings: ofNetwork }, { system, warnings: ofSystem }, memory] = readAll(
    () => networkOf(input, checked),
    () => readSystemFile(checked.system, 'system'),
    () => (checked.remoteMemory === undefined ? undefined : readRemoteMemoryFile(checked.remoteMemory, 'remoteMemory')),
  );
  const replay = Boolean(system['replay-only']);
  const reader = new GraphReader(checked, replay, dimensions);
  const roofline = rooflineOf(system);
  const custom = reader.customCollectives(system);
  return {
    ...machineOf(system, checked.injectionScale),
    topology,
    network: checked.backend,
    queuesPerDimension: checked.queuesPerDim,
    folding: checked.folding,
    rendezvous: checked.rendezvous,
    graphs: reader.graphs(),
    groups: checked.commGroups,
    algorithms: Object.fromEntries(
      SYMMETRIC_COLLECTIVES.map((collective) => [collective, system[`${collective}-implementation`]]),
    ),
    decomposition: system['collective-optimization'],
    splits: system['preferred-dataset-splits'],
    replay,
    ...(memory?.memory === undefined ? {} : { memory: memory.memory }),
    ...(roofline === undefined ? {} : { roofline }),
    ...(Object.keys(custom).length === 0 ? {} : { customCollectives: custom }),
    warnings: [...ofNetwork, ...ofSystem, ...(memory?.warnings ?? []), ...reader.warnings()],
  };
}

/** A graph counts as one dimension. */
function networkOf(
  { topology }: AstraSimWorkload,
  { network }: Checked,
): Required<Pick<WorkloadSpec, 'topology'>> & { readonly dimensions: number; readonly warnings: readonly Warning[] } {
  if (topology === undefined) {
    const read = readNetworkFile(network, 'network');
    return { ...read, dimensions: read.topology.length };
  }
  if (network !== undefined) {
    throw new ConfigError([{ path: 'topology', expected: 'none beside a network file', got: show(topology) }]);
  }
  return { topology, dimensions: dimensionsOf(topology).length, warnings: [] };
}

function rooflineOf(system: SystemFile): RooflineSpec | undefined {
  if (!system['roofline-enabled']) return undefined;
  const peak = system['peak-perf'];
  if (peak === undefined || peak === 0) {
    const expected = 'a number above 0 (TFLOP/s), because roofline-enabled is set';
    throw new ConfigError([{ path: 'system.peak-perf', expected, got: peak === undefined ? 'nothing' : '0' }]);
  }
  // The reference's default is 1600 GB/s.
  return { peak: peak * 1e12, memoryBandwidth: system['local-mem-bw'] ?? 1600 };
}

/** Reads traces into graphs, each distinct trace once. */
class GraphReader {
  readonly #checked: Checked;
  readonly #replay: boolean;
  readonly #dimensions: number;
  readonly #bytes = new SharedBytes();
  readonly #known = new Map<TraceInput, WorkGraph>();
  readonly #custom = new Map<string, readonly WorkGraph[]>();
  #dropped = 0;
  #involvesFour = 0;

  constructor(checked: Checked, replay: boolean, dimensions: number) {
    this.#checked = checked;
    this.#replay = replay;
    this.#dimensions = dimensions;
  }

  graphs(): WorkGraph | readonly WorkGraph[] {
    const { traces, files, perNodeCustom } = this.#checked;
    const byNode = new Map(
      Object.entries(perNodeCustom).map(([id, prefix]) => [Number(id), this.#graphsOf(prefix, `perNodeCustom.${id}`)]),
    );
    if (!Array.isArray(traces)) return this.#read(traces as TraceInput, files[0] ?? 'traces', byNode);
    return traces.map((one, i) => this.#read(one, files[i] ?? `traces[${i}]`, byNode));
  }

  customCollectives(system: SystemFile): Partial<Record<SymmetricCollective, readonly WorkGraph[]>> {
    const found: Partial<Record<SymmetricCollective, readonly WorkGraph[]>> = {};
    for (const collective of SYMMETRIC_COLLECTIVES) {
      const key = `${collective}-implementation-custom`;
      const value = system[key];
      if (value !== undefined)
        found[collective] = this.#graphsOf(Array.isArray(value) ? value[0] : value, `system.${key}`);
    }
    return found;
  }

  warnings(): Warning[] {
    const warnings: Warning[] = [];
    if (this.#dropped > 0) {
      const message = `${this.#dropped} dependencies on nodes that their traces lack are dropped`;
      warnings.push({ code: 'dropped-dependencies', message, data: { dependencies: this.#dropped } });
    }
    if (this.#involvesFour > 0) {
      const { dropIn } = this.#checked;
      const what = dropIn
        ? 'only the first four dimensions take part, as in the reference'
        : `all ${this.#dimensions} dimensions take part, where the reference involves only the first four`;
      const message = `${this.#involvesFour} collective nodes do not say which dimensions they involve: ${what}`;
      const data = { nodes: this.#involvesFour, dimensions: this.#dimensions };
      warnings.push({ code: 'reference-involves-four', message, data });
    }
    return warnings;
  }

  #graphsOf(prefix: unknown, path: string): readonly WorkGraph[] {
    const { customCollectives } = this.#checked;
    const traces = typeof prefix === 'string' ? customCollectives[prefix] : undefined;
    if (traces === undefined) {
      const given = Object.keys(customCollectives).join(', ') || 'none given';
      throw new ConfigError([{ path, expected: `a prefix in customCollectives (${given})`, got: show(prefix) }]);
    }
    const graphs =
      this.#custom.get(prefix as string) ??
      traces.map(
        (one, rank) => workGraphOf(this.#trace(one, `${prefix}.${rank}.et`), { name: `${prefix}.${rank}.et` }).graph,
      );
    this.#custom.set(prefix as string, graphs);
    return graphs;
  }

  #trace(input: TraceInput, file: string): Trace {
    return input instanceof Uint8Array ? readTrace(input, file) : input;
  }

  #read(input: TraceInput, file: string, byNode: ReadonlyMap<number, readonly WorkGraph[]>): WorkGraph {
    const shared = input instanceof Uint8Array ? this.#bytes.first(input) : input;
    let graph = this.#known.get(shared);
    if (graph === undefined) {
      const { dropMissingDependencies } = this.#checked;
      const options = { name: file, dropMissingDependencies, replay: this.#replay };
      const read =
        shared instanceof Uint8Array
          ? readWorkGraph(readTraceNodes(shared, file), options)
          : workGraphOf(shared, options);
      this.#dropped += read.droppedDependencies;
      const { nodes } = read.graph;
      const completes = byNode.size > 0 || this.#dimensions > 4 || nodes.some((node) => 'involvedDimensions' in node);
      graph = { name: file, nodes: completes ? nodes.map((node) => this.#complete(node, byNode)) : nodes };
      this.#known.set(shared, graph);
    }
    return graph;
  }

  /** Gives a collective its involved dimensions, and its own algorithm if it has one. */
  #complete(node: WorkGraph['nodes'][number], byNode: ReadonlyMap<number, readonly WorkGraph[]>) {
    if (node.kind !== 'collective') return node;
    const algorithm = byNode.get(node.id);
    const { involvedDimensions: given, group } = node;
    const dimensions = Array.from({ length: this.#dimensions }, (_, d) => d);
    const silent = given === undefined && this.#dimensions > 4 && group === undefined;
    if (silent) this.#involvesFour++;
    const firstFour = silent && this.#checked.dropIn ? dimensions.map((d) => d < 4) : undefined;
    const involved = given === undefined ? firstFour : dimensions.map((d) => given[d] ?? true);
    return {
      ...node,
      ...(algorithm === undefined ? {} : { algorithm }),
      ...(involved === undefined ? {} : { involvedDimensions: involved }),
    };
  }
}
