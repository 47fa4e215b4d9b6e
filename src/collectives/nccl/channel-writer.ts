import type { StepId } from '../builder-options.js';
import { StepBuilder } from '../step-builder.js';
import type { StepProgram } from '../step-program.js';

/** How the messages of a protocol travel, ring and tree alike. */
export interface NcclWire {
  readonly ranks: number;
  /** Each rank pays it once, before it sends anything, ns. */
  readonly baseNs: number;
  /** Bytes on the wire per byte of data: the flags of LL and LL128 travel too. */
  readonly perByte: number;
  /** What the receiver of a message pays beyond the network's own latency, ns. */
  hopNs(from: number, to: number): number;
  /** What it also pays per share in a message, if an algorithm sends shares of several ranks together, ns. Default 0. */
  readonly perBlockNs?: number;
  /** Ranks that forward a message between its ends, such as the one whose network adapter it leaves by. */
  relays(from: number, to: number): readonly number[];
  /**
   * In a network without contention, where each channel would have all of a link: the link by which
   * a message leaves a rank, and its bytes per ns. Channels then get equal shares of it.
   */
  readonly port?: (from: number, to: number) => { readonly link: number; readonly bandwidth: number };
  /** Records which blocks move, so that the program can be verified: how many blocks, and whose. */
  readonly cargo?: NcclCargo;
}

export interface NcclCargo {
  readonly blocks: number;
  readonly input?: { readonly at: number; readonly perRank: number; readonly perBlock: number };
  readonly output?: { readonly at: number; readonly perRank: number; readonly perBlock: number };
}

/** Writes the messages of several channels, in order of time, into one program. */
export class ChannelWriter {
  private readonly wire: NcclWire;
  private readonly steps: StepBuilder;
  private readonly begin: readonly (readonly StepId[])[];
  /** Per link: how many pairs of a channel and a leg share it. */
  private readonly shares = new Map<number, number>();
  /** Per channel and leg: the end of its last message. */
  private readonly free = new Map<string, StepId>();
  private scratch: number;

  constructor(wire: NcclWire) {
    const { ranks, baseNs, cargo } = wire;
    this.wire = wire;
    const { blocks, input, output } = cargo ?? {};
    this.steps = new StepBuilder({
      ranks,
      paysEndpoint: false,
      ...(blocks === undefined ? {} : { blocks }),
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
    });
    this.scratch = blocks ?? 0;
    this.begin = Array.from({ length: ranks }, (_, rank) =>
      baseNs === 0 ? [] : [this.steps.compute(rank, Math.round(baseNs))],
    );
  }

  /** Announces messages of a channel from one rank to another, which get their share of links. */
  expect(from: number, to: number): void {
    const { port, relays } = this.wire;
    if (port === undefined) return;
    const way = [from, ...relays(from, to), to];
    for (let leg = 1; leg < way.length; leg++) {
      const { link } = port(way[leg - 1] as number, way[leg] as number);
      this.shares.set(link, (this.shares.get(link) ?? 0) + 1);
    }
  }

  /**
   * Announces messages that travel at once, in each of `channels` channels; other calls are for other times. A link is
   * divided by the most messages that use it at once.
   */
  expectTogether(pairs: readonly (readonly [from: number, to: number])[], channels: number): void {
    const { port, relays } = this.wire;
    if (port === undefined) return;
    const counts = new Map<number, number>();
    for (const [from, to] of pairs) {
      const way = [from, ...relays(from, to), to];
      for (let leg = 1; leg < way.length; leg++) {
        const { link } = port(way[leg - 1] as number, way[leg] as number);
        counts.set(link, (counts.get(link) ?? 0) + channels);
      }
    }
    for (const [link, count] of counts) this.shares.set(link, Math.max(count, this.shares.get(link) ?? 0));
  }

  /** What a rank waits for before its first message. */
  start(rank: number): readonly StepId[] {
    return this.begin[rank] as readonly StepId[];
  }

  /**
   * Passes on a block, or several together; returns what the receiver must wait for before it can use it.
   * @param adds - the receiver adds it to its own, once `ready` is over.
   */
  pass(
    channel: number,
    [from, to]: readonly [from: number, to: number],
    { block, bytes }: { readonly block: number | readonly number[]; readonly bytes: number },
    after: readonly StepId[],
    adds: boolean,
    ready: readonly StepId[] = [],
  ): StepId {
    const way = [from, ...this.wire.relays(from, to), to];
    const size = Math.round(bytes * this.wire.perByte);
    const verified = this.wire.cargo !== undefined;
    const foreign = verified && (adds || way.length > 2) ? this.foreign(block) : block;
    let last = after;
    for (let leg = 1; leg < way.length; leg++) {
      const [a, b] = [way[leg - 1] as number, way[leg] as number];
      // Messages of a channel between two ranks keep their order; forwarded ones have a separate order.
      const lane = 2 * channel + (way.length > 2 ? 1 : 0);
      const arrives = leg === way.length - 1 && !adds ? block : foreign;
      this.leave(a, b, leg === 1 ? block : foreign, size, lane, last);
      last = [this.steps.receive(b, a, verified ? arrives : [], { bytes: size, channel: lane })];
    }
    const blocks = typeof block === 'number' ? 1 : block.length;
    const hop = Math.round(this.wire.hopNs(from, to) + (this.wire.perBlockNs ?? 0) * blocks);
    if (hop > 0) last = [this.steps.compute(to, hop, { after: last })];
    // The kernel adds while it copies, so the sum costs nothing extra.
    if (adds && verified) last = [this.steps.reduce(to, foreign, block, { after: [...last, ...ready], bytes: 0 })];
    return last[0] as StepId;
  }

  /** Scratch cells for blocks that do not belong to the rank, one each. */
  private foreign(block: number | readonly number[]): number | readonly number[] {
    return typeof block === 'number' ? this.scratch++ : block.map(() => this.scratch++);
  }

  build(): StepProgram {
    return { ...this.steps.build(), isSized: true };
  }

  /** A message with a share of a link takes longer in proportion; the next one of its channel follows it. */
  private leave(
    from: number,
    to: number,
    cell: number | readonly number[],
    size: number,
    channel: number,
    after: readonly StepId[],
  ): void {
    const cells = this.wire.cargo === undefined ? [] : cell;
    const port = this.wire.port?.(from, to);
    if (port === undefined) {
      this.steps.send(from, to, cells, { bytes: size, channel, after });
      return;
    }
    const { link, bandwidth } = port;
    const alone = Math.trunc(size / bandwidth);
    const others = (this.shares.get(link) ?? 1) - 1;
    const flow = `${channel} ${from} ${to}`;
    const free = this.free.get(flow);
    let begin = free === undefined ? after : [...after, free];
    if (others > 0) begin = [this.steps.compute(from, others * alone, { after: begin })];
    this.steps.send(from, to, cells, { bytes: size, channel, after: begin });
    this.free.set(flow, this.steps.compute(from, alone, { after: begin }));
  }
}
