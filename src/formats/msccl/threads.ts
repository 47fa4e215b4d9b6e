import { ConfigError } from '../../base/errors.js';
import { plannedOrder } from '../../collectives/step-order.js';
import {
  COMPUTE,
  COPY,
  MARK,
  nameOfStep,
  RECEIVE,
  SEND,
  STEP_NAMES,
  type StepProgram,
} from '../../collectives/step-program.js';

/** Steps of a rank that run one after the other, with at most one peer to send to and one to receive from. */
export interface Thread {
  readonly id: number;
  sendsTo: number;
  receivesFrom: number;
  channel: number;
  readonly steps: number[];
}

/**
 * The threads of every rank: those that the program names, or one for each peer and channel in
 * each direction, whose sends keep the order on the link they take first. Local steps have their own threads,
 * one for each place they write, so that no message waits for work on another.
 */
export function threadsOf(program: StepProgram): Thread[][] {
  const { ranks, first, does, peer, channel } = program;
  const rankOf = new Int32Array(does.length);
  for (let rank = 0; rank < ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
  const byRank = Array.from({ length: ranks }, () => new Map<string | number, Thread>());
  const order = program.thread === undefined ? plannedOrder(program) : does.keys();
  for (const step of order) {
    const what = does[step] as number;
    if (what === COMPUTE || what === MARK) {
      const expected = 'sends, receives, reductions and copies';
      throw new ConfigError([{ path: nameOfStep(program, step), expected, got: `a ${STEP_NAMES[what]}` }]);
    }
    const moves = what === SEND || what === RECEIVE;
    const own = `${STEP_NAMES[what]} ${peer[step]} ${channel[step]}`;
    const key = program.thread?.[step] ?? (moves ? own : `local ${written(program, step)}`);
    const threads = byRank[rankOf[step] as number] as Map<string | number, Thread>;
    let thread = threads.get(key);
    if (thread === undefined) {
      thread = {
        id: typeof key === 'number' ? key : threads.size,
        sendsTo: -1,
        receivesFrom: -1,
        channel: -1,
        steps: [],
      };
      threads.set(key, thread);
    }
    thread.steps.push(step);
    if (moves) join(thread, what === SEND ? 'sendsTo' : 'receivesFrom', step, program);
  }
  return byRank.map((threads) => [...threads.values()].sort((a, b) => a.id - b.id));
}

/** The first cell that a local step writes; -1 for none. */
function written({ cargo, does }: StepProgram, step: number): number {
  const [begin = 0, end = 0] = [cargo?.first[step], cargo?.first[step + 1]];
  // A copy writes the second half of its cells, a reduction the last third.
  const count = (end - begin) / (does[step] === COPY ? 2 : 3);
  return cargo?.cells[end - count] ?? -1;
}

/** Records the peer of a thread's step, which must be the thread's only one in this direction. */
function join(thread: Thread, side: 'sendsTo' | 'receivesFrom', step: number, program: StepProgram): void {
  const [peer, channel] = [program.peer[step] as number, program.channel[step] as number];
  const isOther = thread[side] >= 0 && thread[side] !== peer;
  const isNew = thread.sendsTo < 0 && thread.receivesFrom < 0;
  if (isOther || (!isNew && thread.channel !== channel)) {
    const path = nameOfStep(program, step);
    throw new ConfigError([
      { path, expected: 'one peer and channel in a thread', got: `another in thread ${thread.id}` },
    ]);
  }
  thread[side] = peer;
  thread.channel = channel;
}
