import { ConfigError, type Issue, show } from '../base/errors.js';
import { drain } from '../base/slices.js';
import { type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import type { Endpoint } from '../costs/endpoint.js';
import { DIMENSION_ORDERS, type InterDimensionScheduling } from '../scheduler/dimension-orders.js';
import { MAX_CHUNKS } from '../spec/schema.js';
import { everyNpu, physicalDimension } from '../topology/logical-dimension.js';
import { type Chunking, cutIntoChunks } from './chunking.js';
import type { CollectivePlan } from './job.js';
import type { Machine } from './machine.js';
import { checkMemory, PHASE_BYTES } from './memory.js';
import { type ActiveDimension, countPhases, type Phase } from './phases.js';
import { planChunks } from './plan-chunks.js';
import { planWarnings } from './plan-warnings.js';
import type { CollectiveWish } from './wish.js';

/** Paid in rings over a communicator group, whatever the machine says, ns: kept for parity with the reference. */
const GROUP_ENDPOINT_DELAY = 10;

/**
 * Cuts a collective into chunks and plans the phases that each passes. Collectives by
 * themselves and those of workloads are planned here alike.
 * @throws ConfigError with everything that keeps it from being carried out.
 */
export function planCollective(wish: CollectiveWish, machine: Machine): CollectivePlan {
  return drain(planningCollective(wish, machine));
}

/** {@link planCollective} in slices. */
export function* planningCollective(wish: CollectiveWish, machine: Machine): Generator<void, CollectivePlan> {
  const active = wish.groupRanks === undefined ? activeDimensions(wish, machine) : groupDimension(wish, machine);
  const { collective, bytes, splits, groupRanks } = wish;
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

/** A group has one dimension, and Themis leaves all-to-all alone. */
function orderOf({
  collective,
  groupRanks,
  interDimensionScheduling: asked,
}: CollectiveWish): InterDimensionScheduling {
  const themis = asked === 'themis' || asked === 'themis-flex';
  return groupRanks !== undefined || (themis && collective === 'all-to-all') ? 'ascending' : asked;
}

/** Every phase that is like no other. */
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

/** A group is one dimension of its members in the order in which they are listed: a ring, unless one algorithm is named. */
function groupDimension(
  { algorithms, groupRanks: ranks = 0 }: CollectiveWish,
  { dimensions }: Machine,
): ActiveDimension[] {
  const [only, ...others] = [algorithms].flat();
  const algorithm = only !== undefined && others.length === 0 ? only : (readAlgorithm('ring') as Algorithm);
  return [{ dimension: { ...everyNpu(dimensions), ranks }, algorithm }];
}

/** The logical dimensions that take part, each with its algorithm. */
function activeDimensions(
  { algorithms: given, involvedDimensions }: CollectiveWish,
  { dimensions }: Machine,
): ActiveDimension[] {
  const list = isList(given) ? given : given.flat ? [given] : dimensions.map(() => given);
  const flat = list.find((one) => one.flat);
  const issues: Issue[] = [];
  if (flat !== undefined && list.length > 1) {
    const expected = `${flat.name} alone, as it runs over all dimensions at once`;
    issues.push({ path: 'algorithms', expected, got: `a list of ${list.length}` });
  }
  if (list.length > dimensions.length) {
    const expected = `at most one per dimension (${dimensions.length})`;
    issues.push({ path: 'algorithms', expected, got: `a list of ${list.length}` });
  }
  if (involvedDimensions !== undefined && involvedDimensions.length !== dimensions.length) {
    const expected = `one entry per dimension (${dimensions.length})`;
    issues.push({ path: 'involvedDimensions', expected, got: `a list of ${involvedDimensions.length}` });
  }
  if (issues.length > 0) throw new ConfigError(issues);

  const active = list
    .map((algorithm, d) => ({
      algorithm,
      dimension: algorithm.flat ? everyNpu(dimensions) : physicalDimension(dimensions, d),
    }))
    .filter(({ dimension: { ranks, index } }) => ranks > 1 && (involvedDimensions?.[index] ?? true));
  if (active.length === 0) {
    const path = involvedDimensions === undefined ? 'topology' : 'involvedDimensions';
    const expected = 'at least one dimension of two or more NPUs that takes part';
    throw new ConfigError([{ path, expected, got: 'no dimension with two or more NPUs' }]);
  }
  return active;
}

function isList(given: Algorithm | readonly Algorithm[]): given is readonly Algorithm[] {
  return Array.isArray(given);
}
