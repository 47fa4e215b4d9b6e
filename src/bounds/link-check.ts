import type { Warning } from '../base/warnings.js';
import { messages, type Program, turnsOf } from '../collectives/program.js';
import type { Itinerary } from '../engine/message/itinerary.js';
import type { Phase } from '../plan/phases.js';
import type { Network } from '../topology/network.js';

/** What messages demand of a link. */
interface Demand {
  /** Their total occupation of it: `trunc(bytes / bandwidth)` each, ns. */
  readonly occupiedNs: number;
  /** The least latency that one of them pays in addition, on this link and the others of its route, ns. */
  readonly latencyNs: number;
}

/** Messages that pass a link at once or without a pause. */
interface Span extends Demand {
  readonly startNs: number;
  readonly endNs: number;
}

/** Per link: what messages demand of it. */
export type Demands = ReadonlyMap<number, Demand>;

/**
 * Whether links could carry what a network without contention sends over them. Overlapping uses of a
 * link form a span. In any order they must occupy the link one after
 * the other, and the first and the last also pay some latency: if a span is shorter than that, the
 * model has left physics. Uses arrive in order of their beginning.
 */
export class LinkCheck {
  private readonly network: Network;
  private readonly alike: (link: number) => number;
  /** Per link: its open span. */
  private readonly spans = new Map<number, Span>();
  private readonly tooShort = new Map<number, Span>();

  /** @param alike - number of links with the same demand that a link represents. */
  constructor(network: Network, alike: (link: number) => number = () => 1) {
    this.network = network;
    this.alike = alike;
  }

  add(demands: Demands, startNs: number, endNs: number): void {
    for (const [link, { occupiedNs, latencyNs }] of demands) {
      const span = this.spans.get(link);
      if (span !== undefined && startNs < span.endNs) {
        this.spans.set(link, {
          startNs: span.startNs,
          endNs: Math.max(span.endNs, endNs),
          occupiedNs: span.occupiedNs + occupiedNs,
          latencyNs: Math.min(span.latencyNs, latencyNs),
        });
      } else {
        if (span !== undefined) this.close(link, span);
        this.spans.set(link, { startNs, endNs, occupiedNs, latencyNs });
      }
    }
  }

  /** A warning about the link furthest beyond what it can carry, if any. */
  warnings(): Warning[] {
    for (const [link, span] of this.spans) this.close(link, span);
    let worst: [link: number, span: Span] | undefined;
    for (const [link, span] of this.tooShort) {
      const isAhead =
        worst !== undefined && !isFurther(span, worst[1]) && (isFurther(worst[1], span) || worst[0] < link);
      if (!isAhead) worst = [link, span];
    }
    if (worst === undefined) return [];
    const [number, { startNs, endNs, occupiedNs, latencyNs }] = worst;
    const link = this.network.name(number);
    let links = 0;
    for (const link of this.tooShort.keys()) links += this.alike(link);
    const others = links === 1 ? '' : `; ${links} links are beyond what they can carry`;
    const message =
      `physical limit: ${link} needs ${occupiedNs + latencyNs} ns for messages that pass it within ` +
      `${endNs - startNs} ns, from ${startNs} ns on${others}`;
    return [{ code: 'below-link-bound', message, data: { link, startNs, endNs, occupiedNs, latencyNs, links } }];
  }

  private close(link: number, span: Span): void {
    if (span.occupiedNs + span.latencyNs <= span.endNs - span.startNs) return;
    const before = this.tooShort.get(link);
    if (before === undefined || isFurther(span, before)) this.tooShort.set(link, span);
  }
}

/** Whether one span exceeds its time by a larger factor than another; no division, because a span may last 0 ns. */
function isFurther(one: Span, other: Span): boolean {
  const need = ({ occupiedNs, latencyNs }: Span) => occupiedNs + latencyNs;
  const length = ({ startNs, endNs }: Span) => endNs - startNs;
  if (length(one) === 0 && length(other) === 0) return need(one) > need(other);
  return need(one) * length(other) > need(other) * length(one);
}

/** What one message demands of the links on its route. */
export function messageDemands(network: Network, from: number, to: number, bytes: number): Demands {
  const demands = new Map<number, Demand>();
  addMessages(demands, network, { from, to, bytes, times: 1 });
  return demands;
}

/**
 * What a collective of some NPUs demands of every link.
 * @param members - the NPUs that take part, by rank.
 */
export function groupDemands(
  network: Network,
  { phases, anticlockwise, turns }: Itinerary,
  members: readonly number[],
): Demands {
  const runs = new Map<Program, { readonly direction: number; times: number }[]>();
  for (const [i, phase] of phases.entries()) {
    const direction = anticlockwise[i] ? -1 : 1;
    for (const program of programsOf(phase, turns[i] as 0 | 1)) {
      const counts = runs.get(program) ?? [];
      const count = counts.find((one) => one.direction === direction);
      if (count === undefined) counts.push({ direction, times: 1 });
      else count.times++;
      runs.set(program, counts);
    }
  }
  const demands = new Map<number, Demand>();
  const ranks = members.length;
  for (const [program, counts] of runs) {
    const pairs = program.kind === 'token' && program.pairwise;
    for (const { direction, times } of counts) {
      for (const { from, offset, bytes, times: each } of messages(program)) {
        const first = Math.max(0, from);
        const end = from < 0 ? ranks : from + 1;
        for (let rank = first; rank < end; rank++) {
          const ahead = pairs
            ? Math.floor(rank / offset) % 2 === 0
              ? offset
              : -offset
            : offset * directionOf(program, direction);
          const peer = (rank + ahead + ranks) % ranks;
          const ends = { from: members[rank] as number, to: members[peer] as number };
          addMessages(demands, network, { ...ends, bytes, times: times * each });
        }
      }
    }
  }
  return demands;
}

function programsOf({ lanes }: Phase, turn: 0 | 1): Program[] {
  return lanes.map((program) => turnsOf(program)[turn] ?? program);
}

/** Spelled-out programs have only one direction. */
function directionOf({ kind }: Program, direction: number): number {
  return kind === 'token' ? direction : 1;
}

function addMessages(
  demands: Map<number, Demand>,
  network: Network,
  {
    from,
    to,
    bytes,
    times,
  }: { readonly from: number; readonly to: number; readonly bytes: number; readonly times: number },
): void {
  const route: number[] = [];
  for (let at = from; at !== to; at = network.end(route.at(-1) as number)) route.push(network.next(at, to));
  const latencyNs = Math.trunc(route.reduce((sum, link) => sum + network.latency(link), 0));
  for (const link of route) {
    const occupiedNs = times * Math.trunc(bytes / network.bandwidth(link));
    const before = demands.get(link);
    demands.set(link, {
      occupiedNs: (before?.occupiedNs ?? 0) + occupiedNs,
      latencyNs: Math.min(before?.latencyNs ?? latencyNs, latencyNs),
    });
  }
}
