import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import { COLLECTIVES, type Collective } from '../../collectives/collective.js';
import {
  busBandwidth,
  type CheckedJob,
  type ClusterJob,
  countNpus,
  type JobMachine,
  type JobReport,
  job,
  jobIssues,
  playJobs,
  simulateJobs,
} from '../jobs.js';
import { type SearchControls, searchEntries } from '../progress.js';
import { type Placement, type PlacementSearch, placeGpus } from './place.js';
import type { Evaluator } from './searches.js';

/** A job to place on a network where others run. */
export interface NetworkOptions {
  readonly machine: JobMachine;
  /**
   * Interchangeable NPUs: the number of consecutive NPUs per host (8: NPUs 0 to 7, 8 to
   * 15, ...), or a list for each host. A job takes NPUs in the order of the list.
   */
  readonly hosts: number | readonly (readonly number[])[];
  /** NPUs in use, in addition to those of `jobs`. Default none. */
  readonly busy?: readonly number[];
  readonly collective: Collective;
  /** Bytes (or `"64 MiB"`) each NPU enters with, whole, at least 1. */
  readonly size: Quantity;
  /** Jobs that run at the same time, all from time 0. Default none. */
  readonly jobs?: readonly ClusterJob[];
}

export interface JobPlacementOptions extends NetworkOptions, SearchControls {
  /** Number of NPUs to place, at least 1. */
  readonly npus: number;
  /** Default: exhaustive for at most `maxPlacements` placements, else eliminate-and-improve. */
  readonly search?: PlacementSearch;
  /** Most simulated placements of an exhaustive search. Default 1000. */
  readonly maxPlacements?: number;
}

export interface JobPlacement extends Placement {
  /** The chosen NPUs, by rank. */
  readonly npus: readonly number[];
  /** This job, named `"placed"`, then the others: how much they slow each other down. */
  readonly jobs: readonly JobReport[];
}

/** What `placeGpus` needs to know about a network. */
export interface NetworkPlacements {
  /** Free NPUs of each host. */
  readonly free: readonly number[];
  /** The NPUs of a placement, by rank: host by host. */
  readonly npusOf: (counts: readonly number[]) => readonly number[];
  /** Bus bandwidth by simulation, bytes per ns; infinity for a single NPU. */
  readonly evaluate: Evaluator;
}

const npuList = v.array(whole(0, 2 ** 31 - 1), 'a list of NPUs');

const entries = {
  machine: v.custom<JobMachine>((value) => typeof value === 'object' && value !== null, 'a machine: { topology, ... }'),
  hosts: v.lazy(
    (value): v.GenericSchema<number | number[][]> =>
      Array.isArray(value) ? v.array(npuList, 'a list of hosts') : whole(1, 2 ** 31 - 1),
  ),
  busy: v.optional(npuList, []),
  collective: v.picklist(COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  jobs: v.optional(v.array(job, 'a list of jobs'), []),
};

const schema = keys(entries);

const placementSchema = keys({
  ...entries,
  npus: whole(1, 1e6),
  search: v.optional(v.unknown()),
  ...searchEntries,
  maxPlacements: v.optional(v.unknown(), 1000),
});

/** Name of the placed job; no other may have it. */
const OWN_NAME = 'placed';

/**
 * Chooses NPUs for a job on any network of the library so that its collective, simulated
 * together with the other jobs, has the highest bus bandwidth. The collective runs in a ring
 * over the chosen NPUs, host by host.
 *
 * @throws ConfigError, SimulationError
 */
export function placeJob(options: JobPlacementOptions): JobPlacement {
  const { npus: gpus, search, maxPlacements, onProgress, signal, ...rest } = parse(placementSchema, options);
  const { free, npusOf, evaluate } = networkPlacements(rest);
  try {
    // Checked by networkPlacements.
    const asked = {
      free,
      gpus,
      ...(search === undefined ? {} : { search: search as PlacementSearch }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    };
    const found = placeGpus({ ...asked, maxPlacements: maxPlacements as number }, evaluate);
    const chosen = npusOf(found.counts);
    const own = { name: OWN_NAME, npus: chosen, collective: rest.collective, size: rest.size };
    const { jobs } = simulateJobs([own, ...rest.jobs], rest.machine);
    return { ...found, npus: chosen, jobs };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const rename = (path: string) => (path === 'gpus' ? 'npus' : path);
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: rename(issue.path) })));
  }
}

/**
 * The view of a network that `placeGpus` needs: free NPUs per host, and an evaluator that simulates.
 * @throws ConfigError
 */
export function networkPlacements(options: NetworkOptions): NetworkPlacements {
  const { machine, hosts, busy, collective, size, jobs } = parse(schema, options);
  const npus = countNpus(machine);
  const lists = typeof hosts === 'number' ? sideBySide(npus, hosts) : hosts;
  const issues = [...jobIssues(jobs, npus), ...npuIssues(lists, busy, npus)];
  if (typeof hosts === 'number' && npus % hosts !== 0) {
    issues.push({ path: 'hosts', expected: `a divisor of the ${npus} NPUs`, got: show(hosts) });
  }
  jobs.forEach(({ name }, j) => {
    if (name === OWN_NAME) issues.push({ path: `jobs[${j}].name`, expected: 'another name', got: show(name) });
  });
  if (issues.length > 0) throw new ConfigError(issues);

  const taken = new Set([...busy, ...jobs.flatMap((one) => one.npus)]);
  const free = lists.map((list) => list.filter((npu) => !taken.has(npu)));
  const npusOf = (counts: readonly number[]) => free.flatMap((list, host) => list.slice(0, counts[host]));
  const evaluate = (counts: readonly number[]) => {
    const own: CheckedJob = { name: OWN_NAME, npus: npusOf(counts), collective, size, count: 1 };
    if (own.npus.length < 2) return Number.POSITIVE_INFINITY;
    const { finishNs } = playJobs([own, ...jobs], machine, npus);
    return busBandwidth(own, finishNs[0] as number);
  };
  return { free: free.map((list) => list.length), npusOf, evaluate };
}

function sideBySide(npus: number, perHost: number): number[][] {
  return Array.from({ length: Math.floor(npus / perHost) }, (_, host) =>
    Array.from({ length: perHost }, (_, i) => host * perHost + i),
  );
}

/** Unknown NPUs, and NPUs that two hosts have. */
function npuIssues(hosts: readonly (readonly number[])[], busy: readonly number[], npus: number): Issue[] {
  const seen = new Set<number>();
  const outside = (npu: number, path: string): Issue[] =>
    npu < npus ? [] : [{ path, expected: `an NPU from 0 to ${npus - 1}`, got: String(npu) }];
  const ofHosts = hosts.flatMap((list, host) =>
    list.flatMap((npu, i) => {
      const path = `hosts[${host}][${i}]`;
      const twice = seen.has(npu) ? [{ path, expected: 'every NPU once', got: `${npu} again` }] : [];
      seen.add(npu);
      return [...outside(npu, path), ...twice];
    }),
  );
  return [...ofHosts, ...busy.flatMap((npu, i) => outside(npu, `busy[${i}]`))];
}
