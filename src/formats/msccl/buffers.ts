import { ConfigError } from '../../base/errors.js';
import type { Cargo } from '../../collectives/cargo.js';
import type { EvenCollective } from '../../collectives/collective.js';
import type { StepProgram } from '../../collectives/step-program.js';
import type { Place } from './algorithm.js';
import { buffersOf, gathers, scatters } from './layout.js';

/** The inverse of {@link Layout}: which chunk of which buffer a cell is. */
export class Buffers {
  readonly blocks: number;
  readonly inPlace: boolean;
  private readonly collective: EvenCollective | undefined;
  private readonly share: number;
  /** End of the input's cells, if output is separate from it; then the end of the output's. */
  private readonly inputEnd: number;
  private readonly outputEnd: number;

  constructor({ cargo, ranks }: StepProgram, collective: EvenCollective | undefined) {
    if (cargo === undefined) {
      throw new ConfigError([{ path: 'program', expected: 'steps that say which blocks move', got: 'bytes only' }]);
    }
    const { blocks, input, output } = cargo;
    this.collective = collective;
    this.blocks = blocks;
    this.share = gathers(collective) || scatters(collective) || collective === 'all-to-all' ? blocks / ranks : 0;
    this.inPlace = output.at === 0;
    const { inputs, outputs } = buffersOf(collective, blocks, this.share);
    this.inputEnd = this.inPlace ? blocks : output.at;
    // Without a claim the size of the output is unknown; any size works, because scratch follows it.
    this.outputEnd = this.inPlace ? blocks : output.at + (collective === undefined ? blocks : outputs);
    const apart = { input: 0, output: 0 };
    if (this.inPlace && gathers(collective)) apart.input = this.share;
    if (this.inPlace && scatters(collective)) apart.output = this.share;
    const fits =
      Number.isInteger(this.share) &&
      isPlain(input, apart.input) &&
      isPlain(output, apart.output) &&
      input.at === 0 &&
      (this.inPlace || output.at >= inputs);
    if (!fits) {
      const expected = 'input and output in order, apart from each other or one within the other';
      throw new ConfigError([{ path: 'program', expected, got: 'blocks in other places' }]);
    }
  }

  /** The place of consecutive cells; undefined for others. */
  place(cells: readonly number[]): Place | undefined {
    const [first] = cells;
    if (first === undefined || cells.some((cell, i) => cell !== first + i)) return undefined;
    const start = this.at(first);
    const end = this.at(first + cells.length - 1);
    return start.buffer === end.buffer ? start : undefined;
  }

  /** Sizes of a rank's buffers, in chunks. */
  sizes(rank: number, { cargo, first }: StepProgram): { input: number; output: number; scratch: number } {
    const { first: start, cells } = cargo as Cargo;
    let scratch = 0;
    const end = start[first[rank + 1] as number] as number;
    for (let i = start[first[rank] as number] as number; i < end; i++) {
      scratch = Math.max(scratch, (cells[i] as number) - this.outputEnd + 1);
    }
    if (!this.inPlace) return { input: this.inputEnd, output: this.outputEnd - this.inputEnd, scratch };
    const isGather = gathers(this.collective);
    return { input: isGather ? 0 : this.blocks, output: isGather ? this.blocks : 0, scratch };
  }

  private at(cell: number): Place {
    if (cell >= this.outputEnd) return { buffer: 's', offset: cell - this.outputEnd };
    if (this.inPlace) return { buffer: gathers(this.collective) ? 'o' : 'i', offset: cell };
    return cell < this.inputEnd ? { buffer: 'i', offset: cell } : { buffer: 'o', offset: cell - this.inputEnd };
  }
}

function isPlain({ perRank, perBlock, rows }: Cargo['input'], apart: number): boolean {
  return perRank === apart && perBlock === 1 && rows === undefined;
}
