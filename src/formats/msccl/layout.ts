import type { Placement } from '../../collectives/cargo.js';
import { type EvenCollective, entersWithShare } from '../../collectives/collective.js';
import type { MscclAlgorithm, Place } from './algorithm.js';

/**
 * Cell numbers of the three buffers of each GPU: input, output, scratch. In place, the
 * smaller of input and output is a part of the larger.
 */
export class Layout {
  /** Chunks of the whole buffer; for an algorithm without a claim, chunks of input. */
  readonly blocks: number;
  readonly input: Placement;
  readonly output: Placement;
  private readonly inPlace: boolean;
  private readonly scratch: number;

  constructor({
    collective,
    inPlace,
    chunks,
    gpus,
  }: Pick<MscclAlgorithm, 'collective' | 'inPlace' | 'chunks' | 'gpus'>) {
    const most = (buffer: 'i' | 'o') => gpus.reduce((max, { chunks: own }) => Math.max(max, own[buffer]), 0);
    const share = chunks / gpus.length;
    const [i, o] = [most('i'), most('o')];
    this.inPlace = inPlace;
    this.blocks = collective === undefined ? (inPlace ? Math.max(i, o) : i) : chunks;
    const { inputs, outputs } = buffersOf(collective, this.blocks, share);
    const end = inPlace ? this.blocks : Math.max(i, inputs);
    this.input = { at: 0, perRank: inPlace && gathers(collective) ? share : 0, perBlock: 1 };
    this.output = {
      at: inPlace ? 0 : end,
      perRank: inPlace && scatters(collective) ? share : 0,
      perBlock: 1,
    };
    this.scratch = inPlace ? Math.max(end, collective === undefined ? 0 : outputs) : end + Math.max(o, outputs);
  }

  /** The cell of a chunk. */
  cell(gpu: number, { buffer, offset }: Place): number {
    if (buffer === 's') return this.scratch + offset;
    const { at, perRank } = buffer === 'i' ? this.input : this.output;
    return at + gpu * perRank + offset;
  }

  /** A cell's name in messages. */
  name(cell: number): string {
    if (cell < 0) return 'what has been received';
    if (cell >= this.scratch) return `chunk ${cell - this.scratch} of buffer s`;
    if (this.inPlace) return `chunk ${cell} of the buffer`;
    return cell < this.output.at ? `chunk ${cell} of buffer i` : `chunk ${cell - this.output.at} of buffer o`;
  }
}

/** Whether a rank enters with its share. */
export function gathers(collective: EvenCollective | undefined): boolean {
  return collective !== undefined && entersWithShare(collective);
}

/** Whether a rank leaves with its share. */
export function scatters(collective: EvenCollective | undefined): boolean {
  return collective === 'reduce-scatter' || collective === 'scatter';
}

/** Chunks of input and output of a GPU; of a root, where only that has any. */
export function buffersOf(
  collective: EvenCollective | undefined,
  blocks: number,
  share: number,
): { readonly inputs: number; readonly outputs: number } {
  return {
    inputs: gathers(collective) ? share : blocks,
    outputs: scatters(collective) ? share : collective === undefined ? 0 : blocks,
  };
}
