import { blockAt, type Cargo, cellOf } from '../cargo.js';
import type { Collective } from '../collective.js';
import { type Contributions, contribution, everyone } from './contributions.js';

/**
 * What a collective promises, block by block. For all but an all-reduce each rank has a share of
 * the blocks, `blocks / ranks`. Without a collective only the input is known, all blocks of it.
 */
export class Claim {
  private readonly cargo: Cargo;
  private readonly collective: Collective | undefined;
  private readonly ranks: number;
  private readonly share: number;

  constructor(cargo: Cargo, collective: Collective | undefined, ranks: number) {
    this.cargo = cargo;
    this.collective = collective;
    this.ranks = ranks;
    this.share = cargo.blocks / ranks;
  }

  /** Blocks that each rank enters with. */
  get inputs(): number {
    return this.collective === 'all-gather' ? this.share : this.cargo.blocks;
  }

  /** Blocks that each rank leaves with. */
  get outputs(): number {
    if (this.collective === undefined) return 0;
    return this.collective === 'reduce-scatter' ? this.share : this.cargo.blocks;
  }

  /** What a cell of a rank holds at first. */
  initial(rank: number, cell: number): Contributions | undefined {
    const block = blockAt(this.cargo.input, rank, cell, this.inputs);
    if (block < 0) return undefined;
    const skipped = this.collective === 'all-gather' ? rank * this.share : 0;
    return contribution(skipped + block, rank, this.ranks);
  }

  /** The cell of a block of a rank's output. */
  outputCell(rank: number, block: number): number {
    return cellOf(this.cargo.output, rank, block);
  }

  /** What it has to hold in the end. */
  expected(rank: number, block: number): Contributions {
    const { share, ranks } = this;
    switch (this.collective) {
      case 'reduce-scatter':
        return everyone(rank * share + block, ranks);
      case 'all-gather':
        return contribution(block, Math.floor(block / share), ranks);
      case 'all-to-all':
        return contribution(rank * share + (block % share), Math.floor(block / share), ranks);
      default:
        return everyone(block, ranks);
    }
  }
}
