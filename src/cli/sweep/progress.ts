import { MultiBar, Presets } from 'cli-progress';
import { Stopwatch } from '../../base/stopwatch.js';

/** Progress of a sweep: points done, and combinations that are done or fail a condition. */
export interface State {
  readonly points: number;
  readonly failed: number;
  readonly looked: number;
}

/** The work to do. */
export interface Total {
  readonly points: number;
  /** Whether `points` is known; else combinations measure progress. */
  readonly exact: boolean;
  readonly combinations: number;
}

/** Shows the progress of a sweep. */
export interface Watcher {
  readonly at: (state: State) => void;
  readonly stop: () => void;
}

/** Without a terminal, a search that finds nothing says so after this time, and again after twice the time. */
const FIRST_WORD_MS = 10_000;

/** A bar on stderr if that is a terminal; else a line when the search for points takes long. */
export function watch(total: Total, start: State, say: (text: string) => void): Watcher {
  return process.stderr.isTTY ? bar(total, start) : words(total, say);
}

/** Points, rate, time left. */
function bar(total: Total, start: State): Watcher {
  const stopwatch = new Stopwatch();
  const of = ({ points, looked }: State) => (total.exact ? points : looked);
  // A MultiBar does not handle Ctrl-C.
  const bars = new MultiBar(
    {
      stream: process.stderr,
      format: `{bar} {percentage}% | {points} points{among} | {rate}/s | {failed} failed | {left} left`,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const size = total.exact ? total.points : total.combinations;
  const shown = (state: State) => {
    const seconds = Math.max(1, stopwatch.ms) / 1000;
    const speed = (of(state) - of(start)) / seconds;
    return {
      points: state.points.toLocaleString('en-US'),
      among: total.exact
        ? ` of ${total.points.toLocaleString('en-US')}`
        : ` in ${state.looked.toLocaleString('en-US')} of ${total.combinations.toLocaleString('en-US')} combinations`,
      rate: Math.round((state.points - start.points) / seconds).toLocaleString('en-US'),
      failed: state.failed,
      left: duration((1000 * (size - of(state))) / speed),
    };
  };
  const one = bars.create(size, of(start), shown(start));
  return {
    at: (state) => one.update(Math.min(size, of(state)), shown(state)),
    stop: () => bars.stop(),
  };
}

function words({ combinations }: Total, say: (text: string) => void): Watcher {
  let points = -1;
  const since = new Stopwatch();
  let wait = FIRST_WORD_MS;
  return {
    at: (state) => {
      if (state.points > points) {
        points = state.points;
        since.restart();
        wait = FIRST_WORD_MS;
      }
      if (since.ms < wait) return;
      wait *= 2;
      const number = (value: number) => value.toLocaleString('en-US');
      say(`${number(points)} points in ${number(state.looked)} of ${number(combinations)} combinations so far`);
    },
    stop: () => {},
  };
}

/** `3 min`, `0.4 s`: for people. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  if (ms < 100) return 'less than 0.1 s';
  if (ms < 60_000) return `${Number((ms / 1000).toPrecision(2))} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  const hours = ms / 3_600_000;
  return hours < 48 ? `${Number(hours.toPrecision(2))} h` : `${Math.round(hours / 24).toLocaleString('en-US')} days`;
}
