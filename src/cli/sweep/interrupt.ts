/** Stopped by the user; the process ends with {@link EXIT}.interrupted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('stopped');
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs something that Ctrl-C (or a scheduler's SIGTERM) stops cleanly; a second one ends the process. */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of SIGNALS) process.once(name, stop);
  try {
    return await run(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
