import type { Program } from '../collectives/algorithm.js';
import { countReducing, reduces, type TokenProgram } from '../collectives/token-program.js';
import { reductionNs } from '../costs/endpoint.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type Dimension, messageDelay } from '../topology/dimension.js';
import { chargeOf, delayTo } from '../topology/logical-dimension.js';

/** Least times of a phase when nothing else is in its way, ns. */
export interface PhaseFloor {
  /** Until the first rank has finished, counted from when the first rank begins. */
  readonly firstNs: number;
  /** Until the last rank has finished. The same but for trees. */
  readonly lastNs: number;
  /** Paid by the receiver of every message, whichever it is. */
  readonly afterMessageNs: number;
}

/** What no contention can shorten: the chain of messages of a phase, alone in the network. */
export function phaseFloor(phase: Phase, job: CollectiveJob): PhaseFloor {
  const floors = phase.lanes.map((program) => laneFloor(program, phase, job));
  return {
    firstNs: Math.max(...floors.map(({ firstNs }) => firstNs)),
    lastNs: Math.max(...floors.map(({ lastNs }) => lastNs)),
    afterMessageNs: Math.min(...floors.map(({ afterMessageNs }) => afterMessageNs)),
  };
}

/**
 * - Window 1: a chain. Packet k + 1 goes when packet k of a peer has come and has been paid for:
 *   `e + sum over k of (delay of k + e + reduction before k + 1)`.
 * - Window P: of r messages that a rank has received one has at least the number r - 1, so its
 *   sender had r free tokens before; token P + r is free a delay and an `e` after token r. The
 *   last, number sends + P, is so at `e + ceil(sends / P) (least delay + e)` or later.
 * - Tree over n = 2^L ranks: L messages up, each paid for with `e + R`, then the root is done; L
 *   down, likewise, but for the leaf, which only pays `e`.
 */
function laneFloor(program: Program, phase: Phase, job: CollectiveJob): PhaseFloor {
  const { delay: e } = job.endpoint;
  const delay = (offset: number, bytes: number) => leastDelay(phase, job, offset, bytes);
  if (program.kind === 'tree') {
    const levels = Math.log2(program.ranks);
    const reduction = reductionNs(job.endpoint, program.bytes);
    const step = delay(1, program.bytes) + e;
    const up = e + levels * (step + reduction);
    return { firstNs: up, lastNs: up + levels * step + (levels - 1) * reduction, afterMessageNs: e };
  }
  const { sends, window, bytes } = program;
  // Receipts prepare the packets after the first `window`.
  const all = countReducing(program, sends + window) - countReducing(program, window) === sends;
  const afterMessageNs = e + (all ? reductionNs(job.endpoint, Math.min(...bytes)) : 0);
  let ns: number;
  if (window > 1) {
    const least = leastHop(phase, (offset) => delay(offset, bytes[0] as number));
    ns = e + Math.ceil(sends / window) * (least + e);
  } else {
    ns = e * (sends + 1) + chain(program, delay, (size) => reductionNs(job.endpoint, size));
  }
  return { firstNs: ns, lastNs: ns, afterMessageNs };
}

function chain(
  program: TokenProgram,
  delay: (offset: number, bytes: number) => number,
  reduction: (bytes: number) => number,
): number {
  const { sends, offsets, bytes } = program;
  if (offsets.length === 1 && bytes.length === 1) {
    const [size = 0] = bytes;
    const reductions = countReducing(program, sends + 1);
    // Memory may be so slow that a reduction never ends, which is nothing to those who do not reduce.
    return sends * delay(offsets[0] as number, size) + (reductions === 0 ? 0 : reductions * reduction(size));
  }
  let total = 0;
  for (let k = 0; k < sends; k++) {
    total += delay(offsets[k % offsets.length] as number, bytes[k % bytes.length] as number);
    if (reduces(program, k + 1)) total += reduction(bytes[(k + 1) % bytes.length] as number);
  }
  return total;
}

/** The delay to the nearest neighbour, in the dimension where that is least. */
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
 * congestion it is serialised once, with congestion on every link of its way.
 */
function leastDelay({ dimension }: Phase, { network }: CollectiveJob, offset: number, bytes: number): number {
  if (network === 'congestion-unaware') return delayTo(dimension, offset, bytes);
  const { dimension: d, hops } = chargeOf(dimension, offset);
  return hops * messageDelay(dimension.physical[d - dimension.first] as Dimension, 1, bytes);
}
