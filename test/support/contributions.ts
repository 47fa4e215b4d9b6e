import type { Collective } from '../../src/index.js';
import type { AlgorithmFamily } from './arbitraries.js';
import type { Message } from './replay.js';

// What the messages of each program mean: which blocks a packet carries. The data of n ranks
// are n blocks; block b is the one that rank b ends with after a reduce-scatter and enters an
// all-gather with. Of an all-to-all, item (o, d) is what rank o has for rank d.

/** Blocks carried by one packet, and whether the receiver adds them to its own or keeps them as they are. */
export interface Cargo {
  readonly blocks: readonly number[];
  readonly kind: 'partial' | 'complete';
}

type CargoOf = (ranks: number, rank: number, packet: number) => Cargo;

const mod = (a: number, n: number) => ((a % n) + n) % n;
const partial = (...blocks: readonly number[]): Cargo => ({ blocks, kind: 'partial' });
const complete = (...blocks: readonly number[]): Cargo => ({ blocks, kind: 'complete' });
const where = (ranks: number, holds: (block: number) => boolean) =>
  Array.from({ length: ranks }, (_, block) => block).filter(holds);

/**
 * Ring: the partial sum of block b starts at rank b + 1 and collects one rank per step, so in
 * step k rank r passes on block r - 1 - k and the sum is complete at rank b after n - 1.
 * Then complete blocks travel the same way, each rank's own first.
 */
const ring = {
  scatter: ((n, r, k) => partial(mod(r - 1 - k, n))) satisfies CargoOf,
  gather: ((n, r, k) => complete(mod(r - k, n))) satisfies CargoOf,
  /** Items for distance 1 take one step, for distance 2 two, ...: n(n-1)/2 messages of one item. */
  exchange: ((n, r, k) => {
    let distance = 1;
    let hop = k;
    while (hop >= distance) hop -= distance++;
    const origin = mod(r - hop, n);
    return complete(origin * n + mod(origin + distance, n));
  }) satisfies CargoOf,
};

/** Direct: to each peer its block at once (its own contribution only); then the finished own block to each. */
const direct = {
  scatter: ((n, r, k) => partial(mod(r + 1 + k, n))) satisfies CargoOf,
  gather: ((_, r) => complete(r)) satisfies CargoOf,
  exchange: ((n, r, k) => complete(r * n + mod(r + 1 + k, n))) satisfies CargoOf,
};

/**
 * Halving-doubling: bit k decides in step k. A rank holds the blocks that agree with it in
 * bits 0 ... k-1 and hands over those that agree with its peer in bit k. Gathering goes from
 * the highest bit down: a rank holds the blocks that agree with it in all lower bits.
 */
const halvingDoubling = {
  scatter: ((n, r, k) => {
    const peer = r ^ (1 << k);
    return partial(...where(n, (block) => block % (2 << k) === peer % (2 << k)));
  }) satisfies CargoOf,
  gather: ((n, r, k) => {
    const known = n >> k;
    return complete(...where(n, (block) => block % known === r % known));
  }) satisfies CargoOf,
  exchange: (() => {
    throw new Error('halving-doubling has no all-to-all');
  }) satisfies CargoOf,
};

export function cargoOf(family: AlgorithmFamily, collective: Collective, ranks: number): (message: Message) => Cargo {
  const { scatter, gather, exchange } = {
    ring,
    direct,
    'windowed-direct': direct,
    'halving-doubling': halvingDoubling,
  }[family];
  const half = family === 'halving-doubling' ? Math.log2(ranks) : ranks - 1;
  return ({ from, packet }) => {
    switch (collective) {
      case 'reduce-scatter':
        return scatter(ranks, from, packet);
      case 'all-gather':
        return gather(ranks, from, packet);
      case 'all-to-all':
        return exchange(ranks, from, packet);
      case 'all-reduce':
        return packet < half ? scatter(ranks, from, packet) : gather(ranks, from, packet - half);
    }
  };
}

/**
 * The data of all ranks while a program is replayed: per rank and block, who has contributed
 * how often. Throws at the first message that cannot be right: a block that is sent by
 * somebody who does not have it, or not complete where it has to be, or taken in twice.
 */
export class Contributions {
  /** Per rank: block (or item) to contributors, one entry for each time. */
  readonly held: Map<number, readonly number[]>[];
  private readonly cargo: (message: Message) => Cargo;
  private readonly travelling = new Map<Message, Map<number, readonly number[]>>();
  private readonly ranks: number;
  private readonly whole: number;

  constructor(family: AlgorithmFamily, collective: Collective, ranks: number) {
    this.ranks = ranks;
    this.cargo = cargoOf(family, collective, ranks);
    const everyBlock = Array.from({ length: ranks }, (_, block) => block);
    this.held = everyBlock.map((rank) => {
      if (collective === 'all-to-all') return new Map(everyBlock.map((to) => [rank * ranks + to, [rank]]));
      if (collective === 'all-gather') return new Map([[rank, [rank]]]);
      return new Map(everyBlock.map((block) => [block, [rank]]));
    });
    this.whole = collective === 'all-reduce' ? ranks : 1;
  }

  onSend = (message: Message): void => {
    const { blocks, kind } = this.cargo(message);
    const own = this.held[message.from] as Map<number, readonly number[]>;
    const load = new Map<number, readonly number[]>();
    for (const block of blocks) {
      const contributors = own.get(block);
      if (contributors === undefined) throw new Error(`${print(message)}: block ${block} is not there`);
      if (kind === 'complete' && contributors.length < this.whole)
        throw new Error(`${print(message)}: block ${block} has ${contributors.length} contributions only`);
      load.set(block, contributors);
      // A partial sum is handed over: whoever kept it could add it twice.
      if (kind === 'partial') own.delete(block);
    }
    this.travelling.set(message, load);
  };

  onReceive = (message: Message): void => {
    const { kind } = this.cargo(message);
    const own = this.held[message.to] as Map<number, readonly number[]>;
    for (const [block, contributors] of this.travelling.get(message) ?? []) {
      const before = own.get(block);
      if (kind === 'complete') {
        if (before !== undefined) throw new Error(`${print(message)}: block ${block} is there already`);
        own.set(block, contributors);
      } else {
        if (before === undefined) throw new Error(`${print(message)}: nothing to add block ${block} to`);
        own.set(
          block,
          [...before, ...contributors].sort((a, b) => a - b),
        );
      }
    }
  };

  /** How many blocks a message carries. */
  blocksIn(message: Message): number {
    return this.cargo(message).blocks.length;
  }

  /** Blocks of a rank that have every contribution exactly once. */
  reduced(rank: number): number[] {
    const all = Array.from({ length: this.ranks }, (_, r) => r).join();
    return this.blocks(rank, (contributors) => contributors.join() === all);
  }

  /** Blocks (or items) that a rank has, reduced or not, in order. */
  blocks(rank: number, which: (contributors: readonly number[]) => boolean = () => true): number[] {
    return [...(this.held[rank] as Map<number, readonly number[]>)]
      .filter(([, contributors]) => which(contributors))
      .map(([block]) => block)
      .sort((a, b) => a - b);
  }
}

function print({ from, to, packet }: Message): string {
  return `packet ${packet} from ${from} to ${to}`;
}
