import { chainOf, finishOfRanks, timesOfSteps } from '../collectives/chain.js';
import { type Program, turnsOf } from '../collectives/program.js';
import type { StepProgram } from '../collectives/step-program.js';
import { countReducing } from '../collectives/token-program.js';
import { copyNs, type Endpoint, reductionNs } from '../costs/endpoint.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type Dimension, messageDelay } from '../topology/dimension.js';
import { chargeOf, delayTo } from '../topology/logical-dimension.js';

/** Least times of a phase without contention, ns. */
export interface PhaseFloor {
  /** From the first rank's start until the first rank finishes. */
  readonly firstNs: number;
  /** Until the last rank finishes. Equal to `firstNs` except in trees. */
  readonly lastNs: number;
  /** Paid by the receiver of every message. */
  readonly afterMessageNs: number;
}

/** The least delay of a message to the rank `offset` ahead, ns. */
type Delay = (offset: number, bytes: number) => number;

/** The chain of messages of a phase, alone in the network, which contention cannot shorten. */
export function phaseFloor(phase: Phase, job: CollectiveJob): PhaseFloor {
  const floors = phase.lanes.map((program) => laneFloor(program, phase, job));
  return {
    firstNs: Math.max(...floors.map(({ firstNs }) => firstNs)),
    lastNs: Math.max(...floors.map(({ lastNs }) => lastNs)),
    afterMessageNs: Math.min(...floors.map(({ afterMessageNs }) => afterMessageNs)),
  };
}

/**
 * - Window 1: a chain. Packet k + 1 leaves when packet k of a peer has arrived and been paid for:
 *   `e + sum over k of (delay of k + e + reduction before k + 1)`.
 * - Window P: of r messages that a rank has received, one has at least the number r - 1, so its
 *   sender had r free tokens before; token P + r is free a delay and an `e` after token r. So the
 *   last, number sends + P, is free at `e + ceil(sends / P) (least delay + e)` or later.
 * - Steps: the longest chain of steps that wait for each other.
 */
function laneFloor(program: Program, phase: Phase, job: CollectiveJob): PhaseFloor {
  const { delay: e } = job.endpoint;
  const delay: Delay = (offset, bytes) => leastDelay(phase, job, offset, bytes);
  if (program.kind === 'steps') return stepsFloor(program, delay, job.endpoint);
  const { sends, window, bytes } = program;
  // Receipts prepare the packets after the first `window`.
  const all = countReducing(program, sends + window) - countReducing(program, window) === sends;
  const afterMessageNs = e + (all ? reductionNs(job.endpoint, Math.min(...bytes)) : 0);
  let ns: number;
  if (window > 1) {
    const least = leastHop(phase, (offset) => delay(offset, bytes[0] as number));
    ns = e + Math.ceil(sends / window) * (least + e);
  } else {
    ns = e * (sends + 1);
    for (const link of chainOf(program)) {
      const each = link.does === 'message' ? delay(link.offset, link.bytes) : reductionNs(job.endpoint, link.bytes);
      ns += link.times * each;
    }
  }
  return { firstNs: ns, lastNs: ns, afterMessageNs };
}

/** Steps alone in the network, in the faster of a program's turns. */
function stepsFloor(program: StepProgram, delay: Delay, endpoint: Endpoint): PhaseFloor {
  const prices = {
    endpoint: endpoint.delay,
    message: (from: number, to: number, bytes: number) => delay(to - from, bytes),
    reduction: (bytes: number) => reductionNs(endpoint, bytes),
    copy: (bytes: number) => copyNs(endpoint, bytes),
  };
  const finishes = turnsOf(program).map((turn) => finishOfRanks(turn, timesOfSteps(turn, prices)));
  return {
    firstNs: Math.min(...finishes.map((finish) => finish.reduce((least, ns) => Math.min(least, ns), Infinity))),
    lastNs: Math.min(...finishes.map((finish) => finish.reduce((most, ns) => Math.max(most, ns), 0))),
    afterMessageNs: program.paysEndpoint ? endpoint.delay : 0,
  };
}

/** The delay to the nearest neighbour, in the dimension where it is least. */
function leastHop({ dimension: { physical } }: Phase, delay: (offset: number) => number): number {
  let stride = 1;
  let least = Infinity;
  for (const { npus } of physical) {
    if (npus > 1) least = Math.min(least, delay(stride));
    stride *= npus;
  }
  return least;
}

/**
 * Every message pays at least for the lowest dimension in which its ends differ. Without
 * congestion it is serialised once; with congestion on every link of its route, unless devices
 * forward it as it arrives.
 */
function leastDelay(
  { dimension }: Phase,
  { network, switching }: CollectiveJob,
  offset: number,
  bytes: number,
): number {
  if (network === 'congestion-unaware') return delayTo(dimension, offset, bytes);
  const { dimension: d, hops } = chargeOf(dimension, offset);
  const physical = dimension.physical[d - dimension.first] as Dimension;
  if (switching === 'store-and-forward') return hops * messageDelay(physical, 1, bytes);
  return hops === 0 ? 0 : hops * Math.trunc(physical.latency) + Math.trunc(bytes / physical.bandwidth);
}
