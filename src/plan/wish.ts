import type { Decomposition } from '../base/words.js';
import type { Algorithm } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { NcclOptions } from '../costs/nccl/options.js';
import type { InterDimensionScheduling } from '../scheduler/dimension-orders.js';

/** A collective that is wanted of a machine, and how it is to be carried out. */
export interface CollectiveWish {
  readonly collective: Collective;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  readonly algorithms: Algorithm | readonly Algorithm[];
  readonly decomposition: Decomposition;
  readonly splits: number;
  readonly interDimensionScheduling: InterDimensionScheduling;
  readonly involvedDimensions?: readonly boolean[] | undefined;
  /** The rank that a rooted collective is from or to. Default 0. */
  readonly root?: number | undefined;
  /** Of an alltoallv: what each rank (row) has for each (column), in any unit; the fullest row is `bytes`. */
  readonly weights?: readonly (readonly number[])[] | undefined;
  /** What NCCL's algorithms know of the machine. */
  readonly nccl?: NcclOptions | undefined;
  /** NPUs of a communicator group, by rank; undefined for all NPUs. */
  readonly members?: readonly number[] | undefined;
}
