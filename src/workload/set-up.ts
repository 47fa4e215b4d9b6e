import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { parse, whole } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import { COLLECTIVES } from '../collectives/collective.js';
import { NETWORK_MODELS, type NetworkModel } from '../engine/job.js';
import type { Trace } from '../formats/chakra/graph.js';
import { readTrace } from '../formats/chakra/read-trace.js';
import { resolveMachine } from '../plan/resolve.js';
import { CollectivePlans, type CollectiveSettings, collectiveSpec } from './collective-plans.js';
import { CustomPrograms } from './custom-program.js';
import { collectiveRequest } from './node-fields.js';
import { type PreparedGraph, prepareGraph } from './prepared-graph.js';
import { readRemoteMemory } from './remote-memory.js';
import type { WorkloadSetup } from './workload-run.js';

/** A trace as it is in its file, or already read. */
export type TraceInput = Uint8Array | Trace;

export interface WorkloadInput {
  /** The reference's network file, parsed. */
  readonly network: unknown;
  /** The reference's system file, parsed. */
  readonly system: unknown;
  /** One trace per NPU, by id. NPUs with the same trace are best given the same object. */
  readonly traces: readonly TraceInput[];
  /** The remote memory file, parsed; needed by traces that load or store. */
  readonly remoteMemory?: unknown;
  /** The communicator group file, parsed: group id to NPU ids. */
  readonly commGroups?: Readonly<Record<string, readonly number[]>>;
  /** Default `"congestion-unaware"`. */
  readonly backend?: NetworkModel;
  /** Queues per dimension. Default 1. */
  readonly queuesPerDim?: number;
  /** By the prefix in the system file's `…-implementation-custom`: one trace per rank. */
  readonly customCollectives?: Readonly<Record<string, readonly TraceInput[]>>;
  /** Collective nodes that have an algorithm of their own: node id to a prefix in {@link customCollectives}. */
  readonly perNodeCustom?: Readonly<Record<string, string>>;
  /** Multiplies the end-point delay. Default 1. */
  readonly injectionScale?: number;
  /** `"off"` simulates every NPU, also those that provably act alike. Default `"auto"`. */
  readonly folding?: 'auto' | 'off';
  /** Names of the trace files, by NPU, for error messages. */
  readonly files?: readonly string[];
}

const options = v.looseObject({
  network: v.looseObject({}),
  system: v.looseObject({
    'roofline-enabled': v.optional(v.union([whole(0, 1), v.boolean('true or false')], '0 or 1'), 0),
    'replay-only': v.optional(v.union([whole(0, 1), v.boolean('true or false')], '0 or 1'), 0),
    'peak-perf': v.optional(v.pipe(v.number('a number above 0'), v.gtValue(0, 'a number above 0'))),
    'local-mem-bw': v.optional(v.pipe(v.number('a number above 0'), v.gtValue(0, 'a number above 0')), 1600),
  }),
  traces: v.array(v.any(), 'a list of traces, one per NPU'),
  commGroups: v.optional(v.record(v.string(), v.array(whole(0, 2 ** 31 - 1), 'a list of NPU ids')), {}),
  backend: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
  queuesPerDim: v.optional(whole(1, 1024), 1),
  injectionScale: v.optional(
    v.pipe(v.number('a number of at least 0'), v.finite('a finite number'), v.minValue(0, 'a number of at least 0')),
    1,
  ),
});

/** Checks a workload and plans it, all before anything runs. */
export function setUpWorkload(input: WorkloadInput): { setup: WorkloadSetup; warnings: Warning[] } {
  const checked = parse(options, input);
  const { backend, queuesPerDim, injectionScale, system } = checked;
  const settings: CollectiveSettings = {
    network: input.network,
    system: input.system,
    backend,
    queuesPerDim,
    injectionScale,
  };
  const spec = collectiveSpec(settings, 'all-reduce', 1);
  const machine = resolveMachine(spec);
  const npus = machine.dimensions.reduce((product, dimension) => product * dimension.npus, 1);
  if (input.traces.length !== npus) {
    throw new ConfigError([{ path: 'traces', expected: `one per NPU (${npus})`, got: show(input.traces) }]);
  }
  const groups = readGroups(checked.commGroups, npus);
  const memory = input.remoteMemory === undefined ? undefined : readRemoteMemory(input.remoteMemory);
  const graphs = prepareAll(input.traces, (i) => input.files?.[i] ?? `traces[${i}]`);
  const custom = customGraphs(input);
  const roofline = Boolean(system['roofline-enabled']);
  if (roofline && system['peak-perf'] === undefined) {
    throw new ConfigError([
      { path: 'system.peak-perf', expected: 'a number (TFLOP/s), as roofline-enabled is set', got: 'nothing' },
    ]);
  }
  const plans = new CollectivePlans(settings);
  const setup: WorkloadSetup = {
    machine,
    npus,
    graphs,
    plans,
    groups,
    memory: memory?.memory.kind === 'none' ? undefined : memory?.memory,
    roofline: roofline
      ? { peak: (system['peak-perf'] as number) * 1e12, bandwidth: system['local-mem-bw'] * 1e9 }
      : undefined,
    replayOnly: Boolean(system['replay-only']),
    scheduling: spec.scheduling ?? 'fifo',
    ...custom,
  };
  planAhead(setup, graphs, npus);
  return { setup, warnings: [...(spec.warnings ?? []), ...(memory?.warnings ?? [])] };
}

/** Groups that are not all NPUs; one of all behaves as none. */
function readGroups(given: Readonly<Record<string, readonly number[]>>, npus: number): Map<string, readonly number[]> {
  const issues: Issue[] = [];
  for (const [id, members] of Object.entries(given)) {
    const path = `commGroups.${id}`;
    const outside = members.find((npu) => npu >= npus);
    if (outside !== undefined) issues.push({ path, expected: `NPU ids below ${npus}`, got: String(outside) });
    if (new Set(members).size !== members.length)
      issues.push({ path, expected: 'every NPU once', got: 'an NPU twice' });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return new Map(Object.entries(given).filter(([, members]) => members.length < npus));
}

/** NPUs whose traces are the same object, or the same bytes, share a graph. */
function prepareAll(traces: readonly TraceInput[], nameOf: (i: number) => string): PreparedGraph[] {
  const known = new Map<TraceInput, PreparedGraph>();
  const byLength = new Map<number, Uint8Array[]>();
  return traces.map((trace, i) => {
    let graph = known.get(trace);
    if (graph !== undefined) return graph;
    if (trace instanceof Uint8Array) {
      const alike = byLength.get(trace.length) ?? [];
      byLength.set(trace.length, alike);
      const twin = alike.find((other) => equalBytes(other, trace));
      if (twin === undefined) alike.push(trace);
      else graph = known.get(twin);
    }
    graph ??= prepareGraph(trace instanceof Uint8Array ? readTrace(trace, nameOf(i)) : trace, nameOf(i));
    known.set(trace, graph);
    return graph;
  });
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

/** The graphs that replace algorithms: of single nodes, else by the system file's `…-implementation-custom`. */
function customGraphs({
  system,
  customCollectives = {},
  perNodeCustom = {},
}: WorkloadInput): Pick<WorkloadSetup, 'custom' | 'customPrograms' | 'isCustom'> {
  const prepared = new Map<string, readonly PreparedGraph[]>();
  const graphsOf = (prefix: unknown, path: string) => {
    const traces = typeof prefix === 'string' ? customCollectives[prefix] : undefined;
    if (traces === undefined) {
      const given = Object.keys(customCollectives).join(', ') || 'none given';
      throw new ConfigError([{ path, expected: `a prefix in customCollectives (${given})`, got: show(prefix) }]);
    }
    const graphs = prepared.get(prefix as string) ?? prepareAll(traces, (i) => `${prefix}.${i}.et`);
    prepared.set(prefix as string, graphs);
    return graphs;
  };
  const byCollective = new Map<Collective, readonly PreparedGraph[]>();
  for (const collective of COLLECTIVES) {
    const key = `${collective}-implementation-custom`;
    const value = (system as Record<string, unknown>)[key];
    if (value !== undefined)
      byCollective.set(collective, graphsOf(Array.isArray(value) ? value[0] : value, `system.${key}`));
  }
  const byNode = new Map(
    Object.entries(perNodeCustom).map(([id, prefix]) => [Number(id), graphsOf(prefix, `perNodeCustom.${id}`)]),
  );
  return {
    customPrograms: new CustomPrograms(),
    custom: ({ collective }, { id }) => byNode.get(id) ?? byCollective.get(collective),
    isCustom: byCollective.size + byNode.size > 0,
  };
}

/** Plans every collective, so that what cannot be is said before anything runs. */
function planAhead(
  { plans, groups, custom, customPrograms }: WorkloadSetup,
  graphs: readonly PreparedGraph[],
  npus: number,
): void {
  const seen = new Set<PreparedGraph>();
  for (let npu = 0; npu < npus; npu++) {
    const graph = graphs[npu] as PreparedGraph;
    const isNew = !seen.has(graph);
    seen.add(graph);
    // The same graph again asks for nothing new; only groups are a matter of who asks.
    if (!isNew && groups.size === 0) continue;
    for (const node of graph.nodes) {
      if (node.kind !== 'collective') continue;
      const request = collectiveRequest(node, graph.file);
      if (request === undefined) continue;
      const members = groups.get(request.group);
      if (members !== undefined && !members.includes(npu)) {
        throw new ConfigError([
          {
            path: `${graph.file}: node ${node.id}`,
            expected: `a group that NPU ${npu} belongs to`,
            got: show(request.group),
          },
        ]);
      }
      if (!isNew) continue;
      const given = custom(request, node);
      if (given !== undefined) customPrograms.of(given, members?.length ?? npus);
      else plans.plan(members === undefined ? { ...request, group: '' } : request, members);
    }
  }
}
