import type { Amount } from './amount.js';

const NONE = -1;

/**
 * Maximum flow by blocking flows on shortest augmenting paths (Dinic 1970). It searches backwards from
 * the sink, because callers ask about many sinks in sequence, each close to its
 * supply.
 *
 * Arc 2i is a link, arc 2i + 1 its reverse; the arcs that leave a vertex form a list. Flow stays until
 * {@link reset}, which clears only the arcs that were used.
 */
export class FlowNetwork {
  private readonly heads: number[] = [];
  private readonly capacities: Amount[] = [];
  private readonly residual: Amount[] = [];
  private readonly first: number[] = [];
  private readonly following: number[] = [];
  private readonly touched: number[] = [];

  /** Distance to the last sink; NONE if it is unreachable. */
  private readonly level: number[] = [];
  private readonly queue: number[] = [];
  /** Per vertex the arc to try next, and per position of the current path its arc. */
  private readonly current: number[] = [];
  private readonly path: number[] = [];

  /** `zero` is 0, or 0n for a network of bigints. */
  constructor(
    vertices: number,
    private readonly zero: Amount = 0,
  ) {
    for (let v = 0; v < vertices; v++) this.addVertex();
  }

  addVertex(): number {
    this.first.push(NONE);
    this.level.push(NONE);
    this.current.push(NONE);
    return this.first.length - 1;
  }

  /** Adds a link and returns its arc. */
  addLink(from: number, to: number, capacity: Amount): number {
    const arc = this.heads.length;
    this.heads.push(to, from);
    this.capacities.push(capacity, this.zero);
    this.residual.push(capacity, this.zero);
    this.following.push(this.first[from] as number, this.first[to] as number);
    this.first[from] = arc;
    this.first[to] = arc + 1;
    return arc;
  }

  /** Changes a link's capacity. Valid only without flow. */
  setCapacity(arc: number, capacity: Amount): void {
    this.capacities[arc] = capacity;
    this.residual[arc] = capacity;
  }

  capacity(arc: number): Amount {
    return this.capacities[arc] as Amount;
  }

  /** The last maximum flow over a link. */
  flow(arc: number): Amount {
    return (this.capacities[arc] as Amount) - (this.residual[arc] as Amount);
  }

  /** Removes all flow. */
  reset(): void {
    const { touched, residual, capacities } = this;
    for (const arc of touched) {
      residual[arc] = capacities[arc] as Amount;
      residual[arc ^ 1] = capacities[arc ^ 1] as Amount;
    }
    touched.length = 0;
  }

  /** Sends as much as possible from source to sink, at most `limit`, starting without flow; returns how much. */
  maxFlow(source: number, sink: number, limit: Amount): Amount {
    this.reset();
    let flow = this.zero;
    while (flow < limit && this.findLevels(source, sink)) {
      flow += this.block(source, sink, limit - flow);
    }
    return flow;
  }

  /**
   * Whether a vertex is on the source side of the minimum cut whose source side is largest. Valid after a
   * maximum flow below its limit.
   */
  isOnSourceSide(vertex: number): boolean {
    return this.level[vertex] === NONE;
  }

  /** Breadth first from the sink; returns false if the source cannot reach it. */
  private findLevels(source: number, sink: number): boolean {
    const { heads, residual, first, following, level, queue } = this;
    level.fill(NONE);
    level[sink] = 0;
    queue.length = 0;
    queue.push(sink);
    for (let at = 0; at < queue.length; at++) {
      const v = queue[at] as number;
      const next = (level[v] as number) + 1;
      for (let arc = first[v] as number; arc !== NONE; arc = following[arc] as number) {
        const u = heads[arc] as number;
        if (level[u] !== NONE || !((residual[arc ^ 1] as Amount) > 0)) continue;
        level[u] = next;
        // All nearer vertices have their level, and farther ones are on no shortest path.
        if (u === source) return true;
        queue.push(u);
      }
    }
    return false;
  }

  /** Sends flow along shortest paths until none is left or `wanted` has arrived; returns how much. */
  private block(source: number, sink: number, wanted: Amount): Amount {
    const { heads, residual, first, following, level, current, path, touched } = this;
    for (const v of this.queue) current[v] = first[v] as number;
    const last = level[source] as number;
    let sent = this.zero;
    let depth = 0;
    let v = sink;
    for (;;) {
      if (v === source) {
        let least = wanted - sent;
        for (let i = 0; i < depth; i++) {
          const room = residual[(path[i] as number) ^ 1] as Amount;
          if (room < least) least = room;
        }
        let full = NONE;
        for (let i = depth - 1; i >= 0; i--) {
          const arc = path[i] as number;
          const left = (residual[arc ^ 1] as Amount) - least;
          residual[arc ^ 1] = left;
          residual[arc] = (residual[arc] as Amount) + least;
          touched.push(arc);
          if (!(left > 0)) full = i;
        }
        sent += least;
        if (!(sent < wanted)) return sent;
        // Continue where the first full arc (from the sink) begins.
        depth = full;
        v = heads[(path[depth] as number) ^ 1] as number;
      }
      const next = (level[v] as number) + 1;
      let arc = current[v] as number;
      while (arc !== NONE) {
        const u = heads[arc] as number;
        // Other vertices as far away as the source lead nowhere.
        const leads = level[u] === next && (next < last || u === source);
        if (leads && (residual[arc ^ 1] as Amount) > 0) break;
        arc = following[arc] as number;
      }
      current[v] = arc;
      if (arc !== NONE) {
        path[depth++] = arc;
        v = heads[arc] as number;
        continue;
      }
      if (depth === 0) return sent;
      const back = path[--depth] as number;
      v = heads[back ^ 1] as number;
      current[v] = following[current[v] as number] as number;
    }
  }
}
