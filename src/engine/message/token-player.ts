import { isDone, reduces, releasable, type TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo } from '../../topology/logical-dimension.js';
import type { RankMap } from '../folding.js';
import type { Lane, Player, Services } from './lane.js';

/** Plays a {@link TokenProgram} for any rank. */
export class TokenPlayer implements Player {
  readonly phase: Phase;
  readonly map: RankMap;
  readonly pairwise: boolean;
  readonly countsMessages = true;
  private readonly program: TokenProgram;
  /** Per entry of the program's packet cycle: bytes, offset, delay without congestion, reduction. */
  private readonly bytes: Float64Array;
  private readonly offsets: Int32Array;
  private readonly delays: Float64Array;
  private readonly reductions: Float64Array;
  /** Sends after which a barrier releases several packets at once; infinite without a barrier. */
  private readonly barrier: number;

  constructor(phase: Phase, program: TokenProgram, map: RankMap, endpoint: Endpoint) {
    this.phase = phase;
    this.map = map;
    this.program = program;
    this.pairwise = program.pairwise;
    this.barrier = program.barrier > 0 && program.window > 1 ? program.barrier : Number.POSITIVE_INFINITY;
    const { bytes, offsets } = program;
    const cycle = Array.from({ length: Math.max(bytes.length, offsets.length) }, (_, k) => k);
    this.bytes = Float64Array.from(cycle, (k) => bytes[k % bytes.length] as number);
    this.offsets = Int32Array.from(cycle, (k) => offsets[k % offsets.length] as number);
    this.delays = Float64Array.from(cycle, (k) =>
      delayTo(phase.dimension, this.offsets[k] as number, this.bytes[k] as number),
    );
    this.reductions = Float64Array.from(this.bytes, (size) => reductionNs(endpoint, size));
  }

  begin(lane: Lane, services: Services): void {
    for (let i = 0; i < this.program.window; i++) services.payEndpoint(lane, lane.prepared++);
  }

  paid(lane: Lane, packet: number, services: Services): void {
    if (reduces(this.program, packet)) {
      services.spend(lane, this.reductions[this.entry(packet)] as number, packet);
    } else {
      this.spent(lane, packet, services);
    }
  }

  spent(lane: Lane, _packet: number, services: Services): void {
    lane.free++;
    if (lane.sent >= this.barrier) services.barrierMet(lane);
    for (let go = releasable(this.program, lane); go > 0; go--) this.send(lane, services);
    if (isDone(this.program, lane)) services.done(lane);
  }

  received(lane: Lane, _packet: number, services: Services): void {
    lane.received++;
    if (lane.received === this.barrier) {
      lane.heldBack = lane.free;
      services.barrierOpened(lane);
    }
    services.payEndpoint(lane, lane.prepared++);
  }

  /** The receive for packet k is posted when packet k is sent. */
  taker(lane: Lane, packet: number): number {
    return packet < lane.sent ? packet : -1;
  }

  /** Never called: a packet ends when it is sent. */
  arrived(): void {}

  private send(lane: Lane, services: Services): void {
    const packet = lane.sent;
    const k = this.entry(packet);
    lane.free--;
    const offset = this.offsets[k] as number;
    const to = this.peer(lane, offset);
    services.send(lane, to, packet, this.bytes[k] as number, this.delays[k] as number, -1);
    lane.sent++;
    // A packet sent `offset` ahead pairs with one from `offset` behind; partners swap.
    services.expect(lane, this.program.pairwise ? to : this.peer(lane, -offset), packet, packet);
  }

  /** A packet's entry in the cycle; skips the costly division when there is only one. */
  private entry(packet: number): number {
    const { length } = this.offsets;
    return length === 1 ? 0 : packet % length;
  }

  private peer({ rank, direction }: Lane, offset: number): number {
    const { ranks } = this.map;
    if (this.program.pairwise) return Math.floor(rank / offset) % 2 === 0 ? rank + offset : rank - offset;
    const to = rank + direction * offset;
    return to < 0 ? to + ranks : to >= ranks ? to - ranks : to;
  }
}
