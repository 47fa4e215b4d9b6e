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
  /** How many NPUs a communicator group has that carries it out; undefined for all NPUs. */
  readonly groupRanks?: number | undefined;
  /** The NPUs of that group by rank, where it is a list; undefined where many groups are alike. */
  readonly members?: readonly number[] | undefined;
}
