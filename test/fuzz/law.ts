import fc from 'fast-check';
import type { Kind, Outcome } from './kind.js';

/** A kind that holds a law to random inputs, and shrinks the one that breaks it. */
export function law<T>(
  name: string,
  runs: number,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => void | Promise<void>,
): Kind {
  return {
    name,
    run: async (seed): Promise<Outcome> => {
      const property = fc.asyncProperty(inputs, async (input) => holds(input));
      const found = await fc.check(property, { seed, numRuns: runs, interruptAfterTimeLimit: 60_000 });
      if (!found.failed || found.counterexample === null) return { runs: found.numRuns };
      const error = found.errorInstance;
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { runs: found.numRuns, failure: { message, input: fc.stringify(found.counterexample[0]).slice(0, 4000) } };
    },
  };
}
