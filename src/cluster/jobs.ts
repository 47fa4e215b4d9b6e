import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import type { Quantity } from '../base/units.js';
import { keys, parse, quantity, whole } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { busFactor, COLLECTIVES, type Collective, totalBytes } from '../collectives/collective.js';
import type { MachineSpec } from '../spec/spec.js';
import { planWorkload } from '../workload/plan-workload.js';
import { checkWorkload } from '../workload/schema.js';
import { simulateWorkload } from '../workload/simulate-workload.js';
import type { WorkloadSpec } from '../workload/spec.js';
import type { WorkGraph } from '../workload/work-graph.js';

/** One of several jobs on a network: a collective on its own NPUs. */
export interface ClusterJob {
  /** Unique among the jobs. */
  readonly name: string;
  /** Its NPUs by rank, shared with no other job. */
  readonly npus: readonly number[];
  readonly collective: Collective;
  /** Bytes (or `"64 MiB"`) each NPU enters with, whole, at least 1; for an all-gather its share. */
  readonly size: Quantity;
  /** How often it runs, one after the other, 1 to 1000. Default 1. */
  readonly count?: number;
}

/** The network that jobs share, and options of their collectives. */
export interface JobMachine extends MachineSpec, Pick<WorkloadSpec, 'algorithms' | 'decomposition' | 'splits'> {
  /** Default `"congestion-aware"`: in the other model jobs never slow each other down. */
  readonly network?: 'congestion-unaware' | 'congestion-aware';
}

export interface JobReport {
  readonly name: string;
  readonly npus: readonly number[];
  /** From the start until its last NPU finishes, ns: without the other jobs, and with them. */
  readonly aloneNs: number;
  readonly togetherNs: number;
  /** togetherNs / aloneNs; 1 for a job that sends nothing. */
  readonly slowdown: number;
  /** Bus bandwidth as nccl-tests counts it, bytes per ns; 0 for a job that sends nothing. */
  readonly busbwAloneBytesPerNs: number;
  readonly busbwTogetherBytesPerNs: number;
}

export interface JobsResult {
  /** In the order asked. */
  readonly jobs: readonly JobReport[];
  /** When the last job finishes, ns. */
  readonly timeNs: number;
  readonly warnings: readonly Warning[];
}

export const job = keys({
  name: v.pipe(v.string('a name'), v.nonEmpty('a name')),
  npus: v.pipe(v.array(whole(0, 2 ** 31 - 1), 'a list of NPUs'), v.minLength(1, 'at least one NPU')),
  collective: v.picklist(COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  count: v.optional(whole(1, 1000), 1),
});

export type CheckedJob = v.InferOutput<typeof job>;

const schema = keys({
  jobs: v.pipe(v.array(job, 'a list of jobs'), v.minLength(1, 'at least one job')),
  machine: v.custom<JobMachine>((value) => typeof value === 'object' && value !== null, 'a machine: { topology, ... }'),
});

/**
 * Simulates several collectives at once on one network, each on its own NPUs, and reports
 * how much they slow each other down. All start at time 0; a job that ends early leaves the
 * network to the others, so use `count` to repeat it.
 *
 * @throws ConfigError, SimulationError
 */
export function simulateJobs(jobs: readonly ClusterJob[], machine: JobMachine): JobsResult {
  const { jobs: checked } = parse(schema, { jobs, machine });
  const npus = countNpus(machine);
  const issues = jobIssues(checked, npus);
  if (issues.length > 0) throw new ConfigError(issues);
  const together = playJobs(checked, machine, npus);
  const reports = checked.map((one, j): JobReport => {
    const togetherNs = together.finishNs[j] as number;
    const aloneNs = checked.length === 1 ? togetherNs : (playJobs([one], machine, npus).finishNs[0] as number);
    return {
      name: one.name,
      npus: one.npus,
      aloneNs,
      togetherNs,
      slowdown: aloneNs === 0 ? 1 : togetherNs / aloneNs,
      busbwAloneBytesPerNs: busBandwidth(one, aloneNs),
      busbwTogetherBytesPerNs: busBandwidth(one, togetherNs),
    };
  });
  return { jobs: reports, timeNs: Math.max(...together.finishNs), warnings: together.warnings };
}

/** Bytes per ns; 0 if nothing is sent. */
export function busBandwidth({ collective, npus, size, count }: CheckedJob, ns: number): number {
  const ranks = npus.length;
  return ns === 0 ? 0 : (totalBytes(collective, ranks, size) * busFactor(collective, ranks) * count) / ns;
}

/**
 * Number of NPUs of a machine.
 * @throws ConfigError with paths below `machine`.
 */
export function countNpus(machine: JobMachine): number {
  const { costs } = onMachine(() => checkWorkload({ ...machine, graphs: { nodes: [] } }));
  if (costs !== undefined) {
    const expected = 'dimensions that were fitted to this topology: curves of single collectives know no other jobs';
    throw new ConfigError([{ path: 'machine.costs', expected, got: 'none for it' }]);
  }
  return onMachine(() => planWorkload({ ...machine, graphs: { nodes: [] } })).machine.npus;
}

/** Unknown NPUs, NPUs of two jobs, and duplicate names. */
export function jobIssues(jobs: readonly CheckedJob[], npus: number): Issue[] {
  const issues: Issue[] = [];
  const owners = new Map<number, string>();
  const names = new Set<string>();
  for (const [j, { name, npus: members }] of jobs.entries()) {
    if (names.has(name)) issues.push({ path: `jobs[${j}].name`, expected: 'a unique name', got: show(name) });
    names.add(name);
    for (const [i, npu] of members.entries()) {
      const path = `jobs[${j}].npus[${i}]`;
      const owner = owners.get(npu);
      if (npu >= npus) issues.push({ path, expected: `an NPU from 0 to ${npus - 1}`, got: String(npu) });
      else if (owner !== undefined) {
        issues.push({ path, expected: 'an NPU of no other job', got: `${npu}, which ${show(owner)} has` });
      }
      owners.set(npu, name);
    }
  }
  return issues;
}

/** When each of these checked jobs finishes on a machine of `npus` if all start at 0, ns. */
export function playJobs(
  jobs: readonly CheckedJob[],
  machine: JobMachine,
  npus: number,
): { readonly finishNs: readonly number[]; readonly warnings: readonly Warning[] } {
  const idle: WorkGraph = { nodes: [] };
  const graphs = new Array<WorkGraph>(npus).fill(idle);
  for (const one of jobs) {
    const graph = graphOf(one);
    for (const npu of one.npus) graphs[npu] = graph;
  }
  const groups = Object.fromEntries(jobs.map(({ name, npus: members }) => [name, members]));
  const { times, timesByNpu, warnings } = onMachine(() =>
    simulateWorkload({ network: 'congestion-aware', ...machine, graphs, groups }),
  );
  const finishOf = (npu: number) => (timesByNpu?.[npu] ?? times).finishNs;
  return { finishNs: jobs.map(({ npus: members }) => Math.max(...members.map(finishOf))), warnings };
}

function graphOf({ name, npus, collective, size: bytes, count }: CheckedJob): WorkGraph {
  // A group of one sends nothing, but the graph may still contain it.
  const runs = npus.length === 1 ? 0 : count;
  const nodes = Array.from({ length: runs }, (_, id) => ({
    id,
    name,
    dependsOn: id === 0 ? [] : [id - 1],
    ns: 1,
    kind: 'collective' as const,
    collective,
    bytes,
    group: name,
  }));
  return { name, nodes };
}

/** Puts a machine's issues below `machine`. */
function onMachine<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: `machine.${issue.path}` })));
  }
}
