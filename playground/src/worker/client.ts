import type { Failure, Reply, Request, TaskName, Tasks } from './protocol.js';

/** The worker gave no answer; says why. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export const CANCELLED: Failure = { name: 'Cancelled', message: 'cancelled', issues: [] };

/** How long a cancelled task may take to answer before its worker is replaced, ms. */
const PATIENCE_MS = 200;

export interface Finished<Output> {
  readonly output: Output;
  /** Time of the task in the worker, ms. */
  readonly tookMs: number;
}

export interface Job<Output> {
  readonly finished: Promise<Finished<Output>>;
  cancel(): void;
}

interface Pending {
  readonly request: Extract<Request, { kind: 'start' }>;
  readonly resolve: (finished: Finished<unknown>) => void;
  readonly reject: (error: TaskError) => void;
  readonly onProgress: (share: number, part: unknown) => void;
}

/** Sends tasks to a worker. Replaces a worker that ignores a cancel, and sends its other tasks again. */
export class WorkerClient {
  readonly #make: () => Worker;
  #worker: Worker | undefined;
  #next = 1;
  readonly #pending = new Map<number, Pending>();

  constructor(make: () => Worker) {
    this.#make = make;
  }

  run<Name extends TaskName>(
    task: Name,
    input: Tasks[Name]['input'],
    onProgress: (share: number, part?: Tasks[Name]['part']) => void = () => {},
  ): Job<Tasks[Name]['output']> {
    const id = this.#next++;
    const request = { kind: 'start', id, task, input } as const;
    const finished = new Promise<Finished<unknown>>((resolve, reject) => {
      const report = onProgress as Pending['onProgress'];
      this.#pending.set(id, { request, resolve, reject, onProgress: report });
      this.#post(request);
    });
    return { finished: finished as Promise<Finished<Tasks[Name]['output']>>, cancel: () => this.#cancel(id) };
  }

  #post(request: Request): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = this.#make();
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#receive(data);
    worker.onerror = (event) => this.#broken(event.message || 'the simulator could not be loaded');
    return worker;
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.kind === 'progress') {
      pending.onProgress(reply.share, reply.part);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'done') pending.resolve(reply);
    else pending.reject(new TaskError(reply.failure));
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#post({ kind: 'cancel', id });
    setTimeout(() => {
      if (!this.#pending.delete(id)) return;
      pending.reject(new TaskError(CANCELLED));
      this.#restart();
    }, PATIENCE_MS);
  }

  #restart(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { request } of this.#pending.values()) this.#post(request);
  }

  /** No answer of this worker will come. */
  #broken(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const failure: Failure = { name: 'WorkerError', message, issues: [] };
    for (const { reject } of this.#pending.values()) reject(new TaskError(failure));
    this.#pending.clear();
  }
}
