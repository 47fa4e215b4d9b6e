import { alternates, messages, turnsOf } from '../collectives/program.js';
import type { StepProgram } from '../collectives/step-program.js';
import type { TokenProgram } from '../collectives/token-program.js';
import { dealQueues } from '../engine/message/itinerary.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import type { LogicalDimension } from '../topology/logical-dimension.js';

/**
 * Messages that a plan sends along one physical dimension, on the route that the
 * congestion-aware network takes (every dimension in which the ends differ, lowest first).
 * All lines of NPUs along a dimension carry the same, except with flat rings: see `mirrored`.
 */
export interface Traffic {
  readonly dimension: number;
  /**
   * `shift`: every NPU sends to the one `offset` ahead. `exchange`: NPUs `offset` apart swap
   * (halving-doubling). `everybody`: every NPU sends to all others. A listed message: one NPU sends to another.
   */
  readonly pattern: 'shift' | 'exchange' | 'everybody' | ListedMessage;
  readonly offset: number;
  /** Bytes of a message. */
  readonly bytes: number;
  /** How often each NPU sends one to each of its receivers. */
  readonly times: number;
  /**
   * A flat ring crosses a higher dimension only where lower coordinates wrap around: at 0 if
   * it runs clockwise, at the top (mirrored) if anticlockwise. Those are different links.
   */
  readonly mirrored: boolean;
}

/** One message along a dimension: from one coordinate to another, in one of its lines of NPUs. */
export interface ListedMessage {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Everything a plan sends, over all its chunks. */
export function planTraffic(job: CollectiveJob): Traffic[] {
  const traffic: Traffic[] = [];
  for (const [phase, times] of phaseRuns(job)) {
    for (const [which, runs] of times.entries()) {
      if (runs > 0) add(traffic, phase, runs, which < 2 ? 1 : -1, (which % 2) as 0 | 1);
    }
  }
  return traffic;
}

/** How often each phase runs: clockwise at even and odd turns, then anticlockwise at even and odd turns. */
type Counts = Map<Phase, number[]>;

/** {@link Counts} of a job. */
export function phaseRuns(job: CollectiveJob): ReadonlyMap<Phase, readonly number[]> {
  return job.queuesPerDimension === 1 && !hasTurns(job) ? countByShare(job) : countDealt(job);
}

function hasTurns({ chunks }: CollectiveJob): boolean {
  return [...new Set(chunks)].some((phases) => phases.some(({ lanes }) => lanes.some(alternates)));
}

/** With one queue per dimension only the share of a phase decides its direction. */
function countByShare({ chunks }: CollectiveJob): Counts {
  const alike = new Map<readonly Phase[], number>();
  for (const phases of chunks) alike.set(phases, (alike.get(phases) ?? 0) + 1);
  const counts: Counts = new Map();
  for (const [phases, times] of alike) {
    for (const phase of phases) {
      const count = counts.get(phase) ?? [0, 0, 0, 0];
      const which = phase.queues === 'upper' ? 2 : 0;
      count[which] = (count[which] as number) + times;
      counts.set(phase, count);
    }
  }
  return counts;
}

function countDealt(job: CollectiveJob): Counts {
  const { phases, anticlockwise, turns } = dealQueues(job);
  const counts: Counts = new Map();
  for (let i = 0; i < phases.length; i++) {
    const phase = phases[i] as Phase;
    const count = counts.get(phase) ?? [0, 0, 0, 0];
    const which = (anticlockwise[i] ? 2 : 0) + (turns[i] as number);
    count[which] = (count[which] as number) + 1;
    counts.set(phase, count);
  }
  return counts;
}

function add(traffic: Traffic[], phase: Phase, runs: number, direction: number, turn: 0 | 1): void {
  const { dimension, lanes } = phase;
  for (const program of lanes) {
    if (program.kind === 'steps') {
      const played = turnsOf(program)[turn] ?? program;
      addListed(traffic, played, dimension, runs);
    } else if (dimension.physical.length === 1 && program.offsets.length > 1 && !program.pairwise) {
      const { sends, offsets, bytes } = program;
      const times = (runs * sends) / offsets.length;
      traffic.push({
        ...{ dimension: dimension.first, pattern: 'everybody', offset: 0 },
        ...{ bytes: bytes[0] as number, times, mirrored: false },
      });
    } else if (dimension.physical.length === 1) {
      // Swaps are the same in either direction.
      addPackets(program, runs, program.pairwise ? 1 : direction, (offset, bytes, times) =>
        traffic.push({
          dimension: dimension.first,
          pattern: program.pairwise ? 'exchange' : 'shift',
          ...{ offset, bytes, times, mirrored: false },
        }),
      );
    } else {
      addFlat(traffic, program, dimension, runs, direction);
    }
  }
}

/** Adds messages one by one, each along every dimension in which its ends differ, lowest first. */
function addListed(
  traffic: Traffic[],
  program: StepProgram,
  { physical, first }: LogicalDimension,
  runs: number,
): void {
  for (const { from, offset, bytes } of messages(program)) {
    let at = from;
    let stride = 1;
    for (const [d, { npus }] of physical.entries()) {
      const [mine, theirs] = [Math.floor(at / stride) % npus, Math.floor((from + offset) / stride) % npus];
      if (mine !== theirs) {
        const pattern = { line: at - mine * stride, from: mine, to: theirs };
        traffic.push({ dimension: first + d, pattern, offset: 0, bytes, times: runs, mirrored: false });
        at += (theirs - mine) * stride;
      }
      stride *= npus;
    }
  }
}

/** Calls `add` for every kind of packet of a program. */
function addPackets(
  program: TokenProgram,
  runs: number,
  direction: number,
  push: (offset: number, bytes: number, times: number) => void,
): void {
  for (const { offset, bytes, times } of messages(program)) push(direction * offset, bytes, runs * times);
}

/** A flat algorithm, seen from each physical dimension. */
function addFlat(
  traffic: Traffic[],
  program: TokenProgram,
  { ranks, physical, first }: LogicalDimension,
  runs: number,
  direction: number,
): void {
  const { offsets, sends, bytes, pairwise } = program;
  let below = 1;
  for (const [d, { npus }] of physical.entries()) {
    const dimension = first + d;
    const stride = below;
    below *= npus;
    if (npus === 1) continue;
    if (pairwise) {
      // Peers differ in one bit of their number, so in one dimension, because all sizes are powers of two.
      addPackets(program, runs, 1, (offset, size, times) => {
        if (offset < stride || offset >= below) return;
        traffic.push({
          ...{ dimension, pattern: 'exchange', offset: offset / stride, bytes: size, times, mirrored: false },
        });
      });
    } else if (offsets.length === 1) {
      const offset = direction * (offsets[0] as number);
      const mirrored = offset < 0 && stride > 1;
      traffic.push({
        ...{ dimension, pattern: 'shift', offset, bytes: bytes[0] as number, times: runs * sends, mirrored },
      });
    } else {
      // Each NPU sends to all others equally often: per distance along this dimension, once for each combination of the other coordinates.
      const times = (runs * (sends / offsets.length) * ranks) / npus;
      traffic.push({
        ...{ dimension, pattern: 'everybody', offset: 0, bytes: bytes[0] as number, times, mirrored: false },
      });
    }
  }
}
