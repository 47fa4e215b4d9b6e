import { SLICE } from '../base/slices.js';
import type { Decomposition } from '../base/words.js';
import type { SymmetricCollective } from '../collectives/collective.js';
import type { StepTerms } from '../collectives/priced-program.js';
import type { DimensionOrder, OrderedChunk } from '../scheduler/dimension-order.js';
import type { Dimension } from '../topology/dimension.js';
import type { Chunking } from './chunking.js';
import { type ActiveDimension, type Phase, planPhases } from './phases.js';

export interface ChunkPlanRequest {
  readonly collective: SymmetricCollective;
  readonly decomposition: Decomposition;
  readonly dimensions: readonly Dimension[];
  /** The logical dimensions that take part, ascending. */
  readonly active: readonly ActiveDimension[];
  readonly chunking: Chunking;
  readonly order: DimensionOrder;
  /** The dimension is a communicator group. */
  readonly group?: boolean;
  readonly terms?: StepTerms | undefined;
}

/** The phases of every chunk. Chunks of one size and order share one list. Yields now and then. */
export function* planChunks({
  collective,
  decomposition,
  dimensions,
  active,
  chunking,
  order,
  group = false,
  terms,
}: ChunkPlanRequest): Generator<void, (readonly Phase[])[]> {
  const byIndex = new Map(active.map((one) => [one.dimension.index, one]));
  const plans = new Map<string, readonly Phase[]>();
  const phasesOf = ({ bytes, order: way }: OrderedChunk) => {
    const key = `${bytes} ${way}`;
    let phases = plans.get(key);
    if (phases === undefined) {
      const inOrder = way.map((d) => byIndex.get(d)).filter((one) => one !== undefined);
      phases = planPhases(collective, decomposition, inOrder, bytes, {
        turnsAtTheTop: order.turnsAtTheTop,
        group,
        terms,
      });
      plans.set(key, phases);
    }
    return phases;
  };
  const [first] = active;
  const ordered = dimensions.map(({ npus, bandwidth }, d) => ({ npus, bandwidth, active: byIndex.has(d) }));
  // A flat algorithm has one dimension, of all NPUs, and nothing to order.
  const flat = first?.algorithm.flat ? [{ npus: first.dimension.ranks, bandwidth: 1, active: true }] : undefined;
  const chunks: (readonly Phase[])[] = [];
  // Equal chunks are mostly the same object.
  const known = new Map<OrderedChunk, readonly Phase[]>();
  for (const chunk of order.order({ collective, dimensions: flat ?? ordered, ...chunking })) {
    let phases = known.get(chunk);
    if (phases === undefined) {
      phases = phasesOf(chunk);
      known.set(chunk, phases);
    }
    chunks.push(phases);
    if (chunks.length % SLICE === 0) yield;
  }
  return chunks;
}
