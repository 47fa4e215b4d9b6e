import { ConfigError, type Issue } from '../base/errors.js';

/** Collects all problems of a definition, so that its author sees them together. */
export class Problems {
  private readonly issues: Issue[] = [];

  get none(): boolean {
    return this.issues.length === 0;
  }

  add(...issues: readonly Issue[]): void {
    for (const issue of issues) this.issues.push(issue);
  }

  /** Runs a part that may fail, so that the other parts run too. */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.add(...error.issues);
      return undefined;
    }
  }

  /** The results of {@link attempt} for each item, without those that failed. */
  each<I, T>(items: Iterable<I>, part: (item: I) => T): T[] {
    const made: T[] = [];
    for (const item of items) this.attempt(() => made.push(part(item)));
    return made;
  }

  /** @throws ConfigError when there are any. */
  check(): void {
    if (!this.none) throw new ConfigError(this.issues);
  }
}
