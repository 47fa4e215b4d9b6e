import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type Dimension, lineOf } from '../topology/dimension.js';
import { type LinkLoad, linkLoad } from './link-load.js';
import { type PhaseFloor, phaseFloor } from './phase-floor.js';
import { planTraffic } from './traffic.js';

/** The least time of a plan on the links it uses, ns. */
export interface PlanBound {
  readonly ns: number;
  /** What sets it: the links of a dimension, or the phases of a chunk one after the other. */
  readonly because: 'links' | 'phases';
  /** The dimension whose links set it or, if phases set it, need longest. */
  readonly dimension: number;
  /** Per dimension: what its most loaded link must carry; undefined if it sends nothing. */
  readonly links: readonly (LinkLoad | undefined)[];
}

/**
 * The larger of two bounds.
 *
 * *Links.* Every message that passes a link occupies it for `trunc(bytes / bandwidth)` ns, one
 * at a time. Before the first of them a chunk must have reached that phase and
 * paid the end-point delay (`head`); after the last, the message must still arrive and be paid for, and
 * its chunk must pass the remaining phases (`tail`). So the time is at least
 * `least head + occupation of the most loaded link + least tail`.
 *
 * *Phases.* A chunk passes its phases one after the other, each a chain of messages that no
 * overlap can shorten: the sum of their least times.
 */
export function planBound(job: CollectiveJob): PlanBound {
  const { dimensions, startTimes, chunks } = job;
  const start = startTimes === undefined ? 0 : startTimes.reduce((least, ns) => Math.min(least, ns), Infinity);
  const floors = new Map<Phase, PhaseFloor>();
  const floorOf = (phase: Phase) => {
    const floor = floors.get(phase) ?? phaseFloor(phase, job);
    floors.set(phase, floor);
    return floor;
  };
  const heads = dimensions.map(() => Infinity);
  const tails = dimensions.map(() => Infinity);
  let chain = 0;
  for (const phases of new Set(chunks)) {
    const total = phases.reduce((sum, phase) => sum + floorOf(phase).firstNs, 0);
    let before = 0;
    for (const [i, phase] of phases.entries()) {
      const { firstNs, lastNs, afterMessageNs } = floorOf(phase);
      for (const d of physicalOf(phase)) {
        heads[d] = Math.min(heads[d] as number, before + job.endpoint.delay);
        tails[d] = Math.min(tails[d] as number, afterMessageNs + total - before - firstNs);
      }
      before += firstNs;
      if (i === phases.length - 1) chain = Math.max(chain, before - firstNs + lastNs);
    }
  }

  const traffic = planTraffic(job);
  const links = dimensions.map((dimension, d) => {
    const own = traffic.filter((one) => one.dimension === d);
    return own.length === 0 ? undefined : linkLoad(dimension, own);
  });
  let ns = 0;
  let worst = 0;
  for (const [d, load] of links.entries()) {
    if (load === undefined) continue;
    const dimension = dimensions[d] as Dimension;
    const bound = (heads[d] as number) + load.occupiedNs + crossingNs(dimension, load, job) + (tails[d] as number);
    if (bound > ns) [ns, worst] = [bound, d];
  }
  const because = ns >= chain ? 'links' : 'phases';
  // A link that the model never charges may need infinitely long: stay below the largest exact number.
  const least = Math.min(start + Math.max(ns, chain), Number.MAX_SAFE_INTEGER);
  return { ns: least, because, dimension: worst, links };
}

/** What a message needs before it reaches a link, or after it has left it, beyond its occupation of that link. */
function crossingNs(dimension: Dimension, { leastMessage }: LinkLoad, { network, switching }: CollectiveJob): number {
  const { latency, bandwidth } = dimension;
  const arrives = Math.trunc(latency);
  const { switches, transparent } = lineOf(dimension);
  if (switches === 0 || transparent) return arrives;
  // Up to the switch and down again: the other link adds its time, unless the message is on both at once.
  const isStored = network === 'congestion-aware' && switching === 'store-and-forward';
  return arrives + (isStored ? Math.trunc(latency + leastMessage / bandwidth) : arrives);
}

/** The physical dimensions that a phase may use. */
function physicalOf({ dimension: { first, physical } }: Phase): number[] {
  return physical.map((_, d) => first + d);
}
