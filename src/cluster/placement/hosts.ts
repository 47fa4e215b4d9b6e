import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import type { Evaluator } from './searches.js';

/** A host in the closed form. */
export interface Host {
  readonly gpus: number;
  /** Bus bandwidth among the GPUs of the host: bytes per ns, or `"230 GB/s"`. Above 0. */
  readonly intraBandwidth: Quantity;
  /** Network cards, at least 1. */
  readonly nics: number;
  /** Bandwidth of one card: bytes per ns, or `"50 GB/s"`. Above 0. */
  readonly nicBandwidth: Quantity;
}

export interface ClosedFormOptions {
  readonly hosts: readonly Host[];
  /** Other jobs: GPUs of each on each host. Only those on several hosts share network cards. */
  readonly jobs?: readonly (readonly number[])[];
  /** One GPU's buffer in the all-reduce. Above 0. */
  readonly bytes: Quantity;
}

const schema = keys({
  hosts: v.pipe(
    v.array(
      keys({
        gpus: whole(1, 1e6),
        intraBandwidth: quantity('bandwidth', { above: 0 }),
        nics: whole(1, 1e6),
        nicBandwidth: quantity('bandwidth', { above: 0 }),
      }),
      'a list of hosts',
    ),
    v.minLength(1, 'at least one host'),
  ),
  jobs: v.optional(v.array(v.array(whole(0, 1e6), 'a list of GPUs, one per host'), 'a list of jobs'), []),
  bytes: quantity('bytes', { above: 0 }),
});

type Checked = v.InferOutput<typeof schema>;

/**
 * An evaluator for `placeGpus` without simulation: bus bandwidth, bytes per ns, of a hierarchical
 * all-reduce, first among the GPUs of each host, then among the hosts, where the
 * slowest uplink sets the pace. A host offers one card for each chosen GPU, and shares all its
 * cards with the GPUs of other jobs that cross hosts, in proportion to GPUs.
 *
 * @returns infinity for a single GPU, which sends nothing.
 * @throws ConfigError
 */
export function closedFormEvaluator(options: ClosedFormOptions): Evaluator {
  const { hosts, jobs, bytes } = parse(schema, options);
  const issues = jobs.flatMap((job, j) =>
    job.length === hosts.length
      ? []
      : [{ path: `jobs[${j}]`, expected: `${hosts.length} entries, one per host`, got: show(job) }],
  );
  if (issues.length > 0) throw new ConfigError(issues);
  const crossing = jobs.filter((job) => job.filter((gpus) => gpus > 0).length > 1);
  const others = hosts.map((_, h) => crossing.reduce((sum, job) => sum + (job[h] as number), 0));
  return (counts) => {
    const gpus = counts.reduce((sum, count) => sum + count, 0);
    const timeNs = allReduceTime(hosts, others, bytes, counts);
    return timeNs === 0 ? Number.POSITIVE_INFINITY : (((2 * (gpus - 1)) / gpus) * bytes) / timeNs;
  };
}

/** Time, ns; `others` are the GPUs per host that compete for its cards. */
function allReduceTime(
  hosts: Checked['hosts'],
  others: readonly number[],
  bytes: number,
  counts: readonly number[],
): number {
  let inside = 0;
  let uplink = Number.POSITIVE_INFINITY;
  let used = 0;
  counts.forEach((count, h) => {
    if (count === 0) return;
    const { gpus, intraBandwidth, nics, nicBandwidth } = hosts[h] as Checked['hosts'][number];
    used++;
    inside = Math.max(inside, (((2 * (count - 1)) / count) * bytes) / intraBandwidth);
    const own = nicBandwidth * Math.min(count, nics);
    const shared = (nicBandwidth * Math.min(nics, gpus) * count) / (count + (others[h] as number));
    uplink = Math.min(uplink, own, shared);
  });
  return used > 1 ? inside + (((2 * (used - 1)) / used) * bytes) / uplink : inside;
}
