import { signal } from '@preact/signals';
import type { Printed, TerminalReply, TerminalRequest, WrittenFile } from './protocol.js';

/** The visible state of a run. */
export interface Shown {
  readonly state: 'idle' | 'busy' | 'ended' | 'cancelled';
  readonly printed: readonly Printed[];
  /** Exit code of the last command. */
  readonly code?: number;
  readonly tookMs?: number;
  readonly written: readonly WrittenFile[];
}

/** Most letters to show: more make a page slow. */
const MOST_LETTERS = 500_000;
const IDLE: Shown = { state: 'idle', printed: [], written: [] };

/** Runs commands in their own worker, and keeps their output. */
export class Terminal {
  readonly shown = signal<Shown>(IDLE);
  #worker: Worker | undefined;
  #letters = 0;
  #beganMs = 0;

  run(request: TerminalRequest): void {
    this.#worker?.terminate();
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    this.#letters = 0;
    this.#beganMs = performance.now();
    this.shown.value = { ...IDLE, state: 'busy' };
    worker.onmessage = ({ data }: MessageEvent<TerminalReply>) => {
      if (this.#worker === worker) this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#print([{ stream: 'err', text: `error: ${event.message || 'the command line could not be loaded'}\n` }]);
      this.#end({ state: 'ended', code: 1 });
    };
    worker.postMessage(request);
  }

  /** Ends the run, and clears the output. */
  clear(): void {
    this.#end(IDLE);
    this.shown.value = IDLE;
  }

  /** Ends the run at any point. */
  cancel(): void {
    if (this.shown.peek().state !== 'busy') return;
    this.#end({ state: 'cancelled' });
  }

  #receive(reply: TerminalReply): void {
    if (reply.kind === 'printed') this.#print(reply.parts);
    else this.#end({ state: 'ended', code: reply.code, written: reply.written });
  }

  #print(parts: readonly Printed[]): void {
    const { printed } = this.shown.peek();
    const room = MOST_LETTERS - this.#letters;
    this.#letters += parts.reduce((sum, { text }) => sum + text.length, 0);
    if (room <= 0) return;
    const cut = this.#letters > MOST_LETTERS;
    const more: Printed[] = parts.map(({ stream, text }) => ({ stream, text: text.slice(0, room) }));
    if (cut)
      more.push({
        stream: 'err',
        text: '\nThe page cannot show more; write the output to a file to have all of it.\n',
      });
    this.shown.value = { ...this.shown.peek(), printed: [...printed, ...more] };
  }

  #end(part: Partial<Shown>): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.shown.value = { ...this.shown.peek(), ...part, tookMs: performance.now() - this.#beganMs };
  }
}
