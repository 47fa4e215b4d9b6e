import { InvariantError } from '../base/errors.js';
import { SEND, type StepProgram } from './step-program.js';
import type { TokenProgram } from './token-program.js';

/** What the ranks of a phase do: in a few numbers if all do the same, or spelled out. */
export type Program = TokenProgram | StepProgram;

/** Facts about a program that need no simulation. */
export interface ProgramFacts {
  /** All ranks do the same: if they start together without contention, one represents all. */
  readonly symmetric: boolean;
  /** Bytes that a rank sends, on average. */
  readonly sentBytes: number;
  /** Bytes of the smallest message; infinite without messages. */
  readonly smallestMessage: number;
  /** A barrier releases several packets at once, so other phases can change the duration. */
  readonly hasBarrier: boolean;
}

/** Equal messages of a program. */
export interface MessageKind {
  /** The rank that sends them, or -1 if every rank sends equally many. */
  readonly from: number;
  /** How many ranks ahead they go. Of two ranks that swap, as in halving-doubling, one sends as far back. */
  readonly offset: number;
  readonly bytes: number;
  /** How many each sender sends. */
  readonly times: number;
}

/** All messages of a program. */
export function* messages(program: Program): Generator<MessageKind> {
  if (program.kind === 'token') {
    const { sends, offsets, bytes } = program;
    const cycle = Math.max(offsets.length, bytes.length);
    for (let k = 0; k < Math.min(cycle, sends); k++) {
      const times = Math.floor((sends - k - 1) / cycle) + 1;
      yield {
        from: -1,
        offset: offsets[k % offsets.length] as number,
        bytes: bytes[k % bytes.length] as number,
        times,
      };
    }
    return;
  }
  const { ranks, first, does, peer, bytes } = program;
  for (let from = 0; from < ranks; from++) {
    const end = first[from + 1] as number;
    for (let step = first[from] as number; step < end; step++) {
      if (does[step] !== SEND) continue;
      yield { from, offset: (peer[step] as number) - from, bytes: bytes[step] as number, times: 1 };
    }
  }
}

export function factsOf(program: Program): ProgramFacts {
  const symmetric = program.kind === 'token';
  let sentBytes = 0;
  let smallestMessage = Infinity;
  for (const { bytes, times } of messages(program)) {
    sentBytes += bytes * times;
    smallestMessage = Math.min(smallestMessage, bytes);
  }
  if (program.kind === 'steps') sentBytes /= program.ranks;
  const hasBarrier = program.kind === 'token' && program.barrier > 0 && program.window > 1;
  return { symmetric, sentBytes, smallestMessage, hasBarrier };
}

/** Whether all ranks do the same. */
export function isSymmetric({ kind }: Program): boolean {
  return kind === 'token';
}

/** Whether every other phase of a dimension plays another program. */
export function alternates(program: Program): boolean {
  return program.kind === 'steps' && program.alternate !== undefined;
}

/** The program and the one that every other phase plays instead, if any. */
export function turnsOf<P extends Program>(program: P): readonly P[] {
  const alternate = program.kind === 'steps' ? (program.alternate as P | undefined) : undefined;
  return alternate === undefined ? [program] : [program, alternate];
}

/** The program in the other direction; pairs and trees stay as they are. */
export function reversed(program: Program): Program {
  return program.kind === 'token' ? { ...program, offsets: program.offsets.map((offset) => -offset) } : program;
}

/** A program in which one rank can represent all. */
export function symmetricProgram(program: Program): TokenProgram {
  if (program.kind === 'token') return program;
  throw new InvariantError('ranks of a spelled-out program need not act in lockstep');
}
