import { ConfigError, show } from '../base/errors.js';
import { drain } from '../base/slices.js';
import { isSymmetricCollective } from '../collectives/collective.js';
import type { Endpoint } from '../costs/endpoint.js';
import { DIMENSION_ORDERS, type InterDimensionScheduling } from '../scheduler/dimension-orders.js';
import { MAX_CHUNKS } from '../spec/schema.js';
import { activeDimensions } from './active-dimensions.js';
import { type Chunking, cutIntoChunks } from './chunking.js';
import type { CollectivePlan } from './job.js';
import type { Machine } from './machine.js';
import { checkMemory, PHASE_BYTES } from './memory.js';
import { countPhases, type Phase } from './phases.js';
import { planChunks } from './plan-chunks.js';
import { ncclNameOf, planNccl } from './plan-nccl.js';
import { planSpelled } from './plan-spelled.js';
import { planWarnings } from './plan-warnings.js';
import type { CollectiveWish } from './wish.js';

/** Paid in rings over a communicator group on any machine, ns: kept for parity with the reference. */
const GROUP_ENDPOINT_DELAY = 10;

/**
 * Cuts a collective into chunks and plans the phases of each, for single collectives and
 * those of workloads alike.
 * @throws ConfigError with all reasons why it cannot run.
 */
export function planCollective(wish: CollectiveWish, machine: Machine): CollectivePlan {
  return drain(planningCollective(wish, machine));
}

/** {@link planCollective} in slices. */
export function* planningCollective(wish: CollectiveWish, machine: Machine): Generator<void, CollectivePlan> {
  const { collective, bytes, splits, groupRanks } = wish;
  const nccl = ncclNameOf(wish);
  if (nccl !== undefined) return planNccl(wish, machine, nccl);
  if (!isSymmetricCollective(collective)) return planSpelled({ ...wish, collective }, machine);
  const active = activeDimensions(wish, machine);
  const isOfGroup = groupRanks !== undefined;
  const chunking = cutIntoChunks(collective, bytes, splits, machine.npus);
  const order = DIMENSION_ORDERS[orderOf(wish)];
  checkChunking(chunking, wish, countPhases(wish, active.length, order.turnsAtTheTop));
  const chunks = yield* planChunks({
    collective,
    decomposition: wish.decomposition,
    dimensions: machine.dimensions,
    active,
    chunking,
    order,
    group: isOfGroup,
    terms: machine.genModel,
  });
  const tooLarge = distinctPhases(chunks).find(({ resultBytes }) => !Number.isSafeInteger(resultBytes));
  if (tooLarge !== undefined) {
    const expected = 'fewer than 2^53 bytes after every phase';
    throw new ConfigError([{ path: 'size', expected, got: show(tooLarge.resultBytes) }]);
  }
  return {
    collective,
    bytes,
    ranks: active.reduce((product, { dimension: { ranks } }) => product * ranks, 1),
    chunks,
    endpoint: endpointOf(machine, isOfGroup),
    warnings: planWarnings({ wish, machine, active, chunks, phases: distinctPhases(chunks) }),
    isOfGroup,
  };
}

/** A group has one dimension, and Themis does not reorder all-to-all. */
function orderOf({
  collective,
  groupRanks,
  interDimensionScheduling: asked,
}: CollectiveWish): InterDimensionScheduling {
  const themis = asked === 'themis' || asked === 'themis-flex';
  return groupRanks !== undefined || (themis && collective === 'all-to-all') ? 'ascending' : asked;
}

/** The distinct phases. */
export function distinctPhases(chunks: readonly (readonly Phase[])[]): Phase[] {
  return [...new Set([...new Set(chunks)].flat())];
}

function endpointOf({ endpoint }: Machine, isOfGroup: boolean): Endpoint {
  return isOfGroup ? { ...endpoint, delay: GROUP_ENDPOINT_DELAY } : endpoint;
}

function checkChunking(
  { bytes, chunkBytes }: Chunking,
  { splits, bytes: size }: CollectiveWish,
  phasesPerChunk: number,
) {
  if (chunkBytes === 0) {
    const expected = `at least one byte for each of the ${splits} splits of an all-gather`;
    throw new ConfigError([{ path: 'size', expected, got: show(size) }]);
  }
  const chunks = Math.ceil(bytes / chunkBytes);
  if (chunks > MAX_CHUNKS) {
    throw new ConfigError([{ path: 'splits', expected: `at most ${MAX_CHUNKS} chunks`, got: `${chunks} chunks` }]);
  }
  const phases = chunks * phasesPerChunk;
  checkMemory(phases * PHASE_BYTES, 'splits', `${chunks} chunks of ${phasesPerChunk} phases`);
}
