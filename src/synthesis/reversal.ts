import type { LinkGraph } from '../topology/link-graph.js';
import { finishNs, type TransferSchedule, transfersPerLink } from './schedule.js';

/**
 * The schedule played backwards on reversed links: sender and receiver change places, what was
 * waited for waits, time t becomes end - t. An all-gather on the reversed graph of a network is
 * a reduce-scatter on the network itself, and the other way round: a rank that passed a chunk on
 * to several others now adds up what comes from them.
 */
export function reverseSchedule(schedule: TransferSchedule, graph: LinkGraph): TransferSchedule {
  const { plan, runs } = schedule;
  const count = schedule.chunk.length;
  const last = count - 1;
  const perLink = transfersPerLink(schedule, graph);
  const hops = schedule.path.length - 1;
  const path = schedule.path.map((_, hop) => schedule.path[hops - hop] as number);
  const turn = schedule.turn.map(
    (_, hop) => (perLink[path[hop] as number] as number) - 1 - (schedule.turn[hops - hop] as number),
  );

  const needsStart = new Int32Array(count + 1);
  for (const need of schedule.needs) needsStart[last - need + 1] = (needsStart[last - need + 1] as number) + 1;
  for (let i = 0; i < count; i++) needsStart[i + 1] = (needsStart[i + 1] as number) + (needsStart[i] as number);
  const fill = needsStart.slice();
  const needs = new Int32Array(schedule.needs.length);
  for (let i = last; i >= 0; i--) {
    const end = schedule.needsStart[i + 1] as number;
    for (let k = schedule.needsStart[i] as number; k < end; k++) {
      const waits = last - (schedule.needs[k] as number);
      needs[fill[waits] as number] = last - i;
      fill[waits] = (fill[waits] as number) + 1;
    }
  }

  const end = plan === undefined ? 0 : finishNs(plan);
  const mirrored = (times: Float64Array) => times.map((_, i) => end - (times[last - i] as number));
  return {
    chunkSource: schedule.chunkTarget,
    chunkTarget: schedule.chunkSource,
    chunk: schedule.chunk.slice().reverse(),
    from: schedule.to.slice().reverse(),
    to: schedule.from.slice().reverse(),
    bytes: schedule.bytes.slice().reverse(),
    reduces: schedule.reduces.map((_, i) => 1 - (schedule.reduces[last - i] as number)),
    pathStart: schedule.pathStart.map((_, i) => hops + 1 - (schedule.pathStart[count - i] as number)),
    path,
    turn,
    needsStart,
    needs,
    ...(runs === undefined ? {} : { runs: { ...runs, length: runs.length.slice().reverse() } }),
    ...(plan === undefined ? {} : { plan: { startNs: mirrored(plan.endNs), endNs: mirrored(plan.startNs) } }),
  };
}

/**
 * One schedule after another over the same chunks: a reduce-scatter, then an all-gather, is an
 * all-reduce. A transfer of the second that waits for nothing carries what the first brought to
 * its source, so it needs those transfers. On every link the second keeps behind the first, and
 * its plan moves back by `shiftNs`, unless said otherwise to when the first ends; a replay may
 * overlap them.
 */
export function concatenate(
  first: TransferSchedule,
  second: TransferSchedule,
  graph: LinkGraph,
  shiftNs = first.plan === undefined ? 0 : finishNs(first.plan),
): TransferSchedule {
  const count = first.chunk.length;
  const arrivals = arrivalsByChunkAndNpu(first, graph.npus);
  const needsStart: number[] = Array.from(first.needsStart);
  const needs: number[] = Array.from(first.needs);
  for (let i = 0; i < second.chunk.length; i++) {
    const begin = second.needsStart[i] as number;
    const end = second.needsStart[i + 1] as number;
    for (let k = begin; k < end; k++) needs.push(count + (second.needs[k] as number));
    if (begin === end) {
      const place = (second.chunk[i] as number) * graph.npus + (second.from[i] as number);
      for (const arrival of arrivals.get(place) ?? []) needs.push(arrival);
    }
    needsStart.push(needs.length);
  }

  const perLink = transfersPerLink(first, graph);
  const behind = second.turn.map((turn, hop) => turn + (perLink[second.path[hop] as number] as number));
  const hops = first.path.length;
  const later = (times: Float64Array) => times.map((time) => time + shiftNs);
  const planned = first.plan !== undefined && second.plan !== undefined;
  return {
    chunkSource: first.chunkSource,
    chunkTarget: second.chunkTarget,
    chunk: joined(first.chunk, second.chunk),
    from: joined(first.from, second.from),
    to: joined(first.to, second.to),
    bytes: joined(first.bytes, second.bytes),
    reduces: joined(first.reduces, second.reduces),
    pathStart: joined(
      first.pathStart,
      second.pathStart.subarray(1).map((start) => start + hops),
    ),
    path: joined(first.path, second.path),
    turn: joined(first.turn, behind),
    needsStart: Int32Array.from(needsStart),
    needs: Int32Array.from(needs),
    ...(planned
      ? {
          plan: {
            startNs: joined(first.plan.startNs, later(second.plan.startNs)),
            endNs: joined(first.plan.endNs, later(second.plan.endNs)),
          },
        }
      : {}),
  };
}

/** Numbers of the transfers that bring a chunk to an NPU, under chunk * npus + NPU. */
function arrivalsByChunkAndNpu({ chunk, to }: TransferSchedule, npus: number): Map<number, number[]> {
  const arrivals = new Map<number, number[]>();
  for (let i = 0; i < chunk.length; i++) {
    const place = (chunk[i] as number) * npus + (to[i] as number);
    const known = arrivals.get(place);
    if (known === undefined) arrivals.set(place, [i]);
    else known.push(i);
  }
  return arrivals;
}

function joined<A extends Int32Array | Uint8Array | Float64Array>(first: A, second: A): A {
  const both = new (first.constructor as new (length: number) => A)(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
