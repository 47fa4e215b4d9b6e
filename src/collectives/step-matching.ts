import { RECEIVE, SEND } from './step-program.js';

/** Steps whose messages to match, by number. */
export interface StepEnds {
  readonly length: number;
  readonly ranks: number;
  does(step: number): number;
  rank(step: number): number;
  peer(step: number): number;
  channel(step: number): number;
  bytes(step: number): number;
}

/** Reports what is wrong with a step. */
export type Wrong = (step: number, expected: string, got: string, other?: number) => void;

/**
 * Pairs the sends and receives of each channel from one rank to another. Returns for each send its
 * receive, for each receive itself, else -1. In order, the first send meets the first receive;
 * on arrival, all name the first receive, and surplus messages are dropped.
 */
export function matchSteps(steps: StepEnds, matching: 'in-order' | 'on-arrival', wrong: Wrong): Int32Array {
  const inOrder = matching === 'in-order';
  const meets = new Int32Array(steps.length).fill(-1);
  for (const { sends, receives } of linesOf(steps)) {
    for (let i = 0; i < receives.length; i++) {
      const [send, receive] = [sends[i], receives[i] as number];
      meets[receive] = inOrder ? receive : (receives[0] as number);
      if (send === undefined) {
        wrong(receive, 'a message to receive', 'none that is sent');
      } else if (steps.bytes(send) !== steps.bytes(receive)) {
        wrong(receive, `a message of ${steps.bytes(receive)}`, `one of ${steps.bytes(send)}`, send);
      }
    }
    for (let i = 0; i < sends.length; i++) {
      const send = sends[i] as number;
      if (i < receives.length) meets[send] = receives[inOrder ? i : 0] as number;
      else if (inOrder) wrong(send, 'a receive for every message', 'none for this one');
    }
  }
  return meets;
}

interface Line {
  readonly sends: number[];
  readonly receives: number[];
}

function linesOf(steps: StepEnds): Iterable<Line> {
  const lines = new Map<string | number, Line>();
  for (let step = 0; step < steps.length; step++) {
    const does = steps.does(step);
    if (does !== SEND && does !== RECEIVE) continue;
    const key = keyOf(steps, step, does === SEND);
    let line = lines.get(key);
    if (line === undefined) {
      line = { sends: [], receives: [] };
      lines.set(key, line);
    }
    (does === SEND ? line.sends : line.receives).push(step);
  }
  return lines.values();
}

function keyOf(steps: StepEnds, step: number, sends: boolean): string | number {
  const [own, peer, channel] = [steps.rank(step), steps.peer(step), steps.channel(step)];
  const [from, to] = sends ? [own, peer] : [peer, own];
  // A number is much faster, as long as it can distinguish lines.
  const pair = from * steps.ranks + to;
  return channel >= 0 && channel < 1024 && pair < 2 ** 42 ? pair * 1024 + channel : `${from} ${to} ${channel}`;
}
