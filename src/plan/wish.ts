import type { Decomposition } from '../base/words.js';
import type { Algorithm } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { NcclOptions } from '../costs/nccl/options.js';
import type { InterDimensionScheduling } from '../scheduler/dimension-orders.js';

/** A collective to run on a machine, and how. */
export interface CollectiveWish {
  readonly collective: Collective;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  readonly algorithms: Algorithm | readonly Algorithm[];
  readonly decomposition: Decomposition;
  readonly splits: number;
  readonly interDimensionScheduling: InterDimensionScheduling;
  readonly involvedDimensions?: readonly boolean[] | undefined;
  /** The root of a rooted collective. Default 0. */
  readonly root?: number | undefined;
  /** For an alltoallv: what each rank (row) has for each (column), in any unit; the fullest row is `bytes`. */
  readonly weights?: readonly (readonly number[])[] | undefined;
  /** What NCCL's algorithms know about the machine. */
  readonly nccl?: NcclOptions | undefined;
  /** Number of NPUs of the communicator group that runs it; undefined for all NPUs. */
  readonly groupRanks?: number | undefined;
  /** The NPUs of that group by rank, if it is a list; undefined for many equal groups. */
  readonly members?: readonly number[] | undefined;
}
