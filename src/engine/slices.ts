/** Runs work that is cut into slices to its end. */
export function drain<T>(work: Generator<void, T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** {@link drain}, letting timers and signals have their turn between slices. */
export async function drainAsync<T>(work: Generator<void, T>): Promise<T> {
  let step = work.next();
  while (!step.done) {
    await new Promise((resolve) => setTimeout(resolve));
    step = work.next();
  }
  return step.value;
}
