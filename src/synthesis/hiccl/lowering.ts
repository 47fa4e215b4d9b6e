import type { MessageLog } from './messages.js';
import type { Shape, TreeLevel } from './shape.js';
import { LeafSet, type Verb } from './verbs.js';

/** A part of a verb's data that travels as one, and the rank from (or at) which it is spread (or added up). */
export interface Piece {
  readonly chunk: number;
  readonly root: number;
}

/**
 * Turns verbs into messages in slots: rounds of which some may stay empty. Messages of all verbs in
 * a slot go together.
 */
export class Lowering {
  constructor(
    private readonly shape: Shape,
    private readonly log: MessageLog,
  ) {}

  /** Whether a verb's data is striped: only when it leaves the root's block of ranks. */
  stripes({ root }: Verb, leaves: LeafSet): boolean {
    const { stripe, ranks } = this.shape;
    const block = root - (root % stripe);
    return stripe > 1 && (leaves.any(0, block) || leaves.any(block + stripe, ranks));
  }

  /** How many slots verbs need. */
  get slots(): number {
    const { ring, levels, allLevels } = this.shape;
    return ring + levels.length + allLevels.length + 2;
  }

  /**
   * Stripe: each part goes to another rank of the root's block. Ring: from node to node as far as
   * there are leaves. Tree: to one rank of every group with leaves, level by level; the last one
   * sends to the leaves of its group, itself included. Who gets the data on its way and is a leaf
   * keeps it.
   */
  multicast(verb: Verb, leaves: LeafSet, pieces: readonly Piece[], slot: number): void {
    const { ranks, ring, node, levels, innermost } = this.shape;
    const treeSlot = slot + ring;
    for (const { chunk, root } of pieces) {
      const moved = root !== verb.root;
      if (moved) this.log.add(slot, innermost, verb.root, root, chunk, false);
      const home = root - (root % node);
      this.spread(root, moved, home, node, leaves, chunk, levels, treeSlot);
      const hops = this.hopsToLeaves(home, leaves);
      let holder = root;
      for (let hop = 1; hop <= hops; hop++) {
        const next = (holder + node) % ranks;
        this.log.add(slot + hop, 0, holder, next, chunk, false);
        holder = next;
        this.spread(holder, true, holder - (holder % node), node, leaves, chunk, levels, treeSlot);
      }
    }
  }

  /** The mirror image: leaves to one rank of their group, groups level by level, nodes along the ring, parts merged. */
  reduction(verb: Verb, leaves: LeafSet, pieces: readonly Piece[], slot: number): void {
    const { ranks, ring, node, allLevels } = this.shape;
    const ringSlot = slot + this.shape.levels.length + 1;
    const final = new LeafSet([verb.root], verb.root, ranks);
    for (const { chunk, root } of pieces) {
      const home = root - (root % node);
      for (let first = 0; first < ranks; first += node) {
        // What only the rank has that sends it round the ring need not be gathered.
        const sender = first + (root % node);
        const elsewhere = leaves.any(first, sender) || leaves.any(sender + 1, first + node);
        if (elsewhere || first === home) this.gather(first, leaves, root, chunk, slot);
      }
      let filled = false;
      for (let hop = 0; hop + 1 < ring; hop++) {
        const from = (home + (ring - 1 - hop) * node) % ranks;
        const to = (from - node + ranks) % ranks;
        filled = filled || leaves.any(from, from + node);
        if (!filled) continue;
        const adds = leaves.any(to, to + node);
        if (adds) this.log.reductions++;
        this.log.add(ringSlot + hop, 0, from + (root % node), to + (root % node), chunk, adds);
      }
      if (root !== verb.root) this.spread(root, true, 0, ranks, final, chunk, allLevels, ringSlot + ring - 1);
    }
  }

  /** How many nodes ahead on the ring the last leaf is. */
  private hopsToLeaves(home: number, leaves: LeafSet): number {
    const { ranks, ring, node } = this.shape;
    for (let hops = ring - 1; hops > 0; hops--) {
      const first = (home + hops * node) % ranks;
      if (leaves.any(first, first + node)) return hops;
    }
    return 0;
  }

  /** From a holder to the leaves among `size` ranks from `first` on, down the levels. */
  private spread(
    holder: number,
    hasIt: boolean,
    first: number,
    size: number,
    leaves: LeafSet,
    chunk: number,
    levels: readonly TreeLevel[],
    slot: number,
    depth = 0,
  ): void {
    const { log } = this;
    let low = first;
    let high = first + size;
    for (let i = depth; i < levels.length; i++) {
      const { size: group, library } = levels[i] as TreeLevel;
      const offset = holder % group;
      for (let start = low; start < high; start += group) {
        if (start + offset === holder || !leaves.any(start, start + group)) continue;
        log.add(slot + i, library, holder, start + offset, chunk, false);
        this.spread(start + offset, true, start, group, leaves, chunk, levels, slot, i + 1);
      }
      low = holder - offset;
      high = low + group;
    }
    const { innermost } = this.shape;
    for (let rank = low; rank < high; rank++) {
      if (leaves.has(rank) && !(rank === holder && hasIt)) {
        log.add(slot + levels.length, innermost, holder, rank, chunk, false);
      }
    }
  }

  /** Adds up what the leaves of a node have, at its rank with the root's index. */
  private gather(first: number, leaves: LeafSet, root: number, chunk: number, slot: number): void {
    const { node, levels, innermost } = this.shape;
    const sizes = levels.map(({ size }) => size).reverse();
    sizes.push(node);
    let below = 1;
    let library = innermost;
    for (const [step, size] of sizes.entries()) {
      for (let start = first; start < first + node; start += size) {
        this.collect(start, size, below, root, leaves, chunk, slot + step, library);
      }
      below = size;
      library = levels[levels.length - 1 - step]?.library ?? innermost;
    }
  }

  /** Brings what groups of `below` ranks have together in a group of `size`. Of single ranks: leaves only. */
  private collect(
    start: number,
    size: number,
    below: number,
    root: number,
    leaves: LeafSet,
    chunk: number,
    slot: number,
    library: number,
  ): void {
    const { log } = this;
    const target = start + (root % size);
    let inputs = 0;
    for (let part = start; part < start + size; part += below) if (leaves.any(part, part + below)) inputs++;
    if (inputs === 0) return;
    if (inputs > 1) log.reductions++;
    for (let part = start; part < start + size; part += below) {
      if (!leaves.any(part, part + below)) continue;
      const holder = below === 1 ? part : part + (root % below);
      // A single contribution that is there already is copied where it starts, and stays later.
      if (holder === target && (inputs > 1 || below > 1)) continue;
      log.add(slot, library, holder, target, chunk, inputs > 1);
    }
  }
}
