import type { NodeTimes } from './result.js';

/** Notes when the nodes of an NPU begin and end. */
export class NodeClock {
  readonly times: NodeTimes;
  private readonly startNs: number[];
  private readonly endNs: number[];

  constructor(nodes: number) {
    this.startNs = new Array<number>(nodes).fill(0);
    this.endNs = new Array<number>(nodes).fill(0);
    this.times = { startNs: this.startNs, endNs: this.endNs };
  }

  /** A node that takes no time ends here too; others set their end later. */
  begin(node: number, ns: number): void {
    this.startNs[node] = ns;
    this.endNs[node] = ns;
  }

  end(node: number, ns: number): void {
    this.endNs[node] = ns;
  }
}
