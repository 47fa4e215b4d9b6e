import type { SymmetricCollective } from './collective.js';
import { type Program, reversed } from './program.js';
import type { TokenProgram } from './token-program.js';

/** What an algorithm is asked to do: a collective over one logical dimension. */
export interface ProgramRequest {
  readonly collective: SymmetricCollective;
  /** Ranks of the dimension, at least 2. */
  readonly ranks: number;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  /** Packets in flight, for algorithms that let the user limit them. */
  readonly window?: number;
  /** The ranks are a communicator group, for which the reference has cycles of its own. */
  readonly group?: boolean;
}

/** One collective algorithm: adding one is a file with such an object and a line in `algorithms.ts`. */
export interface AlgorithmDefinition {
  readonly name: string;
  /** Whether `name:W` with a window W is allowed. */
  readonly windowed?: boolean;
  /** Has no `one-…` form over all NPUs as one dimension. */
  readonly dimensionOnly?: boolean;
  /** Does an all-reduce whatever the phase was meant to do. */
  readonly alwaysAllReduce?: boolean;
  /** Plays the program twice at once, on half of the bytes each, the second time in the other direction. */
  readonly bothWays?: boolean;
  /** What the request lacks for this algorithm ("a power of two of ranks"), or undefined. */
  readonly unsupported?: (request: ProgramRequest) => string | undefined;
  readonly program: (request: ProgramRequest) => Program;
  /** What a packet of a rank carries. Of a program that is spelled out, its steps say so themselves. */
  readonly cargo?: (request: ProgramRequest, rank: number, packet: number) => PacketCargo;
}

/**
 * The blocks in a packet. The data of n ranks are n blocks: block b is the one that rank b ends
 * a reduce-scatter with and enters an all-gather with. Of an all-to-all, block `o * n + d` is what
 * rank o has for rank d.
 */
export interface PacketCargo {
  readonly blocks: readonly number[];
  /** The receiver adds them to its own; else it keeps them as they are. */
  readonly adds: boolean;
}

/** The programs that an algorithm plays side by side. */
export function lanesOf({ program, bothWays }: AlgorithmDefinition, request: ProgramRequest): Program[] {
  if (!bothWays) return [program(request)];
  const half = program({ ...request, bytes: Math.ceil(request.bytes / 2) });
  return [half, reversed(half)];
}

/** The cargo of an algorithm that first scatters, then gathers what it has reduced. */
export function cargoByHalves(
  collective: SymmetricCollective,
  packet: number,
  scatters: number,
  carries: {
    readonly scatter: (packet: number) => readonly number[];
    readonly gather: (packet: number) => readonly number[];
    readonly exchange?: (packet: number) => readonly number[];
  },
): PacketCargo {
  switch (collective) {
    case 'reduce-scatter':
      return { blocks: carries.scatter(packet), adds: true };
    case 'all-gather':
      return { blocks: carries.gather(packet), adds: false };
    case 'all-to-all':
      return { blocks: carries.exchange?.(packet) ?? [], adds: false };
    case 'all-reduce':
      return packet < scatters
        ? { blocks: carries.scatter(packet), adds: true }
        : { blocks: carries.gather(packet - scatters), adds: false };
  }
}

/** When received data are reduced: in the first half of an all-reduce, throughout a reduce-scatter. */
export function reduceIn(collective: SymmetricCollective): TokenProgram['reduceIn'] {
  switch (collective) {
    case 'all-reduce':
      return 'even-cycles';
    case 'reduce-scatter':
      return 'every-cycle';
    case 'all-gather':
    case 'all-to-all':
      return 'no-cycle';
  }
}
