import { ConfigError } from '../../base/errors.js';
import { share } from '../share.js';
import { Lowering, type Piece } from './lowering.js';
import { MessageLog } from './messages.js';
import { type CompositionOptions, type Shape, shapeOf } from './shape.js';
import { type Fence, LeafSet, type Verb } from './verbs.js';

/**
 * Rounds of messages, in flat columns sorted by round. Messages of a round go together; a rank goes
 * on when all of its own are done.
 */
export interface Composition {
  readonly ranks: number;
  readonly rounds: number;
  /** Names of the libraries that `library` counts. */
  readonly libraries: readonly string[];
  readonly round: Int32Array;
  readonly library: Uint8Array;
  readonly from: Int32Array;
  /** The same as `from` where a rank copies to itself. */
  readonly to: Int32Array;
  readonly chunk: Int32Array;
  /** 1 where the receiver adds the message to what it has. */
  readonly reduces: Uint8Array;
  /** How often a rank adds up what it has and what came in a round. */
  readonly reductions: number;
  /** Per chunk: which data it is part of, and how many elements. */
  readonly chunkData: readonly number[];
  readonly chunkElements: readonly number[];
}

/**
 * Lowers verbs to messages as HiCCL (arXiv 2408.05962) does: hierarchical trees, striping over the
 * ranks of a block, a ring between nodes, and batches that follow one another through the rounds.
 *
 * @throws ConfigError on parameters that do not fit, ranks that do not exist, or data that is
 * striped on one side of a fence only.
 */
export function compose(verbs: readonly (Verb | Fence)[], options: CompositionOptions): Composition {
  const shape = shapeOf(options);
  const epochs = epochsOf(verbs, shape.ranks);
  const log = new MessageLog();
  const lowering = new Lowering(shape, log);
  const chunks = new Chunks(shape);
  let rounds = 0;
  for (let batch = 0; batch < shape.pipeline; batch++) {
    const before = log.count;
    let slot = 0;
    for (const epoch of epochs) {
      for (const { verb, leaves } of epoch) {
        const pieces = chunks.piecesOf(verb, batch, lowering.stripes(verb, leaves));
        lowering[verb.kind](verb, leaves, pieces, slot);
      }
      slot += lowering.slots;
    }
    rounds = Math.max(rounds, slotsToRounds(log, before, slot, batch));
  }
  const libraries = options.libraries ?? options.hierarchy.map((_, level) => `${level}`);
  const sorted = byRound(log, rounds);
  const { reductions } = log;
  return { ranks: shape.ranks, rounds, libraries, ...sorted, reductions, ...chunks.columns() };
}

/** Elements that a composition sends in each round over each library, copies to oneself left out. */
export function elementsPerRound(composition: Composition): Map<string, number>[] {
  const perRound = Array.from({ length: composition.rounds }, () => new Map<string, number>());
  for (let i = 0; i < composition.round.length; i++) {
    if (composition.from[i] === composition.to[i]) continue;
    const volumes = perRound[composition.round[i] as number] as Map<string, number>;
    const library = composition.libraries[composition.library[i] as number] as string;
    const elements = composition.chunkElements[composition.chunk[i] as number] as number;
    volumes.set(library, (volumes.get(library) ?? 0) + elements);
  }
  return perRound;
}

interface PreparedVerb {
  readonly verb: Verb;
  readonly leaves: LeafSet;
}

function epochsOf(verbs: readonly (Verb | Fence)[], ranks: number): PreparedVerb[][] {
  const epochs: PreparedVerb[][] = [[]];
  for (const [i, verb] of verbs.entries()) {
    if (verb.kind === 'fence') {
      epochs.push([]);
      continue;
    }
    const { root, leaves, count, data } = verb;
    const named = typeof leaves === 'string' ? [root] : [root, ...leaves];
    const exist = named.every((rank) => Number.isSafeInteger(rank) && rank >= 0 && rank < ranks);
    const counts = [count, data].every((value) => Number.isSafeInteger(value) && value >= 0);
    if (!exist || !counts || leaves.length === 0) {
      const expected = `ranks from 0 to ${ranks - 1}, at least one leaf, whole data and count`;
      throw new ConfigError([{ path: `verbs[${i}]`, expected, got: JSON.stringify(verb) }]);
    }
    (epochs.at(-1) as PreparedVerb[]).push({ verb, leaves: new LeafSet(leaves, root, ranks) });
  }
  return epochs;
}

/** Numbers the parts of data: batches, and in each the parts of a stripe. Empty ones get none. */
class Chunks {
  private readonly data: number[] = [];
  private readonly elements: number[] = [];
  /** Parts of data in a batch, under data * pipeline + batch. */
  private readonly known = new Map<number, readonly (number | undefined)[]>();

  constructor(private readonly shape: Shape) {}

  piecesOf({ data, count, root }: Verb, batch: number, striped: boolean): Piece[] {
    const { pipeline, stripe } = this.shape;
    const parts = striped ? stripe : 1;
    const key = data * pipeline + batch;
    let chunks = this.known.get(key);
    if (chunks === undefined) {
      const inBatch = share(count, pipeline, batch);
      chunks = Array.from({ length: parts }, (_, part) => this.number(data, share(inBatch, parts, part)));
      this.known.set(key, chunks);
    } else if (chunks.length !== parts) {
      const expected = `verbs on data ${data} that are striped alike`;
      throw new ConfigError([{ path: 'verbs', expected, got: `${chunks.length} parts and ${parts}` }]);
    }
    const block = root - (root % stripe);
    const pieces: Piece[] = [];
    for (const [part, chunk] of chunks.entries()) {
      if (chunk !== undefined) pieces.push({ chunk, root: striped ? block + part : root });
    }
    return pieces;
  }

  columns() {
    return { chunkData: this.data, chunkElements: this.elements };
  }

  private number(data: number, elements: number): number | undefined {
    if (elements === 0) return undefined;
    this.data.push(data);
    return this.elements.push(elements) - 1;
  }
}

/** Leaves out slots without messages and starts each batch one round after the one before. Returns its end. */
function slotsToRounds(log: MessageLog, first: number, slots: number, batch: number): number {
  const used = new Uint8Array(slots);
  for (let i = first; i < log.count; i++) used[log.round[i] as number] = 1;
  const round = new Int32Array(slots);
  let next = batch;
  for (let slot = 0; slot < slots; slot++) {
    round[slot] = next;
    next += used[slot] as number;
  }
  for (let i = first; i < log.count; i++) log.round[i] = round[log.round[i] as number] as number;
  return next === batch ? 0 : next;
}

/** Columns sorted by round; within a round in the order of the verbs. */
function byRound(log: MessageLog, rounds: number) {
  const place = new Int32Array(rounds + 1);
  for (let i = 0; i < log.count; i++) {
    const next = (log.round[i] as number) + 1;
    place[next] = (place[next] as number) + 1;
  }
  for (let round = 0; round < rounds; round++) {
    place[round + 1] = (place[round + 1] as number) + (place[round] as number);
  }
  const sorted = {
    round: new Int32Array(log.count),
    library: new Uint8Array(log.count),
    from: new Int32Array(log.count),
    to: new Int32Array(log.count),
    chunk: new Int32Array(log.count),
    reduces: new Uint8Array(log.count),
  };
  for (let i = 0; i < log.count; i++) {
    const round = log.round[i] as number;
    const at = place[round] as number;
    place[round] = at + 1;
    sorted.round[at] = round;
    sorted.library[at] = log.library[i] as number;
    sorted.from[at] = log.from[i] as number;
    sorted.to[at] = log.to[i] as number;
    sorted.chunk[at] = log.chunk[i] as number;
    sorted.reduces[at] = log.reduces[i] as number;
  }
  return sorted;
}
