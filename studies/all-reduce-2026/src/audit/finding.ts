import type { ChartSpec } from 'astra-sim-ts/charts';
import type { Row } from '../report/curve-charts.js';

/** What became of a claim. `answered`: a hypothesis that the log left open. */
export type Verdict = 'confirmed' | 'corrected' | 'refuted' | 'answered';

/** A claim of the log, and what our runs say of it. Every number in the words is computed. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  /** The log's words and numbers. */
  readonly claimed: string;
  /** Ours. */
  readonly found: string;
  readonly verdict: Verdict;
  readonly why: string;
  /** What to run to see the numbers. */
  readonly command: string;
  /** Names of {@link Figure}s and {@link Table}s. */
  readonly figures: readonly string[];
  readonly tables: readonly string[];
}

/** Data behind a finding: one row per point, units in the names. */
export interface Table {
  readonly name: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

export interface Figure {
  readonly name: string;
  /** What is to be seen, for those who cannot see it. */
  readonly alt: string;
  readonly spec: ChartSpec;
}

/** One part of the audit. */
export interface AuditPart {
  readonly findings: readonly Finding[];
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

/** Rounded for words. */
export function about(value: number, digits = 2): string {
  return value.toFixed(digits);
}

/** Confirmed when every pair is equal as written. */
export function same(...pairs: readonly (readonly [claimed: string | number, found: string | number])[]): boolean {
  return pairs.every(([claimed, found]) => String(claimed) === String(found));
}
