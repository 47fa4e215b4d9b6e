import { ConfigError } from '../base/errors.js';
import { type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { CollectivePlan, NetworkModel } from '../engine/job.js';
import { fromAstraSim } from '../formats/astra-sim/from-astra-sim.js';
import { cutIntoChunks } from '../plan/chunking.js';
import { type Phase, planPhases } from '../plan/phases.js';
import { resolveCollective, resolveMachine } from '../plan/resolve.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { totalNpus } from '../topology/address.js';
import { everyNpu } from '../topology/logical-dimension.js';
import type { CollectiveRequest } from './node-fields.js';

/** Paid in rings over a communicator group, whatever the system file says (SPEC section 4), ns. */
const GROUP_ENDPOINT_DELAY = 10;

/** The reference's files that every collective of a workload is planned from. */
export interface CollectiveSettings {
  readonly network: unknown;
  readonly system: unknown;
  readonly backend: NetworkModel;
  readonly queuesPerDim: number;
  /** Multiplies the system file's end-point delay, truncated. */
  readonly injectionScale: number;
}

/** The spec of a collective with everything else at its settings. */
export function collectiveSpec(
  settings: CollectiveSettings,
  collective: Collective,
  bytes: number,
  involved?: readonly boolean[],
): CollectiveSpec {
  const { network, system, backend, queuesPerDim, injectionScale } = settings;
  const input = { network, system, backend, queuesPerDim, collective, bytes };
  const spec = fromAstraSim(involved === undefined ? input : { ...input, involvedDim: involved });
  return { ...spec, endpointDelay: Math.trunc((spec.endpointDelay as number) * injectionScale) };
}

/** Plans the collectives of a workload; each distinct one once. */
export class CollectivePlans {
  private readonly settings: CollectiveSettings;
  private readonly plans = new Map<string, CollectivePlan>();

  constructor(settings: CollectiveSettings) {
    this.settings = settings;
  }

  /** @param members - NPUs of the communicator group by rank, or undefined for all NPUs. */
  plan(request: CollectiveRequest, members: readonly number[] | undefined): CollectivePlan {
    const key = requestKey(request);
    let plan = this.plans.get(key);
    if (plan === undefined) {
      plan = members === undefined ? this.planForAll(request) : this.planForGroup(request, members);
      this.plans.set(key, plan);
    }
    return plan;
  }

  /** Everything planned so far. */
  all(): CollectivePlan[] {
    return [...this.plans.values()];
  }

  private planForAll({ collective, bytes, involved }: CollectiveRequest): CollectivePlan {
    const { job } = resolveCollective({
      ...collectiveSpec(this.settings, collective, bytes, involved),
      engine: 'message',
    });
    return { chunks: job.chunks, endpoint: job.endpoint };
  }

  /** A group is one ring of its members in the order in which they are listed (SPEC section 9). */
  private planForGroup({ collective, bytes, group }: CollectiveRequest, members: readonly number[]): CollectivePlan {
    if (members.length < 2) {
      throw new ConfigError([
        { path: `communicator group ${group}`, expected: 'two or more members', got: `${members.length}` },
      ]);
    }
    const spec = collectiveSpec(this.settings, collective, bytes);
    const { dimensions } = resolveMachine(spec);
    const { algorithms, splits = 1, decomposition = 'baseline', localMemoryBandwidth } = spec;
    const single = Array.isArray(algorithms) && algorithms.length === 1 ? algorithms[0] : 'ring';
    const algorithm = readAlgorithm(String(single)) as Algorithm;
    const { bytes: total, chunkBytes } = cutIntoChunks(collective, bytes, splits, totalNpus(dimensions));
    if (chunkBytes === 0) {
      throw new ConfigError([
        {
          path: `communicator group ${group}`,
          expected: `at least one byte for each of ${splits} splits of an all-gather`,
          got: `${bytes}`,
        },
      ]);
    }
    const dimension = { ...everyNpu(dimensions), ranks: members.length };
    const phases = planPhases(collective, decomposition, [{ dimension, algorithm }], chunkBytes).map(withGroupCycles);
    return {
      chunks: Array.from({ length: Math.ceil(total / chunkBytes) }, () => phases),
      endpoint: { delay: GROUP_ENDPOINT_DELAY, memoryBandwidth: localMemoryBandwidth as number },
      members,
    };
  }
}

/** What two NPUs must agree on to take part in the same collective. */
export function requestKey({ collective, bytes, involved, group }: CollectiveRequest): string {
  return `${group} ${collective} ${bytes} ${involved ?? ''}`;
}

/** In a group, direct has cycles of P + (n - 1) P packets instead of P + P (SPEC section 9). */
function withGroupCycles(phase: Phase): Phase {
  const lanes = phase.lanes.map((program) =>
    program.kind === 'token' && phase.algorithm.definition.windowed
      ? { ...program, reducing: (phase.dimension.ranks - 1) * program.window }
      : program,
  );
  return { ...phase, lanes };
}
