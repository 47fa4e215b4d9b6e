import type { EvenCollective } from '../../collectives/collective.js';

/** A buffer of a GPU: input, output, scratch. */
export type Buffer = 'i' | 'o' | 's';

/** What a step does with the data that it computes. */
export interface StepAction {
  /** What its result is the sum of. */
  readonly operands: readonly ('received' | 'source' | 'target')[];
  readonly stores: boolean;
  readonly sends: boolean;
}

/**
 * The types of steps, as MSCCL's interpreter runs them (`msccl_kernel.cu` of Azure's
 * msccl-executor-nccl): source and target are places of the GPU itself, whatever else the
 * tools may write into a field that is not used.
 */
export const STEP_TYPES = {
  s: { operands: ['source'], stores: false, sends: true },
  r: { operands: ['received'], stores: true, sends: false },
  rcs: { operands: ['received'], stores: true, sends: true },
  rrc: { operands: ['received', 'source'], stores: true, sends: false },
  rrs: { operands: ['received', 'source'], stores: false, sends: true },
  rrcs: { operands: ['received', 'source'], stores: true, sends: true },
  re: { operands: ['source', 'target'], stores: true, sends: false },
  cpy: { operands: ['source'], stores: true, sends: false },
  nop: { operands: [], stores: false, sends: false },
} as const satisfies Readonly<Record<string, StepAction>>;

export type StepType = keyof typeof STEP_TYPES;

/** Chunks in a row in one buffer. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
}

export interface Step {
  readonly type: StepType;
  readonly source: Place;
  readonly target: Place;
  /** Chunks. */
  readonly count: number;
  /** A step of another thread block of the GPU that has to be over first. */
  readonly waitsFor: { readonly block: number; readonly step: number } | undefined;
  /** Whether it tells others when it is over (`hasdep`). */
  readonly tells: boolean;
  /** The links that its message takes, and its turns on them, where the file says so. */
  readonly links: readonly number[] | undefined;
  readonly turns: readonly number[] | undefined;
  /** Line of the file. */
  readonly line: number;
}

/** Runs its steps one after the other, with at most one peer to send to and one to receive from. */
export interface ThreadBlock {
  readonly id: number;
  /** -1 for none. */
  readonly sendsTo: number;
  readonly receivesFrom: number;
  readonly channel: number;
  readonly steps: readonly Step[];
}

export interface Gpu {
  readonly id: number;
  readonly chunks: Readonly<Record<Buffer, number>>;
  readonly blocks: readonly ThreadBlock[];
  /** Chunks that are copied from input to output before the first step. */
  readonly copies: readonly { readonly from: number; readonly to: number; readonly line: number }[];
}

/** A collective as an MSCCL XML file describes it. */
export interface MscclAlgorithm {
  readonly file: string;
  readonly name: string;
  /** Undefined for one that we have no claim to check for, such as an alltoallv. */
  readonly collective: EvenCollective | undefined;
  /** Of a broadcast, reduce, gather or scatter; else 0. */
  readonly root: number;
  /** Input and output share their memory. */
  readonly inPlace: boolean;
  /** Chunks of the whole buffer (`nchunksperloop`). */
  readonly chunks: number;
  /** Low-latency protocol or not, as the file says it. */
  readonly protocol: string;
  /**
   * When a thread block goes on after a send. Our own attribute `sends="issued"`, which others pass over, says that
   * it does so at once.
   */
  readonly sendsEnd: 'issued' | 'arrived';
  /** By id. */
  readonly gpus: readonly Gpu[];
  /** What the file has that is not looked at. */
  readonly notes: readonly string[];
}

/** How messages name a step. */
export function stepName(file: string, gpu: number, block: number, step: number, line: number): string {
  return `${inFile(file)}line ${line} (gpu ${gpu}, tb ${block}, step ${step})`;
}

/** What comes before a place in a file. */
export function inFile(file: string): string {
  return file === '' ? '' : `${file}: `;
}
