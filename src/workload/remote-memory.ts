import * as v from 'valibot';
import { didYouMean, parse, whole } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';

export type RemoteMemoryKind = 'none' | 'per-npu' | 'per-node' | 'pool';

const KINDS: Readonly<Record<string, RemoteMemoryKind>> = {
  NO_MEMORY_EXPANSION: 'none',
  PER_NPU_MEMORY_EXPANSION: 'per-npu',
  PER_NODE_MEMORY_EXPANSION: 'per-node',
  MEMORY_POOL: 'pool',
};

/** Memory outside the NPUs. */
export interface RemoteMemory {
  readonly kind: RemoteMemoryKind;
  /** Whole ns. */
  readonly latency: number;
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** NPUs that share one memory, of kind `per-node`. */
  readonly npusPerNode: number;
}

const schema = v.looseObject({
  'memory-type': v.picklist(Object.keys(KINDS)),
  'remote-mem-latency': v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
  'remote-mem-bw': v.optional(v.pipe(v.number('a number'), v.finite('a number')), 0),
  'num-nodes': v.optional(whole(1, 2 ** 31 - 1)),
  'num-npus-per-node': v.optional(whole(1, 2 ** 31 - 1)),
});

/** Reads the reference's remote memory file, parsed. */
export function readRemoteMemory(input: unknown): { memory: RemoteMemory; warnings: Warning[] } {
  const given = parse(schema, input);
  const known = Object.keys(schema.entries);
  const warnings: Warning[] = Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const { hint } = didYouMean(key, known);
      const suffix = hint === undefined ? '' : ` (${hint})`;
      return { code: 'unknown-key', message: `remote memory key "${key}" is unknown and changes nothing${suffix}` };
    });
  return {
    memory: {
      kind: KINDS[given['memory-type']] as RemoteMemoryKind,
      latency: given['remote-mem-latency'],
      bandwidth: given['remote-mem-bw'],
      npusPerNode: given['num-npus-per-node'] ?? 1,
    },
    warnings,
  };
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
        // Whoever waits is served before the one that is done goes on.
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
