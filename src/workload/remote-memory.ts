/** Memory outside the NPUs. */
export interface RemoteMemory {
  readonly kind: 'per-npu' | 'per-node' | 'pool';
  /** Whole ns. */
  readonly latency: number;
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** NPUs that share one memory, of kind `per-node`. */
  readonly npusPerNode: number;
}

/** Time of one access, ns. */
export function accessNs({ latency, bandwidth }: RemoteMemory, bytes: number): number {
  return latency + Math.trunc(bytes / bandwidth);
}

/** Accesses to memories that serve one at a time, first come first served; to the others at once. */
export class RemoteMemories {
  private readonly memory: RemoteMemory;
  private readonly after: (npu: number, ns: number, then: () => void) => void;
  private readonly queues = new Map<number, (() => void)[]>();

  constructor(memory: RemoteMemory, after: (npu: number, ns: number, then: () => void) => void) {
    this.memory = memory;
    this.after = after;
  }

  access(npu: number, bytes: number, done: () => void): void {
    const ns = accessNs(this.memory, bytes);
    const shared = this.sharedBy(npu);
    if (shared === undefined) {
      this.after(npu, ns, done);
      return;
    }
    const queue = this.queues.get(shared) ?? [];
    this.queues.set(shared, queue);
    const serve = () =>
      this.after(npu, ns, () => {
        queue.shift();
        // The next access is served before the one that is done goes on.
        queue[0]?.();
        done();
      });
    queue.push(serve);
    if (queue.length === 1) serve();
  }

  /** Which memory an NPU shares with others. */
  private sharedBy(npu: number): number | undefined {
    if (this.memory.kind === 'pool') return 0;
    return this.memory.kind === 'per-node' ? Math.floor(npu / this.memory.npusPerNode) : undefined;
  }
}
