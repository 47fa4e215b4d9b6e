// Replaces `node:process` and the globals that programs for Node expect.
import { Buffer as NodeBuffer } from '@jspm/core/nodelibs/buffer';
import { standardInput } from './standard-input.js';

/** Receives what programs write to the streams; the terminal sets it. */
export const streams = { out: (_text: string) => {}, err: (_text: string) => {} };

/** Ends a program, as `process.exit` does. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

const stream = (write: (text: string) => void) => ({
  isTTY: false,
  write: (text: string | Uint8Array) => {
    write(typeof text === 'string' ? text : new TextDecoder().decode(text));
    return true;
  },
  on: () => {},
  once: () => {},
});

const process = {
  argv: ['node'],
  argv0: 'node',
  execArgv: [] as string[],
  execPath: '/usr/bin/node',
  env: {} as Record<string, string | undefined>,
  exitCode: undefined as number | undefined,
  pid: 1,
  platform: 'browser',
  version: 'v22.0.0',
  versions: { node: '22.0.0' },
  stdout: stream((text) => streams.out(text)),
  stderr: stream((text) => streams.err(text)),
  stdin: {
    async *[Symbol.asyncIterator]() {
      yield NodeBuffer.from(standardInput.text);
    },
  },
  cwd: () => '/',
  exit: (code?: number) => {
    throw new Exit(code ?? process.exitCode ?? 0);
  },
  // There are no signals, and no other processes.
  on: () => process,
  once: () => process,
  off: () => process,
  emitWarning: (warning: unknown) => streams.err(`${String(warning)}\n`),
  kill: () => true,
  nextTick: (run: (...given: unknown[]) => void, ...given: unknown[]) => queueMicrotask(() => run(...given)),
  hrtime: { bigint: () => BigInt(Math.round(performance.now() * 1e6)) },
  memoryUsage: () => ({ heapUsed: 0, rss: 0 }),
};

/** Timers are objects in Node. Here they keep running until the worker ends with the command. */
function asObjects(name: 'setTimeout' | 'setInterval'): void {
  const own = globalThis[name].bind(globalThis) as (...given: unknown[]) => number;
  const timer = (...given: unknown[]) => {
    const made = Object.assign(Object(own(...given)), { ref: () => made, unref: () => made });
    return made;
  };
  Object.assign(globalThis, { [name]: timer });
}

asObjects('setTimeout');
asObjects('setInterval');

/** The next turn of the event loop; timers of 0 ms would wait for 4 ms. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
const setImmediate = (run: (...given: unknown[]) => void, ...given: unknown[]) => {
  waiting.push(() => run(...given));
  channel.port2.postMessage(0);
};

Object.assign(globalThis, { process, Buffer: NodeBuffer, setImmediate, global: globalThis });

export default process;
export const { argv, env, cwd, exit, stdout, stderr, stdin, platform } = process;
