/** A worker has ended before its answer came. The process ends with {@link EXIT}.simulation and this message. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';

  /** @param advice - what is left of the output, and how to go on. */
  constructor(reason: string, advice = '') {
    super(`${reason}${advice === '' ? '' : `; ${advice}`}`);
  }

  with(advice: string): WorkerLost {
    return new WorkerLost(this.message, advice);
  }
}

/** What a worker that failed says; an error of the computation itself stays what it is. */
export function lossOf(error: unknown): unknown {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const more = 'more memory (NODE_OPTIONS=--max-old-space-size=8192) or fewer --workers may help';
    return new WorkerLost(`a worker ran out of memory: ${more}`);
  }
  const isGone = typeof code === 'string' && code.startsWith('ERR_WORKER_');
  return isGone || /worker (exited|terminated)/i.test(message) ? new WorkerLost(`a worker ended: ${message}`) : error;
}
