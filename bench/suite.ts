/** Something timed by repetition. */
export interface Case {
  readonly name: string;
  readonly run: () => unknown;
  /** What one run does, to print a rate: 7168 `events`. */
  readonly work?: { readonly amount: number; readonly unit: string };
  /** The case of the same suite to compare with. */
  readonly against?: string;
  readonly target?: Target;
}

/** What a case has to keep, where the project promises something. */
export type Target = { readonly atMostMs: number } | { readonly atLeastPerSecond: number };

/** A benchmark suite: one file in `suites/` and a line in `suites.ts`. */
export interface Suite {
  readonly name: string;
  /** One line above the table: what is measured, on what. */
  readonly about: string;
  /** Least number of samples of each case; the time budget usually gives more. Default 10. */
  readonly samples?: number;
  /** Made when the suite runs, so that suites that do not run cost nothing. */
  readonly cases?: () => readonly Case[];
  /** Numbers that come from elsewhere than a clock around a function, or from the timings. */
  readonly figures?: (timings: readonly Timing[]) => readonly Figure[];
}

/** A timed case. */
export interface Timing {
  readonly suite: string;
  readonly name: string;
  readonly medianNs: number;
  /** Half the 95 % confidence interval of the mean, in percent of it. */
  readonly marginPercent: number;
  readonly samples: number;
  /** Runs per second, at the median. */
  readonly opsPerSecond: number;
  /** Work per second, at the median. */
  readonly rate?: { readonly perSecond: number; readonly unit: string };
  readonly against?: Comparison;
  readonly target?: Verdict;
}

/** A number with a unit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'B' | 'ns';
  readonly against?: Comparison;
  readonly target?: Verdict;
}

/** How many times as long (or large) as another case. */
export interface Comparison {
  readonly name: string;
  readonly ratio: number;
}

export interface Verdict {
  readonly text: string;
  readonly met: boolean;
}

/** All that came out of a suite. */
export interface Outcome {
  readonly suite: string;
  readonly about: string;
  readonly timings: readonly Timing[];
  readonly figures: readonly Figure[];
}
