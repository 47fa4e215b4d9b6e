import type { AlgorithmName } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { Dimension } from '../topology/dimension.js';

/**
 * How ranks communicate in one dimension: round a ring; where all are linked with all each with each
 * directly, since a ring would use one link of many. All-to-alls are direct behind switches too: round a ring every
 * block would be sent once per rank that it passes, n / 2 times as many bytes.
 */
function algorithmIn({ kind }: Dimension, collective: Collective): AlgorithmName {
  if (kind === 'fully-connected') return 'direct';
  return kind === 'switch' && collective === 'all-to-all' ? 'direct' : 'ring';
}

/** What a collective is simulated with on the dimensions that a group spans. */
export function collectiveOn(dimensions: readonly Dimension[], collective: Collective) {
  const algorithms = dimensions.map((dimension) => algorithmIn(dimension, collective));
  // A rank has one port to a switch, at which what it sends to all others at once has to wait.
  const queues = { network: 'congestion-aware', switching: 'cut-through' } as const;
  return { algorithms, ...(collective === 'all-to-all' ? queues : {}) };
}

/** Algorithms of a workload, in which groups have the same in all dimensions. */
export interface WorkloadAlgorithms {
  readonly algorithms: Readonly<Record<(typeof COLLECTIVES)[number], AlgorithmName>>;
  /** Whether they are those of {@link collectiveOn} for every group. */
  readonly alike: boolean;
}

const COLLECTIVES = ['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'] as const;

/** Where dimensions differ in it, a ring. */
export function workloadAlgorithms(dimensions: readonly Dimension[]): WorkloadAlgorithms {
  const several = dimensions.filter(({ npus }) => npus > 1);
  let alike = true;
  const of = (collective: Collective): AlgorithmName => {
    const [first = 'ring', ...others] = new Set(several.map((dimension) => algorithmIn(dimension, collective)));
    if (others.length === 0) return first;
    alike = false;
    return 'ring';
  };
  const algorithms = Object.fromEntries(COLLECTIVES.map((one) => [one, of(one)]));
  return { algorithms: algorithms as WorkloadAlgorithms['algorithms'], alike };
}

/**
 * {@link workloadAlgorithms} to see what waits for others: without queues a message that a rank sends together with others
 * would not wait for its own port to a switch. So it sends them in turn.
 */
export function algorithmsInTurn(dimensions: readonly Dimension[]): WorkloadAlgorithms['algorithms'] {
  const { algorithms } = workloadAlgorithms(dimensions);
  const isDirect = algorithms['all-to-all'] === 'direct' && dimensions.some(({ kind }) => kind === 'switch');
  return isDirect ? { ...algorithms, 'all-to-all': 'direct:1' } : algorithms;
}
