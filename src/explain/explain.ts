import { networkBoundOf } from '../bounds/bounds.js';
import type { NetworkBound } from '../bounds/network-bound.js';
import type { Collective } from '../collectives/collective.js';
import type { Phase } from '../plan/phases.js';
import { resolveCollective } from '../plan/resolve.js';
import type { CollectiveResult, DimensionReport } from '../report/result.js';
import { simulateCollective } from '../simulate.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { criticalPath, type Segment } from './critical-path.js';
import { COSTS, type Cost, chainNs, type PhaseChain, phaseChain } from './phase-cost.js';
import { tryVariants, type Variant } from './variants.js';

/** One of the phases each chunk passes, taken apart. */
export interface PhaseExplanation extends PhaseChain {
  readonly collective: Collective;
  readonly dimension: number;
  readonly algorithm: string;
  /** Bytes each rank enters with, per chunk. */
  readonly enteringBytes: number;
  readonly durationNs: number;
  /** durationNs less the chain alone in the network. */
  readonly waitingNs: number;
}

/** Why a collective takes the time it takes. Plain data. */
export interface Explanation {
  readonly result: CollectiveResult;
  readonly phases: readonly PhaseExplanation[];
  readonly dimensions: readonly DimensionReport[];
  /** Phases, each begun when the one before it ended, that take all the time together. */
  readonly criticalPath: readonly Segment[];
  /** The time, by what it was spent on along the critical path. Adds up to the time. */
  readonly spent: Cost;
  /** Time of the critical path by logical dimension, ns. */
  readonly spentByDimension: readonly number[];
  /** What most of it was spent on. */
  readonly dominatedBy: keyof Cost;
  readonly network: NetworkBound;
  /** Single changes, simulated; best first. */
  readonly variants: readonly Variant[];
}

/**
 * Explains a collective: simulates it with its timeline, takes every phase apart, follows the
 * critical path, and simulates single changes to find the one that helps most.
 * @throws ConfigError, SimulationError as `simulateCollective` does.
 */
export function explainCollective(spec: CollectiveSpec): Explanation {
  const result = simulateCollective({ ...spec, timeline: true });
  const { job, bytes } = resolveCollective(spec);
  const path = criticalPath(result.timeline ?? [], job);
  const spent = Object.fromEntries(
    COSTS.map((cost) => [cost, path.reduce((sum, segment) => sum + segment[cost], 0)]),
  ) as unknown as Cost;
  return {
    result,
    phases: (job.chunks[0] as readonly Phase[]).map((phase, i): PhaseExplanation => {
      const chain = phaseChain(phase, job);
      const { collective, dimension, algorithm, durationNs } = result.phases[i] as CollectiveResult['phases'][number];
      const waitingNs = durationNs - chainNs(chain);
      return { collective, dimension, algorithm, enteringBytes: phase.bytes, durationNs, ...chain, waitingNs };
    }),
    dimensions: result.dimensions,
    criticalPath: path,
    spent,
    spentByDimension: result.dimensions.map((_, d) =>
      path.reduce((sum, { dimension, startNs, endNs }) => sum + (dimension === d ? endNs - startNs : 0), 0),
    ),
    dominatedBy: COSTS.reduce((most, cost) => (spent[cost] > spent[most] ? cost : most)),
    network: networkBoundOf(job, bytes),
    variants: tryVariants(spec, job.dimensions, result),
  };
}
