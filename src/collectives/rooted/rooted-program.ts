import type { StepBuilderOptions, StepId } from '../builder-options.js';
import type { Placement } from '../cargo.js';
import type { RootedCollective } from '../collective.js';
import { StepBuilder } from '../step-builder.js';
import type { StepProgram } from '../step-program.js';
import { type Relative, type RootedDimension, RootedLayout } from './layout.js';
import { type Stretch, stretchesTo } from './trees.js';

/** A collective from or to a root, in all its dimensions. */
export interface RootedRequest {
  readonly collective: RootedCollective;
  readonly dimensions: readonly RootedDimension[];
  readonly root: number;
  /** Bytes of the root's buffer for a broadcast, reduce and scatter; of each rank's share for a gather. */
  readonly bytes: number;
  /** Number of pieces in which a broadcast or a reduce moves, one after the other. */
  readonly pieces: number;
  /** Record which blocks move, so that the program can be verified. */
  readonly cargo?: boolean;
}

/** Counts a request's steps without writing them. */
export function countSteps({ collective, dimensions, pieces }: RootedRequest): number {
  const ranks = dimensions.reduce((product, one) => product * one.ranks, 1);
  if (collective === 'broadcast') return 2 * pieces * ranks;
  if (collective === 'reduce') return 3 * pieces * ranks;
  // A chain passes on the data of all ranks behind.
  const messages = dimensions.reduce(
    (sum, { ranks: n, shape }) => sum + (shape === undefined ? 0 : shape === 'chain' ? n / 2 : 1),
    0,
  );
  return 2 * ranks * Math.ceil(messages);
}

/**
 * The program of a rooted collective over trees: chains for a ring, binomial trees, or stars
 * for direct. A rank sends its messages along a dimension in order, `window` at a time; a send
 * ends when its message has arrived.
 */
export function rootedProgram(request: RootedRequest): StepProgram {
  switch (request.collective) {
    case 'broadcast':
      return broadcast(request);
    case 'reduce':
      return reduce(request);
    case 'scatter':
      return scatter(request);
    case 'gather':
      return gather(request);
  }
}

/** Splits `bytes` into sizes that differ by at most one byte. */
function pieceBytes(bytes: number, pieces: number): number[] {
  const until = (piece: number) => Math.floor((bytes / pieces) * piece);
  return Array.from({ length: pieces }, (_, i) => (i + 1 === pieces ? bytes : until(i + 1)) - until(i));
}

/** Sends of a rank, at most a window of them at a time along each dimension. */
class Outbox {
  private readonly steps: StepBuilder;
  private readonly dimensions: readonly RootedDimension[];
  private readonly rank: number;
  private readonly sent: StepId[][];

  constructor(steps: StepBuilder, { dimensions }: RootedLayout, rank: number) {
    this.steps = steps;
    this.dimensions = dimensions;
    this.rank = rank;
    this.sent = dimensions.map(() => []);
  }

  send({ rank, dimension }: Relative, cells: readonly number[], bytes: number, after: readonly StepId[]): void {
    const sent = this.sent[dimension] as StepId[];
    const before = sent[sent.length - (this.dimensions[dimension] as RootedDimension).window];
    const needs = before === undefined ? after : [...after, before];
    sent.push(this.steps.send(this.rank, rank, cells, { bytes, after: needs }));
  }
}

/** A rank's own block is in the cell of its number. */
const OWN: Placement = { at: 0, perRank: 1, perBlock: 1 };

function builder(
  { ranks }: RootedLayout,
  memory: Pick<StepBuilderOptions, 'blocks' | 'input' | 'output'>,
  cargo: boolean,
): StepBuilder {
  return new StepBuilder({ ranks, sendsEnd: 'arrived', ...(cargo ? memory : {}) });
}

function broadcast({ dimensions, root, bytes, pieces, cargo = false }: RootedRequest): StepProgram {
  const layout = new RootedLayout(dimensions, root);
  const steps = builder(layout, { blocks: pieces }, cargo);
  const sizes = pieceBytes(bytes, pieces);
  for (let rank = 0; rank < layout.ranks; rank++) {
    const parent = layout.parent(rank);
    const children = layout.children(rank);
    const outbox = new Outbox(steps, layout, rank);
    for (const [piece, size] of sizes.entries()) {
      const received = parent === undefined ? [] : [steps.receive(rank, parent.rank, piece, { bytes: size })];
      for (const child of children) outbox.send(child, [piece], size, received);
    }
  }
  return { ...steps.build(), isSized: true };
}

/** A reversed broadcast: a rank adds its children's data to its own. */
function reduce({ dimensions, root, bytes, pieces, cargo = false }: RootedRequest): StepProgram {
  const layout = new RootedLayout(dimensions, root);
  const steps = builder(layout, { blocks: pieces }, cargo);
  const sizes = pieceBytes(bytes, pieces);
  for (let rank = 0; rank < layout.ranks; rank++) {
    const parent = layout.parent(rank);
    const children = layout.children(rank).reverse();
    const outbox = new Outbox(steps, layout, rank);
    for (const [piece, size] of sizes.entries()) {
      let last: StepId[] = [];
      for (const [i, child] of children.entries()) {
        const scratch = pieces * (i + 1) + piece;
        const received = steps.receive(rank, child.rank, scratch, { bytes: size });
        last = [steps.reduce(rank, scratch, piece, { after: [received, ...last], bytes: size })];
      }
      if (parent !== undefined) outbox.send(parent, [piece], size, last);
    }
  }
  return { ...steps.build(), isSized: true };
}

/** Block b is for rank b; every rank keeps what it passes on in the cell of that number. */
function scatter({ dimensions, root, bytes, cargo = false }: RootedRequest): StepProgram {
  const layout = new RootedLayout(dimensions, root);
  const steps = builder(layout, { blocks: layout.ranks, output: OWN }, cargo);
  const share = Math.floor(bytes / layout.treeRanks);
  const cellsOf = cells(layout, cargo);
  for (let rank = 0; rank < layout.ranks; rank++) {
    const parent = layout.parent(rank);
    /** Receipts from the parent, by the first position they are for. */
    const arrived = new Map<number, StepId>();
    if (parent !== undefined) {
      const { dimension, position } = parent;
      for (const stretch of stretchesTo(layout.tree(dimension), position)) {
        const size = bytesOf(layout, dimension, stretch, share);
        const into = cellsOf(rank, dimension, stretch);
        arrived.set(stretch.from, steps.receive(rank, parent.rank, into, { bytes: size }));
      }
    }
    const own = parent === undefined ? undefined : arrived.get(parent.position);
    const outbox = new Outbox(steps, layout, rank);
    for (const child of layout.children(rank)) {
      const { dimension } = child;
      for (const stretch of stretchesTo(layout.tree(dimension), child.position)) {
        // The receipt with the data of the positions behind; along a lower dimension, the one with its own data.
        const came = (dimension === parent?.dimension ? arrived.get(stretch.from) : own) ?? own;
        const size = bytesOf(layout, dimension, stretch, share);
        outbox.send(child, cellsOf(rank, dimension, stretch), size, came === undefined ? [] : [came]);
      }
    }
  }
  return { ...steps.build(), isSized: true };
}

/** A reversed scatter. */
function gather({ dimensions, root, bytes: share, cargo = false }: RootedRequest): StepProgram {
  const layout = new RootedLayout(dimensions, root);
  const steps = builder(layout, { blocks: layout.ranks, input: OWN }, cargo);
  const cellsOf = cells(layout, cargo);
  for (let rank = 0; rank < layout.ranks; rank++) {
    const parent = layout.parent(rank);
    /** Receipts along the parent's dimension, by the first position they come from. */
    const behind = new Map<number, StepId>();
    const below: StepId[] = [];
    for (const child of layout.children(rank).reverse()) {
      const { dimension } = child;
      for (const stretch of stretchesTo(layout.tree(dimension), child.position).reverse()) {
        const size = bytesOf(layout, dimension, stretch, share);
        const step = steps.receive(rank, child.rank, cellsOf(rank, dimension, stretch), { bytes: size });
        if (dimension === parent?.dimension) behind.set(stretch.from, step);
        else below.push(step);
      }
    }
    if (parent === undefined) continue;
    const { dimension, position } = parent;
    const outbox = new Outbox(steps, layout, rank);
    for (const stretch of stretchesTo(layout.tree(dimension), position).reverse()) {
      const { from, end } = stretch;
      const one = behind.get(from);
      const all = end - from > 1 ? [...behind.values()] : one === undefined ? [] : [one];
      const needs = from === position ? [...below, ...all] : all;
      outbox.send(parent, cellsOf(rank, dimension, stretch), bytesOf(layout, dimension, stretch, share), needs);
    }
  }
  return { ...steps.build(), isSized: true };
}

function bytesOf(layout: RootedLayout, dimension: number, { from, end }: Stretch, share: number): number {
  return (end - from) * layout.ranksBelow(dimension) * share;
}

function cells(layout: RootedLayout, cargo: boolean) {
  if (!cargo) return () => [];
  return (rank: number, dimension: number, stretch: Stretch) => [...layout.ranksOf(rank, dimension, stretch)];
}
