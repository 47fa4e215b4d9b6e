import { ConfigError } from '../base/errors.js';
import { limitsOf } from '../base/limits.js';
import { drain, drainAsync, preparing } from '../base/slices.js';
import { networkBoundOf } from '../bounds/bounds.js';
import type { NetworkBound } from '../bounds/grid-bound.js';
import type { Collective } from '../collectives/collective.js';
import type { Phase } from '../plan/phases.js';
import { distinctPhases } from '../plan/plan-collective.js';
import type { CollectiveResult, DimensionReport } from '../report/result.js';
import { preparation, simulating } from '../simulate.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { criticalPath, type Segment } from './critical-path.js';
import { COSTS, type Cost, type PhaseChain, phaseChain, spend } from './phase-cost.js';
import { tryVariants, type Variant } from './variants.js';

/** The breakdown of one phase of a chunk plan. */
export interface PhaseExplanation extends PhaseChain {
  /** Index into the result's `chunkPlans`. */
  readonly plan: number;
  readonly collective: Collective;
  readonly dimension: number;
  readonly algorithm: string;
  /** Bytes each rank enters with, per chunk. */
  readonly enteringBytes: number;
  readonly durationNs: number;
  /** The part of durationNs beyond the chain. */
  readonly waitingNs: number;
}

/** Why a collective takes the time it takes. Plain data. */
export interface Explanation {
  readonly result: CollectiveResult;
  readonly phases: readonly PhaseExplanation[];
  readonly dimensions: readonly DimensionReport[];
  /** Phases that fill the whole time, each begun when the previous one ended. */
  readonly criticalPath: readonly Segment[];
  /** Where the time goes along the critical path. Adds up to the time. */
  readonly spent: Cost;
  /** Time of the critical path by logical dimension, ns. */
  readonly spentByDimension: readonly number[];
  /** The largest part. */
  readonly dominatedBy: keyof Cost;
  readonly network: NetworkBound;
  /** Simulated single changes, best first. */
  readonly variants: readonly Variant[];
}

/**
 * Explains a collective: simulates it with its timeline, breaks down every phase, follows the
 * critical path, and simulates single changes to find the one that helps most.
 * @throws ConfigError, SimulationError as `simulateCollective` does.
 */
export function explainCollective(spec: CollectiveSpec): Explanation {
  return drain(explaining(spec));
}

/**
 * {@link explainCollective} for long runs: lets timers, the user interface and the abort
 * signal run now and then.
 */
export async function explainCollectiveAsync(spec: CollectiveSpec): Promise<Explanation> {
  return drainAsync(explaining(spec));
}

function* explaining(spec: CollectiveSpec): Generator<void, Explanation> {
  const { asked, job } = yield* preparation(spec);
  if (asked.costs !== undefined) {
    const expected = 'dimensions that were fitted to this topology: the time of a curve has no parts';
    throw new ConfigError([{ path: 'costs', expected, got: 'none for it' }]);
  }
  const result = yield* simulating({ ...spec, timeline: true });
  const variants = yield* tryVariants(spec, asked, result);
  const chains = new Map<Phase, PhaseChain>();
  for (const phase of distinctPhases(job.chunks)) {
    chains.set(phase, yield* preparing(phaseChain(phase, job), limitsOf(asked)));
  }
  const path = criticalPath(result.timeline ?? [], job, chains);
  // An NPU that starts late is waited for.
  const before = path[0]?.startNs ?? 0;
  const spent = Object.fromEntries(
    COSTS.map((cost) => [cost, path.reduce((sum, segment) => sum + segment[cost], cost === 'waitingNs' ? before : 0)]),
  ) as unknown as Cost;
  return {
    result,
    phases: result.chunkPlans.flatMap(({ first, phases }, plan) =>
      phases.map(({ collective, dimension, algorithm, bytes, durationNs }, i): PhaseExplanation => {
        const chain = chains.get((job.chunks[first] as readonly Phase[])[i] as Phase) as PhaseChain;
        const spent = spend(chain, durationNs);
        return { plan, collective, dimension, algorithm, enteringBytes: bytes, durationNs, ...chain, ...spent };
      }),
    ),
    dimensions: result.dimensions,
    criticalPath: path,
    spent,
    spentByDimension: result.dimensions.map((_, d) =>
      path.reduce((sum, { dimension, startNs, endNs }) => sum + (dimension === d ? endNs - startNs : 0), 0),
    ),
    dominatedBy: COSTS.reduce((most, cost) => (spent[cost] > spent[most] ? cost : most)),
    network: networkBoundOf(job),
    variants,
  };
}
