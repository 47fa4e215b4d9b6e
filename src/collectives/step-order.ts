import { SEND, type StepProgram } from './step-program.js';

/** Per receive the one send that is matched with it; -1 for other steps, and where several may be. */
export function sendersOf({ does, meets }: StepProgram): Int32Array {
  const senders = new Int32Array(does.length).fill(-1);
  const several = -2;
  for (let step = 0; step < does.length; step++) {
    const receive = meets[step] as number;
    if (does[step] !== SEND || receive < 0) continue;
    senders[receive] = senders[receive] === -1 ? step : several;
  }
  return senders.map((sender) => (sender === several ? -1 : sender));
}

/**
 * Steps in an order in which they may run, a receive after the send that it is matched with.
 * Steps of circles, and those that wait for these, are left out. Which of several messages that
 * cannot be told apart comes first is for the run to say: their receives wait for none here.
 */
export function runOrder(program: StepProgram, senders = sendersOf(program)): Int32Array {
  const { does, meets, needs, waiters } = program;
  const left = needs.slice();
  const order = new Int32Array(left.length);
  let found = 0;
  for (let step = 0; step < left.length; step++) {
    if ((senders[step] as number) >= 0) left[step] = (left[step] as number) + 1;
    if (left[step] === 0) order[found++] = step;
  }
  const release = (step: number) => {
    const rest = (left[step] as number) - 1;
    left[step] = rest;
    if (rest === 0) order[found++] = step;
  };
  for (let at = 0; at < found; at++) {
    const step = order[at] as number;
    const end = waiters.first[step + 1] as number;
    for (let i = waiters.first[step] as number; i < end; i++) release(waiters.steps[i] as number);
    const receive = meets[step] as number;
    if (does[step] === SEND && receive >= 0 && senders[receive] === step) release(receive);
  }
  return order.subarray(0, found);
}
