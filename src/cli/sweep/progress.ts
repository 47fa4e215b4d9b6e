import { MultiBar, Presets } from 'cli-progress';

/** Tells whoever watches how far a sweep is. */
export interface Watcher {
  readonly at: (points: number, failed: number) => void;
  readonly stop: () => void;
}

/** A bar on stderr, if that is a terminal: points, rate, time left. */
export function watch(total: number, start: number): Watcher {
  if (!process.stderr.isTTY) return { at: () => {}, stop: () => {} };
  const began = performance.now();
  // A MultiBar leaves Ctrl-C to us.
  const bars = new MultiBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage}% | {value}/{total} points | {rate}/s | {failed} failed | {left} left',
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(total, start, { rate: '-', failed: 0, left: '-' });
  return {
    at: (points, failed) => {
      const rate = (points - start) / ((performance.now() - began) / 1000);
      if (points > bar.getTotal()) bar.setTotal(points);
      const left = duration((1000 * (bar.getTotal() - points)) / rate);
      bar.update(points, { rate: Math.round(rate).toLocaleString('en-US'), failed, left });
    },
    stop: () => bars.stop(),
  };
}

/** `3 min`, `0.4 s`: for people. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  if (ms < 100) return 'less than 0.1 s';
  if (ms < 60_000) return `${Number((ms / 1000).toPrecision(2))} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  const hours = ms / 3_600_000;
  return hours < 48 ? `${Number(hours.toPrecision(2))} h` : `${Math.round(hours / 24)} days`;
}
