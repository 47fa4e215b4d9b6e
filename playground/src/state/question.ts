import { signal } from '@preact/signals';
import { CANCELLED, type Job, TaskError, WorkerClient } from '../worker/client.js';
import type { Failure, TaskName, Tasks } from '../worker/protocol.js';

/** State of a question; the last answer stays visible until there is a new one. */
export interface Answer<Output, Part = never> {
  readonly state: 'idle' | 'busy' | 'done' | 'failed';
  /** While busy: finished share of the work. */
  readonly share: number;
  readonly value?: Output;
  readonly failure?: Failure;
  /** Parts that arrived so far. */
  readonly parts: readonly Part[];
  /** In the worker, ms. */
  readonly tookMs?: number;
}

const client = new WorkerClient(() => new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' }));
/** Long work has its own worker, so that results do not wait for it. */
const patientClient = new WorkerClient(
  () => new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' }),
);

/** A repeated question; only the last one counts. */
export class Question<Name extends TaskName> {
  readonly answer = signal<Answer<Tasks[Name]['output'], Tasks[Name]['part']>>({ state: 'idle', share: 0, parts: [] });
  readonly #task: Name;
  readonly #client: WorkerClient;
  #job: Job<Tasks[Name]['output']> | undefined;
  #asked = '';

  constructor(task: Name, { isLong = false } = {}) {
    this.#task = task;
    this.#client = isLong ? patientClient : client;
  }

  /** Asks, unless this question is already asked. */
  ask(input: Tasks[Name]['input'], then?: (output: Tasks[Name]['output']) => void): void {
    const text = JSON.stringify(input);
    const { state } = this.answer.peek();
    if (text === this.#asked && (state === 'busy' || state === 'done')) return;
    this.#asked = text;
    this.#job?.cancel();
    const { value } = this.answer.peek();
    const kept = value === undefined ? {} : { value };
    this.answer.value = { state: 'busy', share: 0, parts: [], ...kept };
    const job = this.#client.run(this.#task, input, (share, part) => {
      if (this.#job !== job) return;
      const { parts } = this.answer.peek();
      const more = part === undefined ? parts : [...parts, part as Tasks[Name]['part']];
      this.answer.value = { ...this.answer.peek(), share, parts: more };
    });
    this.#job = job;
    job.finished.then(
      ({ output, tookMs }) => {
        if (this.#job !== job) return;
        const { parts } = this.answer.peek();
        this.answer.value = { state: 'done', share: 1, parts, value: output, tookMs };
        then?.(output);
      },
      (error: unknown) => {
        if (this.#job !== job) return;
        const failure = error instanceof TaskError ? error.failure : { ...CANCELLED, message: String(error) };
        const { parts } = this.answer.peek();
        this.answer.value = { state: 'failed', share: 0, failure, parts, ...kept };
      },
    );
  }

  cancel(): void {
    this.#job?.cancel();
  }

  /** Forgets question and answer. */
  clear(): void {
    this.#job?.cancel();
    this.#job = undefined;
    this.#asked = '';
    this.answer.value = { state: 'idle', share: 0, parts: [] };
  }
}
