import { SEND, type StepProgram } from './step-program.js';

/** Per receive its matching send; -1 for other steps, and where several may match. */
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
 * Steps in an order in which they may run, each receive after its matching send.
 * Leaves out steps of cycles and those that wait for them. Only a run decides which of several
 * indistinguishable messages comes first: their receives wait for none here.
 */
export function runOrder(program: StepProgram, senders = sendersOf(program)): Int32Array {
  return orderOf(program, senders, new Int32Array(0));
}

/** {@link runOrder} in which sends also keep the program's order on the first link they take. */
export function plannedOrder(program: StepProgram): Int32Array {
  const { does, route, order } = program;
  const senders = sendersOf(program);
  if (route === undefined || order === undefined) return orderOf(program, senders, new Int32Array(0));
  const onLink = new Map<number, number[]>();
  for (let step = 0; step < does.length; step++) {
    const start = route.first[step] as number;
    if (start === route.first[step + 1]) continue;
    const link = route.links[start] as number;
    const steps = onLink.get(link);
    if (steps === undefined) onLink.set(link, [step]);
    else steps.push(step);
  }
  const turn = (step: number) => order[route.first[step] as number] as number;
  const next = new Int32Array(does.length).fill(-1);
  for (const steps of onLink.values()) {
    steps.sort((a, b) => turn(a) - turn(b));
    for (let i = 1; i < steps.length; i++) next[steps[i - 1] as number] = steps[i] as number;
  }
  return orderOf(program, senders, next);
}

/** @param next - per step another that must come after it, or -1. */
function orderOf(program: StepProgram, senders: Int32Array, next: Int32Array): Int32Array {
  const { does, meets, needs, waiters } = program;
  const left = needs.slice();
  for (const step of next) if (step >= 0) left[step] = (left[step] as number) + 1;
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
    const after = next[step] ?? -1;
    if (after >= 0) release(after);
  }
  return order.subarray(0, found);
}
