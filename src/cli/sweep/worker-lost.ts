/** A worker ended before it answered. The process ends with {@link EXIT}.simulation and this message. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';

  /** @param advice - the state of the output, and how to continue. */
  constructor(reason: string, advice = '') {
    super(`${reason}${advice === '' ? '' : `; ${advice}`}`);
  }

  with(advice: string): WorkerLost {
    return new WorkerLost(this.message, advice);
  }
}

/** Turns the failure of a worker into a WorkerLost; passes on errors of the computation itself. */
export function lossOf(error: unknown): unknown {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const more = 'more memory (NODE_OPTIONS=--max-old-space-size=8192) or fewer --workers may help';
    return new WorkerLost(`a worker ran out of memory: ${more}`);
  }
  const isGone = typeof code === 'string' && code.startsWith('ERR_WORKER_');
  return isGone || /worker (exited|terminated)/i.test(message) ? new WorkerLost(`a worker ended: ${message}`) : error;
}
