import type { Collective } from './collective.js';
import type { TokenProgram } from './token-program.js';
import type { TreeProgram } from './tree-program.js';

/** What one rank does in a phase. */
export type Program = TokenProgram | TreeProgram;

/** What an algorithm is asked to do: a collective over one logical dimension. */
export interface ProgramRequest {
  readonly collective: Collective;
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
}

/** When received data are reduced: in the first half of an all-reduce, throughout a reduce-scatter. */
export function reduceIn(collective: Collective): TokenProgram['reduceIn'] {
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
