import type { AlgorithmDefinition } from '../algorithm.js';
import type { StepId } from '../builder-options.js';
import { peers } from '../expand.js';
import { StepBuilder } from '../step-builder.js';
import type { StepProgram } from '../step-program.js';

/** One dimension of ranks, the first counting fastest, and its algorithm. */
export interface ExchangeDimension {
  readonly ranks: number;
  readonly definition: AlgorithmDefinition;
  readonly window?: number;
}

/** An all-to-all of unequal parts. */
export interface AlltoallvRequest {
  readonly dimensions: readonly ExchangeDimension[];
  /** Bytes that rank o has for rank d, at `o * ranks + d`. */
  readonly parts: Float64Array;
  /** Record which blocks move, so that the program can be verified. */
  readonly cargo?: boolean;
}

/**
 * Dimension by dimension, the first one first: data for a rank go to the rank on the sender's line
 * that has the target's coordinate. Within a dimension the messages are those of an all-to-all of
 * equal parts; empty parts are not sent.
 */
export function alltoallvProgram({ dimensions, parts, cargo = false }: AlltoallvRequest): StepProgram {
  const ranks = dimensions.reduce((product, one) => product * one.ranks, 1);
  const all = { at: 0, perRank: ranks, perBlock: 1 };
  const steps = new StepBuilder({
    ranks,
    ...(cargo
      ? { blocks: ranks, input: all, output: { at: 0, perRank: 1, perBlock: 1, rows: { length: 1, apart: ranks } } }
      : {}),
  });
  let stride = 1;
  let before: (readonly StepId[])[] = Array.from({ length: ranks }, () => []);
  for (const dimension of dimensions) {
    if (dimension.ranks > 1) {
      const load = new Load(parts, ranks, stride, dimension.ranks);
      const ended = exchange(steps, dimension, load, before, cargo);
      const isLast = stride * dimension.ranks === ranks;
      // One step waits for all, because any message of this dimension may bring what the next one sends.
      before = isLast
        ? ended
        : ended.map((after, rank) => (after.length > 1 ? [steps.compute(rank, 0, { after })] : after));
    }
    stride *= dimension.ranks;
  }
  return { ...steps.build(), isSized: true };
}

/** Data to send along one dimension once all lower ones are done. */
class Load {
  readonly ranks: number;
  readonly stride: number;
  private readonly parts: Float64Array;
  private readonly length: number;
  private readonly bytes: Float64Array;

  constructor(parts: Float64Array, ranks: number, stride: number, length: number) {
    this.parts = parts;
    this.ranks = ranks;
    this.stride = stride;
    this.length = length;
    this.bytes = new Float64Array(ranks * length);
    for (let origin = 0; origin < ranks; origin++) {
      for (let target = 0; target < ranks; target++) {
        const slot = this.carrier(origin, target) * length + this.coordinate(target);
        this.bytes[slot] = (this.bytes[slot] as number) + (parts[origin * ranks + target] as number);
      }
    }
  }

  coordinate(rank: number): number {
    return Math.floor(rank / this.stride) % this.length;
  }

  /** The rank on another rank's line that has a given coordinate. */
  inLine(rank: number, coordinate: number): number {
    return rank + (coordinate - this.coordinate(rank)) * this.stride;
  }

  /** Bytes that the rank at coordinate `from` of a rank's line has for the one at `to`. */
  bytesFor(rank: number, from: number, to: number): number {
    return this.bytes[this.inLine(rank, from) * this.length + to] as number;
  }

  /** Cells of these parts, each named by its origin and target. */
  cellsFor(rank: number, from: number, to: number): number[] {
    const { ranks, parts } = this;
    const carrier = this.inLine(rank, from);
    const cells: number[] = [];
    for (let origin = 0; origin < ranks; origin++) {
      for (let target = 0; target < ranks; target++) {
        if (this.carrier(origin, target) !== carrier || this.coordinate(target) !== to) continue;
        if ((parts[origin * ranks + target] as number) > 0) cells.push(origin * ranks + target);
      }
    }
    return cells;
  }

  /** The rank that holds a part before this dimension: at the target in all lower dimensions, at the origin in the others. */
  private carrier(origin: number, target: number): number {
    return origin - (origin % this.stride) + (target % this.stride);
  }
}

/** Writes the messages along one dimension; returns the steps that each rank must wait for at its end. */
function exchange(
  steps: StepBuilder,
  { definition, ranks: length, window }: ExchangeDimension,
  load: Load,
  before: readonly (readonly StepId[])[],
  cargo: boolean,
): (readonly StepId[])[] {
  const request = { collective: 'all-to-all', ranks: length, bytes: length, ...(window ? { window } : {}) } as const;
  const program = definition.program(request);
  if (program.kind !== 'token' || definition.cargo === undefined) return [...before];
  const { cargo: cargoOf } = definition;
  return before.map((start, rank) => {
    const own = load.coordinate(rank);
    const sent: (readonly StepId[])[] = [];
    const over: (readonly StepId[])[] = [];
    const ended: StepId[] = [...start];
    const message = (by: number, k: number) => {
      const [block = 0] = cargoOf(request, by, k).blocks;
      const [from, to] = [Math.floor(block / length), block % length];
      return { bytes: load.bytesFor(rank, from, to), cells: cargo ? load.cellsFor(rank, from, to) : [] };
    };
    for (let k = 0; k < program.sends; k++) {
      const { to, from } = peers(program, length, own, k);
      const begin = k < program.window ? start : [...(over[k - program.window] ?? []), ...(sent[k - 1] ?? [])];
      const out = message(own, k);
      const came = message(from, k);
      const { cells, bytes } = out;
      const goes = bytes > 0 ? [steps.send(rank, load.inLine(rank, to), cells, { bytes, after: begin })] : begin;
      sent.push(goes);
      if (came.bytes === 0) {
        over.push(goes);
        continue;
      }
      const comes = steps.receive(rank, load.inLine(rank, from), came.cells, { bytes: came.bytes, after: goes });
      over.push([comes]);
      ended.push(comes);
    }
    return ended;
  });
}
