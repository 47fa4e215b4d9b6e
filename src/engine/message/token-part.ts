import { isDone, reduces, releasable, type TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo } from '../../topology/logical-dimension.js';
import type { RankMap } from '../folding.js';
import type { Actor, Hands, Part } from './actor.js';

/** Plays a {@link TokenProgram} for any rank. */
export class TokenPart implements Part {
  readonly phase: Phase;
  readonly map: RankMap;
  private readonly program: TokenProgram;
  /** Per entry of the program's cycle of packets: bytes, offset, delay without congestion, reduction. */
  private readonly bytes: Float64Array;
  private readonly offsets: Int32Array;
  private readonly delays: Float64Array;
  private readonly reductions: Float64Array;

  constructor(phase: Phase, program: TokenProgram, map: RankMap, endpoint: Endpoint) {
    this.phase = phase;
    this.map = map;
    this.program = program;
    const { bytes, offsets } = program;
    const cycle = Array.from({ length: Math.max(bytes.length, offsets.length) }, (_, k) => k);
    this.bytes = Float64Array.from(cycle, (k) => bytes[k % bytes.length] as number);
    this.offsets = Int32Array.from(cycle, (k) => offsets[k % offsets.length] as number);
    this.delays = Float64Array.from(cycle, (k) =>
      delayTo(phase.dimension, this.offsets[k] as number, this.bytes[k] as number),
    );
    this.reductions = Float64Array.from(this.bytes, (size) => reductionNs(endpoint, size));
  }

  begin(actor: Actor, hands: Hands): void {
    for (let i = 0; i < this.program.window; i++) this.prepare(actor, hands);
  }

  paid(actor: Actor, hands: Hands): void {
    const packet = actor.paid++;
    if (reduces(this.program, packet)) {
      hands.payReduction(actor, this.reductions[packet % this.reductions.length] as number);
    } else {
      this.reduced(actor, hands);
    }
  }

  reduced(actor: Actor, hands: Hands): void {
    actor.free++;
    for (let go = releasable(this.program, actor); go > 0; go--) this.send(actor, hands);
    if (isDone(this.program, actor)) hands.done(actor);
  }

  received(actor: Actor, _packet: number, hands: Hands): void {
    actor.received++;
    this.prepare(actor, hands);
  }

  /** The receive for packet k is posted when packet k is sent. */
  awaits(actor: Actor, packet: number): boolean {
    return packet < actor.sent;
  }

  private prepare(actor: Actor, hands: Hands): void {
    actor.prepared++;
    hands.payEndpoint(actor);
  }

  private send(actor: Actor, hands: Hands): void {
    const packet = actor.sent;
    const k = packet % this.offsets.length;
    actor.free--;
    const offset = this.offsets[k] as number;
    hands.send(actor, this.peer(actor, offset), packet, this.bytes[k] as number, this.delays[k] as number);
    actor.sent++;
    hands.expect(actor, packet);
  }

  private peer({ rank, direction }: Actor, offset: number): number {
    const { ranks } = this.map;
    if (this.program.pairwise) return Math.floor(rank / offset) % 2 === 0 ? rank + offset : rank - offset;
    const to = rank + direction * offset;
    return to < 0 ? to + ranks : to >= ranks ? to - ranks : to;
  }
}
