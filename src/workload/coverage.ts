/** Length of the union of intervals that are opened and closed in order of time. */
export class Coverage {
  private open = 0;
  private since = 0;
  private total = 0;

  begin(now: number): void {
    if (this.open++ === 0) this.since = now;
  }

  end(now: number): void {
    if (--this.open === 0) this.total += now - this.since;
  }

  get ns(): number {
    return this.total;
  }
}
