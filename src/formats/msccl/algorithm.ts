import type { EvenCollective } from '../../collectives/collective.js';

/** A buffer of a GPU: input, output, scratch. */
export type Buffer = 'i' | 'o' | 's';

/** What a step does with its data. */
export interface StepAction {
  /** Summands of its result. */
  readonly operands: readonly ('received' | 'source' | 'target')[];
  readonly stores: boolean;
  readonly sends: boolean;
}

/**
 * The types of steps, as MSCCL's interpreter runs them (`msccl_kernel.cu` of Azure's
 * msccl-executor-nccl): source and target are places of the GPU itself; tools may write anything
 * into unused fields.
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

/** Consecutive chunks in one buffer. */
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
  /** A step of another thread block of the GPU that must end first. */
  readonly waitsFor: { readonly block: number; readonly step: number } | undefined;
  /** Whether others may wait for its end (`hasdep`). */
  readonly tells: boolean;
  /** The links that its message takes, and its turns on them, if the file says so. */
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
  /** Chunks to copy from input to output before the first step. */
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
  /** Protocol (low-latency or not), as written in the file. */
  readonly protocol: string;
  /**
   * When a thread block continues after a send. Our own attribute `sends="issued"`, which other readers ignore, means
   * at once.
   */
  readonly sendsEnd: 'issued' | 'arrived';
  /** By id. */
  readonly gpus: readonly Gpu[];
  /** Ignored parts of the file. */
  readonly notes: readonly string[];
}

/** A step's name in messages. */
export function stepName(file: string, gpu: number, block: number, step: number, line: number): string {
  return `${inFile(file)}line ${line} (gpu ${gpu}, tb ${block}, step ${step})`;
}

/** Prefix of a place in a file. */
export function inFile(file: string): string {
  return file === '' ? '' : `${file}: `;
}
