import { ConfigError } from '../base/errors.js';
import { sendersOf } from '../collectives/step-order.js';
import {
  COMPUTE,
  COPY,
  MARK,
  nameOfStep,
  RECEIVE,
  REDUCE,
  SEND,
  STEP_NAMES,
  type StepProgram,
} from '../collectives/step-program.js';
import type { Trace } from '../formats/chakra/graph.js';
import { TraceBuilder } from './build/trace-builder.js';

/**
 * Writes a program as the traces of a custom collective, one per rank, for the reference.
 * Reductions and copies become computations, in whole microseconds, which is what a trace can
 * say: nothing becomes 1 ns.
 *
 * @param memoryBandwidth - of reductions (two reads and a write) and copies (a read and a
 * write), bytes per ns; infinite when they take no time.
 * @throws ConfigError for computations of fewer than whole microseconds, and for marks.
 */
export function programTraces(program: StepProgram, memoryBandwidth: number): Trace[] {
  const { ranks, first, does, peer, bytes, ns } = program;
  const tags = tagsOf(program);
  const needs = needsOf(program);
  return Array.from({ length: ranks }, (_, rank) => {
    const builder = new TraceBuilder();
    const base = first[rank] as number;
    for (let step = base; step < (first[rank + 1] as number); step++) {
      const after = (needs[step] ?? []).map((other) => other - base);
      const [size, other, what] = [bytes[step] as number, peer[step] as number, does[step] as number];
      const name = `step ${step - base} ${STEP_NAMES[what]}`;
      const micros = (times: number) => Math.round((times * size) / memoryBandwidth / 1000);
      switch (what) {
        case SEND:
          builder.send(name, after, { from: rank, to: other, bytes: size, tag: tags[step] as number });
          break;
        case RECEIVE:
          builder.receive(name, after, { from: other, to: rank, bytes: size, tag: tags[step] as number });
          break;
        case REDUCE:
          builder.compute(name, after, micros(3));
          break;
        case COPY:
          builder.compute(name, after, micros(2));
          break;
        case COMPUTE:
        case MARK: {
          const time = ns[step] ?? 0;
          if (what === MARK || time % 1000 !== 0) {
            const expected = 'computations of whole microseconds';
            throw new ConfigError([{ path: nameOfStep(program, step), expected, got: `${time} ns` }]);
          }
          builder.compute(name, after, time / 1000);
        }
      }
    }
    return builder.trace();
  });
}

/** Tells the messages between two ranks apart: of sends and receives, which of these messages it is. */
function tagsOf(program: StepProgram): Int32Array {
  const { does, peer, first, ranks, meets } = program;
  const tags = new Int32Array(does.length);
  const next = new Map<number, number>();
  const senders = sendersOf(program);
  for (let rank = 0; rank < ranks; rank++) {
    for (let step = first[rank] as number; step < (first[rank + 1] as number); step++) {
      if (does[step] !== SEND) continue;
      const pair = rank * ranks + (peer[step] as number);
      const receive = meets[step] as number;
      const tag = next.get(pair) ?? 0;
      next.set(pair, tag + 1);
      tags[step] = tag;
      if (receive < 0 || senders[receive] !== step) {
        const path = nameOfStep(program, step);
        throw new ConfigError([{ path, expected: 'messages that can be told apart', got: 'one of several alike' }]);
      }
      tags[receive] = tag;
    }
  }
  return tags;
}

function needsOf({ waiters }: StepProgram): (number[] | undefined)[] {
  const needs: (number[] | undefined)[] = [];
  for (let step = 0; step + 1 < waiters.first.length; step++) {
    for (let i = waiters.first[step] as number; i < (waiters.first[step + 1] as number); i++) {
      const waiter = waiters.steps[i] as number;
      const list = needs[waiter];
      if (list === undefined) needs[waiter] = [step];
      else list.push(step);
    }
  }
  return needs;
}
