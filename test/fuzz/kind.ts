/** A case that does not hold: what it says, and the smallest input that was found for it. */
export interface Failure {
  readonly message: string;
  readonly input: string;
}

/** What the runs of one slice came to. */
export interface Outcome {
  readonly runs: number;
  readonly failure?: Failure;
}

/** One way to try to break the simulator. The same seed tries the same things. */
export interface Kind {
  readonly name: string;
  /** Tries for a second or two. */
  readonly run: (seed: number) => Outcome | Promise<Outcome>;
}

/** Says what does not hold. */
export function must(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Error(message());
}
