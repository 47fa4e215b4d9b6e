// Replaces src/cli/threads.ts: a page has one thread for a command.
import type { Threads } from '../../../../src/cli/threads.js';

export function threadCount(): number {
  return 0;
}

export function startThreads(): Threads {
  throw new Error('there are no threads in this page');
}
