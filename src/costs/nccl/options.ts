import * as v from 'valibot';
import { keys, whole } from '../../base/validate.js';
import { type NcclMachine, ncclMachineSchema } from './machine.js';
import { NCCL_PROTOCOLS, type NcclProtocol } from './names.js';
import { NCCL_PRESETS, type NcclPreset } from './presets.js';

/** What the algorithms `nccl`, `nccl-ring` and `nccl-tree` go by. */
export interface NcclOptions {
  /** As NCCL sees it: a preset, or all of it. Default: what its search would find on the network. */
  readonly machine?: NcclPreset | NcclMachine;
  /** GPUs that share a node. Default: those along the first dimension; of a graph 8, or all. */
  readonly gpusPerNode?: number;
  /** Of the machine that is found on the network. Default 90, as H100. */
  readonly computeCapability?: number;
  /** Instead of the protocol that NCCL would choose. */
  readonly protocol?: NcclProtocol;
}

export const ncclOptions = v.pipe(
  keys({
    machine: v.optional(
      v.lazy(
        (value): v.GenericSchema<NcclPreset | NcclMachine> =>
          typeof value === 'string'
            ? v.picklist(NCCL_PRESETS)
            : (ncclMachineSchema as unknown as v.GenericSchema<NcclMachine>),
      ),
    ),
    gpusPerNode: v.optional(whole(1, 1024)),
    computeCapability: v.optional(whole(35, 199)),
    protocol: v.optional(v.picklist(NCCL_PROTOCOLS)),
  }),
  v.transform((options) => options as NcclOptions),
);
