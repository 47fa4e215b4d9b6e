import type { Machine } from '../../plan/machine.js';
import type { Phase } from '../../plan/phases.js';
import { StreamScheduler, windowPerQueue } from '../../scheduler/stream-scheduler.js';
import { placement, type QueuedPhase } from '../../scheduler/waiting-order.js';
import type { EventQueue } from '../event-queue.js';
import type { PhaseSpan } from '../span.js';
import { QueueDealer, queuedPhase } from './itinerary.js';
import type { Lane, Member, Player, Services } from './lane.js';
import { type Lineage, Marks } from './lineage.js';
import { type EndingPhase, QueueMeetings } from './queue-meetings.js';
import type { RunningCollective } from './running-collective.js';
import type { TieGuard } from './tie-guard.js';

export interface StageOptions {
  readonly machine: Machine;
  readonly npus: number;
  /** Set when NPUs fold along whole dimensions. */
  readonly lineage: Lineage | undefined;
  /** Set when NPUs fold by classes. */
  readonly ties: TieGuard | undefined;
  readonly lanes: readonly Lane[];
  readonly queue: EventQueue;
  readonly services: Services;
  readonly timeline: boolean;
  /** Called when an NPU has finished its part in a collective. */
  readonly onCollectiveDone: (member: Member) => void;
}

/**
 * Phases of chunks on every simulated NPU: where they queue, when they start, and their
 * statistics. A chunk's stream is the number of its first lane.
 */
export class Stage {
  /** Every phase of every chunk on every simulated NPU in order of end; empty unless asked for. */
  readonly spans: PhaseSpan[] = [];
  /** Per logical dimension: time during which a phase ran in it on any NPU, ns. */
  readonly busyNs: number[];
  /** Longest duration of each distinct phase, over chunks and NPUs, ns. */
  readonly durations = new Map<Phase, number>();

  private readonly options: StageOptions;
  /** Folded runs: what comes to queues, and what ended a lane of each stream, and a chunk of each member by its first lane. */
  private readonly meetings: QueueMeetings | undefined;
  private readonly ended = new Marks();
  private readonly finished = new Marks();
  /** Per NPU: collectives it has not finished. */
  private readonly underWay: Int32Array;
  /** The NPU whose collective is just ending; -1 at other times. */
  private finishing = -1;
  private readonly schedulers: readonly StreamScheduler[];
  private readonly dealers: readonly QueueDealer[];
  private readonly running: Int32Array;
  private readonly busySince: Float64Array;

  constructor(options: StageOptions) {
    const { machine, npus: count } = options;
    const { dimensions, queuesPerDimension, activeChunks, waitingOrder } = machine;
    const npus = Array.from({ length: count }, (_, npu) => npu);
    this.options = options;
    this.meetings =
      options.lineage === undefined
        ? undefined
        : new QueueMeetings(options.lineage, machine.network === 'congestion-aware');
    this.underWay = new Int32Array(count);
    this.busyNs = dimensions.map(() => 0);
    this.running = new Int32Array(dimensions.length);
    this.busySince = new Float64Array(dimensions.length);
    this.dealers = npus.map(() => new QueueDealer(machine));
    const place = placement(
      waitingOrder,
      (stream) => this.wanted(stream),
      (newcomer, waiting) => this.priorityOf(newcomer) > this.priorityOf(waiting),
    );
    this.schedulers = npus.map(
      () =>
        new StreamScheduler({
          window: windowPerQueue(activeChunks, queuesPerDimension),
          place,
          onStart: (stream) => this.startPhase(stream),
        }),
    );
  }

  /** Adds an NPU to a collective: all its chunks enter their first queues. */
  join(collective: RunningCollective, npu: number, priority: number, token: number): void {
    const { lanes, machine, queue } = this.options;
    const dealt = collective.played.deal(this.dealers[npu] as QueueDealer, () => new QueueDealer(machine));
    const { itinerary, players } = dealt;
    const member = collective.join({ npu, priority, startNs: queue.now, token, itinerary, players });
    const base = collective.firstLane(npu);
    for (let i = 0; i < collective.perNpu; i++) (lanes[base + i] as Lane).member = member;
    const { first, queues, entrances } = member.itinerary;
    const before = this.underWay[npu] as number;
    this.underWay[npu] = before + 1;
    for (const queue of entrances) this.meetings?.enter(this.firstQueue(npu) + queue);
    this.options.ties?.joined(npu, queue.now, entrances, before === 0, this.finishing === npu);
    const scheduler = this.schedulers[npu] as StreamScheduler;
    for (let chunk = 0; chunk < collective.plan.chunks.length; chunk++) {
      scheduler.enter(base + chunk * collective.lanesPerChunk, queues[first[chunk] as number] as number);
    }
  }

  /** A lane has ended its program; the phase ends with the last of its lanes. */
  done(lane: Lane): void {
    const { lanes, lineage, ties, onCollectiveDone } = this.options;
    const member = lane.member as Member;
    const { collective, npu, itinerary } = member;
    const { chunk, position } = lane;
    lane.running = false;
    const stream = collective.firstLane(npu) + chunk * collective.lanesPerChunk;
    for (let i = 0; i < collective.lanesPerChunk; i++) {
      if (!(lanes[stream + i] as Lane).running) continue;
      lineage?.note(this.ended, stream);
      return;
    }
    const at = (itinerary.first[chunk] as number) + position;
    const queue = itinerary.queues[at] as number;
    this.recordEnd(lane, queue);
    const isLast = at + 1 === (itinerary.first[chunk + 1] as number);
    if (lineage !== undefined) {
      // Of lanes that end together, any may be last; either way the phase ends now.
      if (lineage.differs(this.ended, stream)) lineage.estrange();
      this.meet(npu, queue, isLast ? undefined : (itinerary.queues[at + 1] as number), {
        phase: itinerary.phases[at] as Phase,
        startNs: lane.startedAt,
        anticlockwise: itinerary.anticlockwise[at] as boolean,
        queue,
        heldBack: lane.heldBack,
      });
    }
    if (ties !== undefined) {
      const ended = {
        phase: itinerary.phases[at] as Phase,
        startNs: lane.startedAt,
        anticlockwise: itinerary.anticlockwise[at] as boolean,
        queue,
        heldBack: lane.heldBack,
        nextQueue: isLast ? undefined : itinerary.queues[at + 1],
        inLockstep: collective.inLockstep,
      };
      ties.phaseEnded(npu, this.options.queue.now, ended, (this.underWay[npu] as number) < 2);
    }
    for (let i = 0; i < collective.lanesPerChunk; i++) (lanes[stream + i] as Lane).position++;
    const scheduler = this.schedulers[npu] as StreamScheduler;
    if (!isLast) {
      scheduler.move(stream, queue, itinerary.queues[at + 1] as number);
      return;
    }
    // What follows the collective starts before the stream leaves its queue.
    if (--member.unfinished === 0) {
      this.underWay[npu] = (this.underWay[npu] as number) - 1;
      this.finishing = npu;
      const origin = lineage?.origin ?? 0;
      // Of chunks that end together, any may be last: what follows the collective descends from that.
      if (lineage?.differs(this.finished, collective.firstLane(npu))) lineage.estrange();
      onCollectiveDone(member);
      if (lineage !== undefined) lineage.origin = origin;
      this.finishing = -1;
    } else {
      lineage?.note(this.finished, collective.firstLane(npu));
    }
    scheduler.leave(queue);
    if (member.unfinished === 0) collective.memberDone();
  }

  /** A phase ends: its chunk leaves a queue and enters the next. */
  private meet(npu: number, queue: number, next: number | undefined, ending: EndingPhase): void {
    const first = this.firstQueue(npu);
    this.meetings?.meet(first + queue, ending);
    if (next !== undefined) this.meetings?.meet(first + next, ending);
  }

  private firstQueue(npu: number): number {
    const { dimensions, queuesPerDimension } = this.options.machine;
    return npu * dimensions.length * queuesPerDimension;
  }

  private startPhase(stream: number): void {
    const { lanes, queue, services } = this.options;
    const { chunk, position, member } = lanes[stream] as Lane;
    const { itinerary, players } = member as Member;
    const at = (itinerary.first[chunk] as number) + position;
    const together = players[at] as readonly Player[];
    const { index } = (together[0] as Player).phase.dimension;
    if (this.running[index] === 0) this.busySince[index] = queue.now;
    this.running[index] = (this.running[index] as number) + 1;
    const direction = itinerary.anticlockwise[at] ? -1 : 1;
    for (let i = 0; i < together.length; i++) {
      (lanes[stream + i] as Lane).begin(together[i] as Player, direction, queue.now);
    }
    for (let i = 0; i < together.length; i++) (together[i] as Player).begin(lanes[stream + i] as Lane, services);
  }

  private recordEnd({ npu, chunk, position, startedAt, player }: Lane, queue: number): void {
    const { machine, queue: events } = this.options;
    const { phase } = player as Player;
    const { index } = phase.dimension;
    const { now } = events;
    this.running[index] = (this.running[index] as number) - 1;
    if (this.running[index] === 0) {
      this.busyNs[index] = (this.busyNs[index] as number) + now - (this.busySince[index] as number);
    }
    this.durations.set(phase, Math.max(this.durations.get(phase) ?? 0, now - startedAt));
    if (!this.options.timeline) return;
    const { collective } = phase;
    const place = { dimension: index, queue: queue - index * machine.queuesPerDimension };
    this.spans.push({ npu, chunk, phase: position, collective, ...place, startNs: startedAt, endNs: now });
  }

  /** The phase that a chunk waits for. */
  private wanted(stream: number): QueuedPhase {
    const { chunk, position, member } = this.options.lanes[stream] as Lane;
    const { itinerary } = member as Member;
    return queuedPhase(itinerary, chunk, (itinerary.first[chunk] as number) + position);
  }

  private priorityOf(stream: number): number {
    return ((this.options.lanes[stream] as Lane).member as Member).priority;
  }
}
