import type { Warning } from '../../base/warnings.js';
import type { NetworkModel } from '../../base/words.js';
import type { Collective } from '../../collectives/collective.js';
import type { StepProgram } from '../../collectives/step-program.js';

/** Collectives that algorithms are compared on. */
export type ComparedCollective = Exclude<Collective, 'alltoallv'>;

/** One algorithm at one size. */
export interface ComparedAlgorithm {
  readonly algorithm: string;
  /** `built-in`: an algorithm of the simulator, with the best of some numbers of splits. `synthesised`: made for this network. */
  readonly origin: 'built-in' | 'synthesised';
  /** Where it is published. */
  readonly source: string;
  /** Size of the whole buffer, bytes. */
  readonly bytes: number;
  /** Rank at this size, from 1. */
  readonly rank: number;
  /** In the network model that ranks. */
  readonly timeNs: number;
  readonly congestionAwareNs: number;
  readonly congestionUnawareNs: number;
  /** The least time of any algorithm on these links, ns. */
  readonly boundNs: number;
  /** boundNs / timeNs: 1 is the physical limit. */
  readonly ofBound: number;
  /** Models in which it is faster than the links that it uses. */
  readonly unphysicalIn: readonly NetworkModel[];
  /** Messages that wait for one another, in the longest chain. */
  readonly steps: number;
  /** Messages in all. */
  readonly messages: number;
  /** What its time goes to, in a sentence. */
  readonly why: string;
  readonly warnings: readonly Warning[];
  /** What the algorithm was asked for: splits, trees, pieces, seeds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of synthesised algorithms: the program. Not part of JSON. */
  readonly program?: StepProgram;
}

/** The best at one size. */
export interface Winner {
  readonly bytes: number;
  readonly algorithm: string;
  /** The best in the congestion-unaware network where that is another. */
  readonly otherwise?: { readonly algorithm: string; readonly timeNs: number; readonly isPhysical: boolean };
}

/** Where one winner gives way to the next: at `bytes` and above `to` wins. */
export interface Crossover {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** The league table. */
export interface Comparison {
  readonly collective: ComparedCollective;
  readonly npus: number;
  readonly rankedBy: NetworkModel;
  /** By size, then by rank. */
  readonly rows: readonly ComparedAlgorithm[];
  readonly winners: readonly Winner[];
  readonly crossovers: readonly Crossover[];
  /** Algorithms that this network or collective does not allow. */
  readonly leftOut: readonly string[];
  /** Of these, those that are not tried on so many NPUs with this budget, and how many they are tried on. */
  readonly tooLargeFor: readonly { readonly algorithm: string; readonly mostNpus: number }[];
}
