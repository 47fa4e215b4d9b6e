import { type AlgorithmDefinition, lanesOf, type PacketCargo, type ProgramRequest } from './algorithm.js';
import type { StepId } from './builder-options.js';
import type { Placement } from './cargo.js';
import type { SymmetricCollective } from './collective.js';
import { StepBuilder } from './step-builder.js';
import type { StepProgram } from './step-program.js';
import { reduces, type TokenProgram } from './token-program.js';

/**
 * Spells out an algorithm: what each rank sends, receives and reduces, block by block. Tokens
 * number packets in the order in which they arrive; steps in the order in which they are
 * sent, which is the same if all messages take equally long.
 */
export function expand(definition: AlgorithmDefinition, request: ProgramRequest): StepProgram {
  const lanes = lanesOf(definition, request);
  const [first] = lanes;
  if (first?.kind === 'steps') return first;
  const spelled = new Lanes(definition, request, lanes.length);
  for (const [lane, program] of lanes.entries()) if (program.kind === 'token') spelled.add(program, lane);
  return spelled.build();
}

/** Interleaves the lanes of an algorithm: block b of lane l is block `b * lanes + l` of the buffer. */
class Lanes {
  private readonly definition: AlgorithmDefinition;
  private readonly request: ProgramRequest;
  private readonly lanes: number;
  private readonly steps: StepBuilder;
  /** Cells beyond this one are scratch. */
  private scratch: number;

  constructor(definition: AlgorithmDefinition, request: ProgramRequest, lanes: number) {
    const { collective, ranks } = request;
    this.definition = definition;
    this.request = request;
    this.lanes = lanes;
    this.scratch = lanes * ranks * (collective === 'all-to-all' ? ranks : 1);
    this.steps = new StepBuilder({ ranks, blocks: lanes * ranks, ...placements(collective, ranks, lanes) });
  }

  build(): StepProgram {
    return this.steps.build();
  }

  add(program: TokenProgram, lane: number): void {
    const { ranks } = this.request;
    const { sends, window, bytes, barrier } = program;
    const sizeOf = (packet: number) => bytes[packet % bytes.length] as number;
    /** Scratch cells per packet in flight. */
    let width = 0;
    for (let rank = 0; rank < ranks; rank++) {
      const sent: StepId[] = [];
      const over: StepId[] = [];
      for (let k = 0; k < sends; k++) {
        const { to, from } = peers(program, ranks, rank, k);
        const after = k < window ? [] : [over[k - window] as StepId, sent[k - 1] as StepId];
        if (barrier > 0 && k === barrier) after.push(...over.slice(0, barrier));
        const options = { bytes: sizeOf(k), channel: lane };
        const cells = this.cells(this.cargoOf(lane, rank, k), lane);
        const send = this.steps.send(rank, to, cells, { ...options, after });
        const coming = this.cargoOf(lane, from, k);
        const { adds } = coming;
        const into = this.cells(coming, lane);
        const room = adds ? into.map((_, i) => this.scratch + (k % window) * into.length + i) : into;
        width = Math.max(width, adds ? into.length : 0);
        let last = this.steps.receive(rank, from, room, { ...options, after: send });
        // The reference charges the reduction of the packet that this receipt makes ready, if any.
        const charged = reduces(program, k + window) ? sizeOf(k + window) : 0;
        if (adds || charged > 0) {
          const [a, b] = adds ? [room, into] : [[], []];
          last = this.steps.reduce(rank, a, b, { after: last, bytes: charged });
        }
        sent.push(send);
        over.push(last);
      }
    }
    this.scratch += width * window;
  }

  /** What a packet carries; the second lane is the mirror image of the first. */
  private cargoOf(lane: number, rank: number, packet: number): PacketCargo {
    const { cargo } = this.definition;
    const { ranks, collective } = this.request;
    if (cargo === undefined) return { blocks: [], adds: false };
    if (lane === 0) return cargo(this.request, rank, packet);
    const mirror = (one: number) => (ranks - one) % ranks;
    const { blocks, adds } = cargo(this.request, mirror(rank), packet);
    const flip = (block: number) =>
      collective === 'all-to-all' ? mirror(Math.floor(block / ranks)) * ranks + mirror(block % ranks) : mirror(block);
    return { blocks: blocks.map(flip), adds };
  }

  private cells({ blocks }: PacketCargo, lane: number): number[] {
    return blocks.map((block) => block * this.lanes + lane);
  }
}

/** Places of the blocks; those of an all-to-all by origin, then by destination. */
export function placements(
  collective: SymmetricCollective,
  ranks: number,
  lanes: number,
): { readonly input: Placement; readonly output: Placement } {
  const all = { at: 0, perRank: 0, perBlock: 1 };
  const own = { at: 0, perRank: lanes, perBlock: 1 };
  switch (collective) {
    case 'all-reduce':
      return { input: all, output: all };
    case 'reduce-scatter':
      return { input: all, output: own };
    case 'all-gather':
      return { input: own, output: all };
    case 'all-to-all':
      return {
        input: { at: 0, perRank: lanes * ranks, perBlock: 1 },
        output: { ...own, rows: { length: lanes, apart: lanes * ranks } },
      };
  }
}

/** The rank that packet k of a rank goes to, and the rank that sends it its packet k. */
export function peers(program: TokenProgram, ranks: number, rank: number, k: number): { to: number; from: number } {
  const offset = program.offsets[k % program.offsets.length] as number;
  if (program.pairwise) {
    const peer = Math.floor(rank / offset) % 2 === 0 ? rank + offset : rank - offset;
    return { to: peer, from: peer };
  }
  return { to: (rank + offset + ranks) % ranks, from: (rank - offset + ranks) % ranks };
}
