import { Presets, SingleBar } from 'cli-progress';
import type { SearchProgress } from '../../cluster/progress.js';

/** Most writes to the terminal per second. */
const RATE = 5;

/**
 * Runs a search and shows its progress: a bar if the number of candidates is known, else their
 * count. Only on a terminal, whose settings it does not change: Ctrl-C ends the process at any time.
 */
export function withBar<T>(what: string, run: (onProgress: (progress: SearchProgress) => void) => T): T {
  if (!process.stderr.isTTY) return run(() => {});
  let bar: SingleBar | undefined;
  try {
    return run(({ evaluations, atMost }) => {
      bar ??= start(what, atMost);
      bar.update(evaluations);
    });
  } finally {
    bar?.stop();
  }
}

function start(what: string, atMost: number | undefined): SingleBar {
  const format = atMost === undefined ? `{value} ${what}` : `{bar} {value} of up to {total} ${what}`;
  const look = { stream: process.stderr, format, clearOnComplete: true, gracefulExit: false, fps: RATE };
  const bar = new SingleBar({ ...look, hideCursor: false, linewrap: true }, Presets.shades_classic);
  bar.start(atMost ?? 0, 0);
  return bar;
}
