import type { PacketCargo } from '../../src/collectives/algorithm.js';
import type { SymmetricCollective } from '../../src/collectives/collective.js';
import type { AlgorithmName } from '../../src/index.js';
import { algorithmOf } from './phases.js';
import type { Message } from './replay.js';

/** What a message means, as its algorithm says. */
export function cargoOf(
  name: AlgorithmName,
  collective: SymmetricCollective,
  ranks: number,
): (message: Message) => PacketCargo {
  const { cargo } = algorithmOf(name).definition;
  if (cargo === undefined) throw new Error(`${name} does not say what its packets carry`);
  return ({ from, packet }) => cargo({ collective, ranks, bytes: ranks }, from, packet);
}

/**
 * The data of all ranks while a program is replayed: per rank and block, who has contributed
 * how often. Throws at the first message that cannot be right: a block that is sent by
 * somebody who does not have it, or not complete where it has to be, or taken in twice.
 */
export class Contributions {
  /** Per rank: block (or item) to contributors, one entry for each time. */
  readonly held: Map<number, readonly number[]>[];
  private readonly cargo: (message: Message) => PacketCargo;
  private readonly travelling = new Map<Message, Map<number, readonly number[]>>();
  private readonly ranks: number;
  private readonly whole: number;

  constructor(name: AlgorithmName, collective: SymmetricCollective, ranks: number) {
    this.ranks = ranks;
    this.cargo = cargoOf(name, collective, ranks);
    const everyBlock = Array.from({ length: ranks }, (_, block) => block);
    this.held = everyBlock.map((rank) => {
      if (collective === 'all-to-all') return new Map(everyBlock.map((to) => [rank * ranks + to, [rank]]));
      if (collective === 'all-gather') return new Map([[rank, [rank]]]);
      return new Map(everyBlock.map((block) => [block, [rank]]));
    });
    this.whole = collective === 'all-reduce' ? ranks : 1;
  }

  onSend = (message: Message): void => {
    const { blocks, adds } = this.cargo(message);
    const own = this.held[message.from] as Map<number, readonly number[]>;
    const load = new Map<number, readonly number[]>();
    for (const block of blocks) {
      const contributors = own.get(block);
      if (contributors === undefined) throw new Error(`${print(message)}: block ${block} is not there`);
      if (!adds && contributors.length < this.whole)
        throw new Error(`${print(message)}: block ${block} has ${contributors.length} contributions only`);
      load.set(block, contributors);
      // A partial sum is handed over: whoever kept it could add it twice.
      if (adds) own.delete(block);
    }
    this.travelling.set(message, load);
  };

  onReceive = (message: Message): void => {
    const { adds } = this.cargo(message);
    const own = this.held[message.to] as Map<number, readonly number[]>;
    for (const [block, contributors] of this.travelling.get(message) ?? []) {
      const before = own.get(block);
      if (!adds) {
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
