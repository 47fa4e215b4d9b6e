import { ConfigError } from '../base/errors.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type Folding, foldSymmetric, unfolded } from './folding.js';
import { linkCount } from './message/link-network.js';
import { playPhase } from './phase/phase-player.js';

/** Which engine plays a collective. */
export type EngineName = 'phase' | 'message';

export interface EngineWishes {
  readonly engine?: EngineName | undefined;
  readonly folding: 'auto' | 'off';
}

export type EngineChoice =
  | { readonly name: 'phase'; readonly reason: string }
  | { readonly name: 'message'; readonly reason: string; readonly folding: Folding };

/**
 * What is kept in memory, in units of some 300 bytes: one for each chunk on each simulated NPU and two
 * for the NPU itself. This many take some 3.5 GB, which Node gives a process by default.
 */
const MAX_PLACES = 12 * 2 ** 20;
/** Each takes some 50 bytes. */
const MAX_LINKS = 2 ** 25;

/**
 * The cheapest engine that is exact for a job. A folded run is exact where all NPUs of a
 * dimension act in lockstep: without congestion, starting together, messages charged alike.
 * The phase engine needs that of every dimension.
 * @throws ConfigError when another engine is asked for, or the job is too large to be simulated.
 */
export function chooseEngine(job: CollectiveJob, { engine, folding: wish }: EngineWishes): EngineChoice {
  const obstacle = asymmetry(job);
  if (obstacle === undefined && phaseObstacle(job) === undefined && engine !== 'message') {
    return {
      name: 'phase',
      reason: 'no contention and all NPUs alike: a phase lasts the same wherever and whenever it runs',
    };
  }
  const why = obstacle ?? phaseObstacle(job) ?? 'asked for';
  if (engine === 'phase') {
    throw new ConfigError([
      { path: 'engine', expected: 'message, the only exact one here', got: `"phase", although ${why}` },
    ]);
  }
  const folds = obstacle === undefined && wish === 'auto';
  const folding = folds ? foldSymmetric(job) : unfolded(job.dimensions);
  const lanes = distinctPhases(job.chunks).reduce((most, phase) => Math.max(most, phase.lanes.length), 1);
  if (folding.npus * (job.chunks.length * lanes + 2) > MAX_PLACES) {
    throw new ConfigError([
      {
        path: 'topology',
        expected: `at most ${MAX_PLACES} NPUs times (chunks + 2) to simulate (${why})`,
        got: `${folding.npus} x (${job.chunks.length * lanes} + 2)`,
      },
    ]);
  }
  const links = job.network === 'congestion-aware' ? linkCount(job.dimensions) : 0;
  if (links > MAX_LINKS) {
    throw new ConfigError([{ path: 'topology', expected: `at most ${MAX_LINKS} links`, got: `${links}` }]);
  }
  const scope =
    folding.npus === 1
      ? 'one NPU stands for all'
      : folds
        ? `${folding.npus} NPUs stand for all`
        : 'every NPU is simulated';
  return { name: 'message', reason: `${why}; ${scope}`, folding };
}

/** Why NPUs that have the same program may not act in lockstep, or undefined. */
function asymmetry({ network, startTimes, routing, dimensions, chunks }: CollectiveJob): string | undefined {
  if (network === 'congestion-aware') return 'messages contend for links';
  if (startTimes !== undefined) return 'NPUs start at different times';
  const several = dimensions.filter(({ npus }) => npus > 1).length > 1;
  if (routing === 'dimension-order' && several && chunks[0]?.some(({ dimension }) => dimension.physical.length > 1)) {
    return 'some ranks of a flat algorithm pay for more dimensions than others';
  }
  return undefined;
}

/** Why phases cannot be taken as a whole, although NPUs act in lockstep but for trees; or undefined. */
function phaseObstacle(job: CollectiveJob): string | undefined {
  if (hasTree(job)) return 'the ranks of a double binary tree finish at different times';
  if (hasOpenBarriers(job)) {
    return 'a barrier of direct opens in the tick in which a token becomes free, and other chunks decide which comes first';
  }
  if (hasInstantTies(job)) return 'without end-point delay, events of one tick cause each other';
  return undefined;
}

/** Without end-point delay the order of phases that end together depends on more than their histories. */
function hasInstantTies({ endpoint, chunks }: CollectiveJob): boolean {
  return endpoint.delay === 0 && chunks.some((phases) => phases.length > 1);
}

/** Whether phases that run together could change how long one of them lasts. */
function hasOpenBarriers({ chunks, activeChunks, endpoint }: CollectiveJob): boolean {
  const alone = chunks.length === 1 || (activeChunks === 1 && chunks.every(({ length }) => length === 1));
  if (alone) return false;
  return distinctPhases(chunks).some((phase) => {
    const guarded = phase.lanes.some(
      (program) => program.kind === 'token' && program.barrier > 0 && program.window > 1,
    );
    return guarded && playPhase(phase, endpoint).barrierIsTie;
  });
}

function hasTree({ chunks }: CollectiveJob): boolean {
  return distinctPhases(chunks).some(({ lanes }) => lanes.some(({ kind }) => kind === 'tree'));
}

function distinctPhases(chunks: CollectiveJob['chunks']): Phase[] {
  return [...new Set(chunks)].flat();
}
