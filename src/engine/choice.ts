import { ConfigError } from '../base/errors.js';
import { factsOf, isSymmetric } from '../collectives/program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Machine } from '../plan/machine.js';
import { checkMemory } from '../plan/memory.js';
import type { Phase } from '../plan/phases.js';
import { distinctPhases } from '../plan/plan-collective.js';
import { gridNetwork } from '../topology/grid-network.js';
import type { Divergence } from './divergence.js';
import { type Folding, foldSymmetric, unfolded } from './folding.js';
import { messageEngineBytes, phaseEngineBytes } from './memory.js';
import { barrierIsTie } from './phase/phase-duration.js';

/** The engine that plays a collective. */
export type EngineName = 'phase' | 'message';

export interface EngineWishes {
  readonly engine?: EngineName | undefined;
  readonly folding: 'auto' | 'off';
  readonly timeline?: boolean;
  readonly messageTimeline?: boolean;
}

export type EngineChoice =
  | { readonly name: 'phase'; readonly reason: string }
  | { readonly name: 'message'; readonly reason: string; readonly folding: Folding };

/**
 * The cheapest engine that is exact for a job. A folded run is exact where all NPUs of a
 * dimension act in lockstep: they start together, and their messages pay the same or take links that look
 * the same. The phase engine needs this in every dimension, and no congestion. Both throw a Divergence
 * when lockstep may end.
 * @throws ConfigError if the spec asks for another engine, or the job is too large to simulate.
 */
export function* chooseEngine(
  job: CollectiveJob,
  { engine, folding: wish, timeline = false, messageTimeline = false }: EngineWishes,
): Generator<void, EngineChoice> {
  const obstacle =
    asymmetry(job) ??
    (messageTimeline ? 'every message is recorded' : undefined) ??
    (wish === 'off' && engine !== 'phase' ? 'folding is off' : undefined);
  const phases = obstacle === undefined ? yield* phaseObstacle(job) : undefined;
  if (obstacle === undefined && phases === undefined && engine !== 'message') {
    checkMemory(phaseEngineBytes(job, timeline), 'splits', `${job.chunks.length} chunks`);
    return {
      name: 'phase',
      reason: 'no contention and all NPUs alike: a phase always takes the same time',
    };
  }
  const why = obstacle ?? phases ?? 'asked for';
  if (engine === 'phase') {
    throw new ConfigError([
      { path: 'engine', expected: 'message, the only exact one here', got: `"phase", although ${why}` },
    ]);
  }
  return message(job, obstacle === undefined ? foldSymmetric(job) : unfolded(job.dimensions), why, timeline);
}

/** The choice after a folded run has diverged. */
export function everyNpu(job: CollectiveJob, { timeNs }: Divergence, timeline: boolean): EngineChoice {
  const why = `at ${timeNs} ns things happen at once, in an order that differs from NPU to NPU`;
  return message(job, unfolded(job.dimensions), why, timeline);
}

function message(job: CollectiveJob, folding: Folding, why: string, timeline: boolean): EngineChoice {
  const links = job.network === 'congestion-aware' ? linkCount(job, folding) : 0;
  const what = `${folding.npus} NPUs, ${job.chunks.length} chunks and ${links} links to simulate: ${why}`;
  checkMemory(messageEngineBytes(job, folding.npus, links, timeline), 'topology', what);
  return { name: 'message', reason: `${why}; ${scopeOf(folding, job.npus)}`, folding };
}

/** Number of simulated links. */
function linkCount({ graph, dimensions }: CollectiveJob, { npus }: Folding): number {
  if (graph !== undefined) return graph.links;
  return gridNetwork(dimensions).lines.reduce((sum, line) => sum + (line.first(line.npus) / line.npus) * npus, 0);
}

function scopeOf(folding: Folding, npus: number): string {
  if (folding.npus === npus) return 'every NPU is simulated';
  return folding.npus === 1 ? 'one NPU stands for all' : `${folding.npus} NPUs stand for all`;
}

/** Why NPUs with the same program may not act in lockstep, or undefined. */
function asymmetry(job: CollectiveJob): string | undefined {
  return job.startTimes === undefined ? unlikeNpus(job, job.chunks) : 'NPUs start at different times';
}

/** Why NPUs that start these phases together are not equivalent, or undefined. */
export function unlikeNpus(
  { graph, network, switching, routing, rendezvous, dimensions }: Machine,
  chunks: readonly (readonly Phase[])[],
): string | undefined {
  if (graph !== undefined) return 'the NPUs of a graph are not alike';
  if (network === 'congestion-aware' && switching === 'cut-through') return 'messages are on several links at once';
  if (rendezvous) return 'receivers request messages before they are sent';
  if (dimensions.some(({ circuits }) => circuits !== undefined)) return 'circuits are set NPU by NPU';
  const several = dimensions.filter(({ npus }) => npus > 1).length > 1;
  const isFlat = ({ dimension }: Phase) => dimension.physical.length > 1;
  if (routing === 'dimension-order' && several && distinctPhases(chunks).some(isFlat)) {
    return 'some ranks of a flat algorithm pay for more dimensions than others';
  }
  return undefined;
}

/** Why phases cannot be played as a whole although NPUs (except in trees) act in lockstep, or undefined. */
function* phaseObstacle(job: CollectiveJob): Generator<void, string | undefined> {
  if (job.network === 'congestion-aware') return 'messages contend for links';
  if (hasTree(job)) return 'the ranks of a double binary tree finish at different times';
  if (yield* hasOpenBarriers(job)) {
    return 'a barrier of direct opens in the tick in which a token becomes free, and other chunks decide which comes first';
  }
  if (hasInstantTies(job)) return 'without end-point delay, events of one tick cause each other';
  return undefined;
}

/** Without end-point delay the order of phases that end together depends on more than their histories. */
function hasInstantTies({ endpoint, chunks }: CollectiveJob): boolean {
  return endpoint.delay === 0 && chunks.some((phases) => phases.length > 1);
}

/** Whether phases that run together could change each other's duration. */
function* hasOpenBarriers({ chunks, activeChunks, endpoint }: CollectiveJob): Generator<void, boolean> {
  const alone = chunks.length === 1 || (activeChunks === 1 && chunks.every(({ length }) => length === 1));
  if (alone) return false;
  for (const phase of distinctPhases(chunks)) {
    if (!phase.lanes.some((program) => factsOf(program).hasBarrier)) continue;
    if (yield* barrierIsTie(phase, endpoint)) return true;
  }
  return false;
}

function hasTree({ chunks }: CollectiveJob): boolean {
  return distinctPhases(chunks).some(({ lanes }) => !lanes.every(isSymmetric));
}
