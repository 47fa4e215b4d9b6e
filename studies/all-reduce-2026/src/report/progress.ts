import { Presets, SingleBar } from 'cli-progress';

/** Shows how far the audit is. */
export interface Progress {
  readonly step: (stage: string) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; elsewhere a line for each stage. */
export function showProgress(steps: number, err: (text: string) => void): Progress {
  if (process.stderr.isTTY) {
    const format = '{bar} {percentage}% | {stage} | {duration_formatted}';
    const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
    bar.start(steps, 0, { stage: '' });
    return { step: (stage) => bar.increment(1, { stage }), stop: () => bar.stop() };
  }
  let last = '';
  return {
    step: (stage) => {
      if (stage !== last) err(`# ${stage}\n`);
      last = stage;
    },
    stop: () => {},
  };
}
