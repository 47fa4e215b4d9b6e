import type { Figure, Outcome, Timing, Verdict } from './suite.js';

const HEADINGS = ['case', 'median', '±', 'ops/s', 'rate', 'ratio', 'to', 'target'];

/** The outcome of a suite as a plain table with units in every cell. */
export function table({ suite, about, timings, figures }: Outcome): string {
  const rows = [...timings.map(timingRow), ...figures.map(figureRow)];
  const widths = HEADINGS.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      // Words to the left, numbers to the right.
      .map((cell, i) => (i === 0 || i >= 6 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [`${suite}: ${about}`, line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}

function timingRow({ name, medianNs, marginPercent, opsPerSecond, rate, against, target }: Timing): string[] {
  return [
    name,
    duration(medianNs),
    `${marginPercent.toFixed(1)}%`,
    count(opsPerSecond),
    rate === undefined ? '' : `${count(rate.perSecond)} ${rate.unit}/s`,
    against === undefined ? '' : `${against.ratio.toFixed(2)}x`,
    against?.name ?? '',
    verdict(target),
  ];
}

function figureRow({ name, value, unit, against, target }: Figure): string[] {
  const text = unit === 'ns' ? duration(value) : `${count(value)} B`;
  const ratio = against === undefined ? '' : `${against.ratio.toFixed(2)}x`;
  return [name, text, '', '', '', ratio, against?.name ?? '', verdict(target)];
}

function verdict(target: Verdict | undefined): string {
  return target === undefined ? '' : `${target.text}: ${target.met ? 'met' : 'MISSED'}`;
}

function duration(ns: number): string {
  if (Math.abs(ns) < 1e3) return `${ns.toFixed(0)} ns`;
  if (Math.abs(ns) < 1e6) return `${(ns / 1e3).toFixed(1)} us`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}

/** Three or four digits: 83.2, 1,234, 2.71 M. */
function count(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}
