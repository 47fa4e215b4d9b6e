/** What is to happen when something ends, by number: the engine hands numbers back, not functions. */
export class Continuations {
  private readonly pending: ((() => void) | undefined)[] = [];
  private readonly free: number[] = [];

  add(then: () => void): number {
    const token = this.free.pop() ?? this.pending.length;
    this.pending[token] = then;
    return token;
  }

  run(token: number): void {
    const then = this.pending[token];
    this.pending[token] = undefined;
    this.free.push(token);
    then?.();
  }
}
