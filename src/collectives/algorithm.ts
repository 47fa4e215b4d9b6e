import type { SymmetricCollective } from './collective.js';
import { type Program, reversed } from './program.js';
import type { TokenProgram } from './token-program.js';

/** A request to an algorithm: a collective over one logical dimension. */
export interface ProgramRequest {
  readonly collective: SymmetricCollective;
  /** Ranks of the dimension, at least 2. */
  readonly ranks: number;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  /** Packets in flight, for algorithms that let the user limit them. */
  readonly window?: number;
  /** The ranks are a communicator group, for which the reference has separate cycles. */
  readonly group?: boolean;
}

/** One collective algorithm. To add one, write a file with such an object and a line in `algorithms.ts`. */
export interface AlgorithmDefinition {
  readonly name: string;
  /** Whether `name:W` with a window W is allowed. */
  readonly windowed?: boolean;
  /** Has no `one-…` form over all NPUs as one dimension. */
  readonly dimensionOnly?: boolean;
  /** Runs over all NPUs as one dimension under its plain name. */
  readonly alwaysFlat?: boolean;
  /** Always does an all-reduce, even where the phase needs less. */
  readonly alwaysAllReduce?: boolean;
  /** Plays the program twice at once, on half of the bytes each, the second time in the other direction. */
  readonly bothWays?: boolean;
  /** What the request lacks for this algorithm ("a power of two of ranks"), or undefined. */
  readonly unsupported?: (request: ProgramRequest) => string | undefined;
  readonly program: (request: ProgramRequest) => Program;
  /** What a packet of a rank carries. In a spelled-out program the steps say so themselves. */
  readonly cargo?: (request: ProgramRequest, rank: number, packet: number) => PacketCargo;
}

/**
 * The blocks in a packet. The data of n ranks are n blocks: rank b ends a reduce-scatter with
 * block b and enters an all-gather with it. In an all-to-all, block `o * n + d` is what
 * rank o has for rank d.
 */
export interface PacketCargo {
  readonly blocks: readonly number[];
  /** The receiver adds them to its own; otherwise it stores them. */
  readonly adds: boolean;
}

/** The programs that an algorithm plays side by side. */
export function lanesOf({ program, bothWays }: AlgorithmDefinition, request: ProgramRequest): Program[] {
  if (!bothWays) return [program(request)];
  const half = program({ ...request, bytes: Math.ceil(request.bytes / 2) });
  return [half, reversed(half)];
}

/** The cargo of an algorithm that first scatters, then gathers the reduced blocks. */
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
