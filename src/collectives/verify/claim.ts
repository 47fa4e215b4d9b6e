import { blockAt, type Cargo, cellOf } from '../cargo.js';
import { type Collective, entersWithShare } from '../collective.js';
import { type Contributions, contribution, everyone } from './contributions.js';

/**
 * What a collective promises, block by block. Except in an all-reduce, a broadcast and a reduce, each
 * rank has a share of the blocks, `blocks / ranks`. Without a collective, every rank enters with all
 * blocks and nothing is promised.
 */
export class Claim {
  private readonly cargo: Cargo;
  private readonly collective: Collective | undefined;
  private readonly ranks: number;
  private readonly root: number;
  private readonly share: number;
  /** Blocks that each rank with input enters with. */
  private readonly inputs: number;

  constructor(cargo: Cargo, collective: Collective | undefined, ranks: number, root: number) {
    this.cargo = cargo;
    this.collective = collective;
    this.ranks = ranks;
    this.root = root;
    this.share = cargo.blocks / ranks;
    this.inputs = collective !== undefined && entersWithShare(collective) ? this.share : cargo.blocks;
  }

  /** Blocks that a rank leaves with. */
  outputs(rank: number): number {
    switch (this.collective) {
      case undefined:
        return 0;
      case 'reduce-scatter':
      case 'scatter':
        return this.share;
      case 'reduce':
      case 'gather':
        return rank === this.root ? this.cargo.blocks : 0;
      default:
        return this.cargo.blocks;
    }
  }

  /** What a cell of a rank holds at the start. */
  initial(rank: number, cell: number): Contributions | undefined {
    const { collective, root, share, ranks } = this;
    if ((collective === 'broadcast' || collective === 'scatter') && rank !== root) return undefined;
    const block = blockAt(this.cargo.input, rank, cell, this.inputs);
    if (block < 0) return undefined;
    const skipped = collective !== undefined && entersWithShare(collective) ? rank * share : 0;
    return contribution(skipped + block, rank, ranks);
  }

  /** The cell of a block of a rank's output. */
  outputCell(rank: number, block: number): number {
    return cellOf(this.cargo.output, rank, block);
  }

  /** What that cell must hold in the end. */
  expected(rank: number, block: number): Contributions {
    const { share, ranks, root } = this;
    switch (this.collective) {
      case 'reduce-scatter':
        return everyone(rank * share + block, ranks);
      case 'all-gather':
      case 'gather':
        return contribution(block, Math.floor(block / share), ranks);
      case 'all-to-all':
      case 'alltoallv':
        return contribution(rank * share + (block % share), Math.floor(block / share), ranks);
      case 'broadcast':
        return contribution(block, root, ranks);
      case 'scatter':
        return contribution(rank * share + block, root, ranks);
      default:
        return everyone(block, ranks);
    }
  }
}
