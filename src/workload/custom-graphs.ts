import { ConfigError, show } from '../base/errors.js';
import { checkProgram } from '../collectives/check-program.js';
import { sendersOf } from '../collectives/step-order.js';
import {
  COMPUTE,
  COPY,
  nameOfStep,
  RECEIVE,
  REDUCE,
  SEND,
  STEP_NAMES,
  type StepProgram,
} from '../collectives/step-program.js';
import { copyNs, reductionNs } from '../costs/endpoint.js';
import { GraphBuilder } from './build/graph-builder.js';
import type { WorkGraph } from './work-graph.js';

/**
 * A program as the graphs of a custom collective, one per rank: what the reference calls an
 * algorithm of one's own. Reductions and copies become computations, of at least 1 ns.
 *
 * @param memoryBandwidth - of reductions (two reads and a write) and copies (a read and a
 * write), bytes per ns; infinite when they take no time.
 * @throws ConfigError for what is no program, for marks, and for messages that cannot be told apart.
 */
export function programGraphs(program: StepProgram, memoryBandwidth: number): WorkGraph[] {
  checkProgram(program);
  if (!(typeof memoryBandwidth === 'number' && memoryBandwidth > 0)) {
    throw new ConfigError([{ path: 'memoryBandwidth', expected: 'bytes per ns, above 0', got: show(memoryBandwidth) }]);
  }
  const { ranks, first, does, peer, bytes, ns } = program;
  const tags = tagsOf(program);
  const needs = needsOf(program);
  const memory = { delay: 0, memoryBandwidth };
  return Array.from({ length: ranks }, (_, rank) => {
    const builder = new GraphBuilder();
    const base = first[rank] as number;
    for (let step = base; step < (first[rank + 1] as number); step++) {
      const after = (needs[step] ?? []).map((other) => other - base);
      const [size, what] = [bytes[step] as number, does[step] as number];
      const transfer = { peer: peer[step] as number, self: rank, bytes: size, tag: tags[step] as number };
      const name = `step ${step - base} ${STEP_NAMES[what]}`;
      switch (what) {
        case SEND:
          builder.send(name, after, transfer);
          break;
        case RECEIVE:
          builder.receive(name, after, transfer);
          break;
        case REDUCE:
          builder.compute(name, after, reductionNs(memory, size));
          break;
        case COPY:
          builder.compute(name, after, copyNs(memory, size));
          break;
        case COMPUTE:
          builder.compute(name, after, ns[step] as number);
          break;
        default: {
          const expected = 'sends, receives, reductions, copies and computations';
          throw new ConfigError([{ path: nameOfStep(program, step), expected, got: `a ${STEP_NAMES[what]}` }]);
        }
      }
    }
    return builder.graph();
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
