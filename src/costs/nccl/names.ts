/** Collectives that NCCL predicts. It treats all-to-all as sends and receives, which it does not predict. */
export const NCCL_COLLECTIVES = ['broadcast', 'reduce', 'all-gather', 'reduce-scatter', 'all-reduce'] as const;

export type NcclCollective = (typeof NCCL_COLLECTIVES)[number];

/** In the order in which NCCL compares them: the first of equal times wins. */
export const NCCL_ALGORITHMS = ['tree', 'ring', 'collnet-direct', 'collnet-chain', 'nvls', 'nvls-tree', 'pat'] as const;

export type NcclAlgorithm = (typeof NCCL_ALGORITHMS)[number];

/** In the order in which NCCL compares them. */
export const NCCL_PROTOCOLS = ['LL', 'LL128', 'Simple'] as const;

export type NcclProtocol = (typeof NCCL_PROTOCOLS)[number];

/** Algorithms for each collective. CollNet has latencies but needs a plug-in, so it is never available. */
export const ALGORITHMS_OF: Readonly<Record<NcclCollective, readonly NcclAlgorithm[]>> = {
  broadcast: ['ring'],
  reduce: ['ring'],
  'all-gather': ['ring', 'collnet-direct', 'nvls', 'pat'],
  'reduce-scatter': ['ring', 'collnet-direct', 'nvls', 'pat'],
  'all-reduce': ['tree', 'ring', 'collnet-direct', 'collnet-chain', 'nvls', 'nvls-tree'],
};

/** Whether a rank holds a share of the data: the size of a call is then that of all shares together. */
export function isShared(collective: NcclCollective): boolean {
  return collective === 'all-gather' || collective === 'reduce-scatter';
}
