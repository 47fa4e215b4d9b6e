import type { Warning, WarningCode } from '../base/warnings.js';
import type { Algorithm } from '../collectives/algorithms.js';
import { factsOf } from '../collectives/program.js';
import type { NetworkModel, Routing } from '../engine/job.js';
import { QueueAllocator } from '../scheduler/queue-allocator.js';
import { windowPerQueue } from '../scheduler/stream-scheduler.js';
import type { Dimension } from '../topology/dimension.js';
import type { ActiveDimension, Phase } from './phases.js';

interface Settings {
  readonly topology: readonly Dimension[];
  readonly algorithms: Algorithm | readonly Algorithm[];
  readonly involvedDimensions?: readonly boolean[] | undefined;
  readonly size: number;
  readonly activeChunks: number;
  readonly queuesPerDimension: number;
  readonly network: NetworkModel;
  readonly routing: Routing;
}

/** What a plan does that its author may not expect, or that no network could do (SPEC section 12). */
export function planWarnings(
  settings: Settings,
  active: readonly ActiveDimension[],
  chunks: readonly (readonly Phase[])[],
): Warning[] {
  const { topology, algorithms, involvedDimensions, size, activeChunks, queuesPerDimension, network, routing } =
    settings;
  const unaware = network === 'congestion-unaware';
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, message: string) => warnings.push({ code, message });
  const flat = active.find(({ algorithm }) => algorithm.flat);

  if (Array.isArray(algorithms) && flat === undefined && algorithms.length < topology.length) {
    const left = topology.length - algorithms.length;
    warn(
      'fewer-algorithms-than-dimensions',
      `${algorithms.length} algorithm(s) for ${topology.length} dimensions: the last ${left} take no part`,
    );
  }
  if (
    flat !== undefined &&
    unaware &&
    routing === 'first-dimension' &&
    topology.filter(({ npus }) => npus > 1).length > 1
  ) {
    warn(
      'flat-never-pays-slow-dimensions',
      `${flat.algorithm.name}: a message is charged only in the lowest dimension in which its ends differ, so neighbours in id order never pay for the slower dimensions`,
    );
  }
  if (flat !== undefined && involvedDimensions?.some((involved) => !involved)) {
    warn(
      'flat-ignores-involved-dimensions',
      `${flat.algorithm.name}: runs over all NPUs whatever involvedDimensions says of the dimensions after the first`,
    );
  }
  const phases = [...new Set(chunks)].flat();
  const simulated = chunks.reduce((sum, [first]) => sum + (first?.bytes ?? 0), 0);
  if (simulated > size) {
    const each = chunks[0]?.[0]?.bytes;
    warn(
      'inflated-bytes',
      `${simulated} bytes are simulated for ${size} asked for: ${chunks.length} chunks of ${each} bytes, the last one whole and none smaller than one byte per NPU`,
    );
  }
  const together = Math.min(
    chunks.length,
    windowPerQueue(activeChunks, queuesPerDimension) * queuesInUse(phases, queuesPerDimension),
  );
  if (unaware && together > 1) {
    warn(
      'more-than-the-wire',
      `up to ${together} chunks are under way in a dimension at once, and without contention each has the whole bandwidth: together they can move ${together} times what the wire can`,
    );
  }
  for (const { dimension, algorithm } of new Map(phases.map((phase) => [phase.dimension.index, phase])).values()) {
    const kind = dimension.physical[0]?.kind;
    const window = Math.min(algorithm.window ?? dimension.ranks - 1, dimension.ranks - 1);
    if (
      unaware &&
      algorithm.definition.windowed &&
      window > 1 &&
      (dimension.physical.length > 1 || kind !== 'fully-connected')
    ) {
      warn(
        'more-than-the-wire',
        `${algorithm.name} in dimension ${dimension.index} sends ${window} messages at once over links that they share, and without contention each has the whole bandwidth`,
      );
    }
  }
  const empty = phases.find(({ lanes }) => lanes.some((program) => factsOf(program).smallestMessage === 0));
  if (empty !== undefined) {
    warn(
      'zero-byte-messages',
      `${empty.algorithm.name} in dimension ${empty.dimension.index} sends messages of 0 bytes (latency only); the reference stops at an assertion here`,
    );
  }
  const tree = phases.find(
    ({ collective, algorithm }) => algorithm.definition.alwaysAllReduce && collective !== 'all-reduce',
  );
  if (tree !== undefined) {
    warn(
      'tree-is-all-reduce',
      `${tree.algorithm.name} in dimension ${tree.dimension.index} does a whole all-reduce where the plan wants a ${tree.collective}`,
    );
  }
  return warnings;
}

/** Queues of a dimension that are filled, in the dimension where that is most: all, or the halves that its phases take. */
function queuesInUse(phases: readonly Phase[], queues: number): number {
  const allocator = new QueueAllocator(queues);
  const used = new Map<number, Set<number>>();
  for (const { dimension, queues: share } of phases) {
    const positions = used.get(dimension.index) ?? new Set();
    used.set(dimension.index, positions);
    for (let i = 0; i < queues; i++) positions.add(allocator.take(share));
  }
  return Math.max(0, ...[...used.values()].map(({ size }) => size));
}
