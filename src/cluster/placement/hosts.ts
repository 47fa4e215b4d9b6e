import type { Evaluator } from './searches.js';

/** A host as the closed form sees it. */
export interface Host {
  readonly gpus: number;
  /** Bus bandwidth among the GPUs of the host, bytes per ns. */
  readonly intraBytesPerNs: number;
  readonly nics: number;
  /** Of one network card, bytes per ns. */
  readonly nicBytesPerNs: number;
}

/**
 * Time of an all-reduce in a hierarchy: among the GPUs of each host, then among the hosts, where
 * the slowest uplink sets the pace. A host offers a card for each chosen GPU, and shares all its
 * cards with the GPUs of other jobs that cross hosts, in proportion to GPUs.
 *
 * @param others per host, GPUs of other jobs that cross hosts.
 * @returns ns; 0 for a single GPU.
 */
export function allReduceTime(
  hosts: readonly Host[],
  others: readonly number[],
  bytes: number,
  counts: readonly number[],
): number {
  let inside = 0;
  let uplink = Number.POSITIVE_INFINITY;
  let used = 0;
  counts.forEach((count, h) => {
    if (count === 0) return;
    const { gpus, intraBytesPerNs, nics, nicBytesPerNs } = hosts[h] as Host;
    used++;
    inside = Math.max(inside, (((2 * (count - 1)) / count) * bytes) / intraBytesPerNs);
    const whole = nicBytesPerNs * Math.min(nics, gpus);
    const own = nicBytesPerNs * Math.min(count, nics);
    uplink = Math.min(uplink, own, (whole * count) / (count + (others[h] as number)));
  });
  return used > 1 ? inside + (((2 * (used - 1)) / used) * bytes) / uplink : inside;
}

/** Bus bandwidth by {@link allReduceTime}: 2 (k - 1)/k bytes / time, in bytes per ns. */
export function closedFormEvaluator(hosts: readonly Host[], others: readonly number[], bytes: number): Evaluator {
  return (counts) => {
    const gpus = counts.reduce((sum, count) => sum + count, 0);
    if (gpus < 2) return Number.POSITIVE_INFINITY;
    return (((2 * (gpus - 1)) / gpus) * bytes) / allReduceTime(hosts, others, bytes, counts);
  };
}
