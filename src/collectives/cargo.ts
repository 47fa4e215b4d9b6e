/**
 * Where a collective's blocks are among the cells of a rank's memory:
 * cell = `at + rank * perRank + block * perBlock`; or, with rows of `length` blocks that are `apart` cells
 * apart: `at + rank * perRank + row * apart + place in the row * perBlock`.
 */
export interface Placement {
  readonly at: number;
  readonly perRank: number;
  readonly perBlock: number;
  readonly rows?: { readonly length: number; readonly apart: number };
}

/**
 * What moves in a program, in cells of one block each. Every rank has its own memory, in which
 * cells may have any number; cells outside input and output are scratch.
 */
export interface Cargo {
  /**
   * Blocks of the whole buffer, as nccl-tests counts it: what an all-reduce or reduce-scatter
   * starts from, what an all-gather ends with, each rank's data of an all-to-all.
   */
  readonly blocks: number;
  /** Where a rank's input is: all blocks, or its share of them for an all-gather. */
  readonly input: Placement;
  /** Where a rank's output is: all blocks, or its share of them for a reduce-scatter. */
  readonly output: Placement;
  /** The cells of step s are `cells` from `first[s]` to `first[s + 1] - 1`. */
  readonly first: Int32Array;
  /**
   * A send lists the cells it reads, a receive those it writes; a copy those it reads, then those
   * it writes; a reduction its two operands, then where the sums go.
   */
  readonly cells: Int32Array;
}

/** All blocks in cells 0 and up, on every rank. */
export const IN_ORDER: Placement = { at: 0, perRank: 0, perBlock: 1 };

export function cellOf({ at, perRank, perBlock, rows }: Placement, rank: number, block: number): number {
  const start = at + rank * perRank;
  if (rows === undefined) return start + block * perBlock;
  return start + Math.floor(block / rows.length) * rows.apart + (block % rows.length) * perBlock;
}

/** The inverse: which of `blocks` blocks is in a cell of a rank; -1 for none. */
export function blockAt(placement: Placement, rank: number, cell: number, blocks: number): number {
  const { at, perRank, perBlock, rows } = placement;
  const from = cell - at - rank * perRank;
  const row = rows === undefined ? 0 : Math.floor(from / rows.apart);
  const block = row * (rows?.length ?? 0) + Math.floor((from - row * (rows?.apart ?? 0)) / perBlock);
  return block >= 0 && block < blocks && cellOf(placement, rank, block) === cell ? block : -1;
}
