// Must come first: the imports below expect a process.
import './node/process.js';
import { closeNetwork } from './no-network.js';
import { runCommands } from './program.js';
import type { Printed, TerminalReply, TerminalRequest } from './protocol.js';

interface Scope {
  postMessage(reply: TerminalReply): void;
  onmessage: ((event: MessageEvent<TerminalRequest>) => void) | null;
}
const scope = globalThis as unknown as Scope;
const post = scope.postMessage.bind(scope);
closeNetwork(globalThis);

/** Output goes to the page in parts: single lines would keep both busy. */
const PATIENCE_MS = 50;

scope.onmessage = ({ data }) => void answer(data);

async function answer({ command, files }: TerminalRequest): Promise<void> {
  let parts: Printed[] = [];
  let lastMs = performance.now();
  const flush = () => {
    if (parts.length > 0) post({ kind: 'printed', parts });
    parts = [];
    lastMs = performance.now();
  };
  const print = (printed: Printed) => {
    const last = parts.at(-1);
    if (last?.stream === printed.stream) parts[parts.length - 1] = { ...last, text: last.text + printed.text };
    else parts.push(printed);
    if (performance.now() - lastMs > PATIENCE_MS) flush();
  };
  addEventListener('unhandledrejection', ({ reason }) =>
    print({ stream: 'err', text: `Uncaught ${String(reason)}\n` }),
  );
  const { code, written } = await runCommands(command, files, print);
  flush();
  post({ kind: 'ended', code, written });
}
