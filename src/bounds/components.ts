/** Disjoint sets of the numbers below `size`, at first each alone. */
export class Components {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_, i) => i);
  }

  /** Joins the sets of two members; returns false if they are one already. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.find(a), this.find(b)];
    this.parent[first] = second;
    return first !== second;
  }

  find(member: number): number {
    let at = member;
    while (this.parent[at] !== at) {
      const above = this.parent[at] as number;
      this.parent[at] = this.parent[above] as number;
      at = this.parent[at] as number;
    }
    return at;
  }

  /** The sets, in the order of their members in `members`. */
  list(members: readonly number[]): number[][] {
    const byRoot = new Map<number, number[]>();
    for (const member of members) {
      const root = this.find(member);
      const part = byRoot.get(root);
      if (part === undefined) byRoot.set(root, [member]);
      else part.push(member);
    }
    return [...byRoot.values()];
  }
}
