import { ConfigError } from '../../base/errors.js';
import { runOrder } from '../../collectives/step-order.js';
import {
  COMPUTE,
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
 * each direction, in which what is local stays with what it waits for.
 */
export function threadsOf(program: StepProgram): Thread[][] {
  const { ranks, first, does, peer, channel, waiters } = program;
  const rankOf = new Int32Array(does.length);
  for (let rank = 0; rank < ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
  const byRank = Array.from({ length: ranks }, () => new Map<string | number, Thread>());
  /** Of steps that need others: the thread of the last of them. */
  const follows = new Map<number, string | number>();
  const order = program.thread === undefined ? runOrder(program) : does.keys();
  for (const step of order) {
    const what = does[step] as number;
    if (what === COMPUTE || what === MARK) {
      const expected = 'sends, receives, reductions and copies';
      throw new ConfigError([{ path: nameOfStep(program, step), expected, got: `a ${STEP_NAMES[what]}` }]);
    }
    const moves = what === SEND || what === RECEIVE;
    const own = `${STEP_NAMES[what]} ${peer[step]} ${channel[step]}`;
    const key = program.thread?.[step] ?? (moves ? own : (follows.get(step) ?? 'local'));
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
    const end = waiters.first[step + 1] as number;
    for (let i = waiters.first[step] as number; i < end; i++) follows.set(waiters.steps[i] as number, key);
  }
  return byRank.map((threads) => [...threads.values()].sort((a, b) => a.id - b.id));
}

/** A step of a thread sends to or receives from a peer, which has to be the thread's one. */
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
