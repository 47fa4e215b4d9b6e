import { ConfigError, SimulationError } from 'astra-sim-ts';
import { CANCELLED } from './client.js';
import type { Failure, Reply, Request, Task, TaskName } from './protocol.js';
import { collective } from './tasks/collective.js';

/** Each task; those that only some pages need load on first use. */
const TASKS: { readonly [Name in TaskName]: () => Promise<Task<Name>> } = {
  collective: async () => collective,
  explain: async () => (await import('./tasks/explain.js')).explain,
  compare: async () => (await import('./tasks/compare.js')).compare,
  training: async () => (await import('./tasks/training.js')).training,
  changes: async () => (await import('./tasks/training.js')).changes,
  graph: async () => (await import('./tasks/graph.js')).graph,
  messages: async () => (await import('./tasks/messages.js')).messages,
  sizes: async () => (await import('./tasks/sizes.js')).sizes,
  log: async () => (await import('./tasks/log.js')).log,
  timeline: async () => (await import('./tasks/timeline.js')).timeline,
};

interface Scope {
  postMessage(reply: Reply): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}
const scope = globalThis as unknown as Scope;

const running = new Map<number, AbortController>();

scope.onmessage = ({ data }) => {
  if (data.kind === 'cancel') running.get(data.id)?.abort();
  else void start(data.id, data.task, data.input);
};

async function start(id: number, name: TaskName, input: unknown): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const { signal } = controller;
  const report = (share: number, part?: unknown) => scope.postMessage({ kind: 'progress', id, share, part });
  try {
    const task = (await TASKS[name]()) as (input: unknown, controls: object) => Promise<unknown>;
    const startMs = performance.now();
    const output = await task(input, { signal, report });
    scope.postMessage({ kind: 'done', id, output, tookMs: performance.now() - startMs });
  } catch (error) {
    scope.postMessage({ kind: 'failed', id, failure: signal.aborted ? CANCELLED : failureOf(error) });
  } finally {
    running.delete(id);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof ConfigError) return { name: error.name, message: error.message, issues: [...error.issues] };
  if (error instanceof SimulationError) return { name: error.name, message: error.message, issues: [] };
  if (error instanceof RangeError) {
    // The JavaScript engine ran out of memory; its own message would mean nothing to people.
    return { name: 'RangeError', message: 'this needs more memory than a browser gives a page', issues: [] };
  }
  return { name: 'Error', message: error instanceof Error ? error.message : String(error), issues: [] };
}
