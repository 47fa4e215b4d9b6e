import * as v from 'valibot';
import { keys, whole } from '../../base/validate.js';
import { type NcclMachine, ncclFoundSchema, ncclMachineSchema } from './machine.js';
import { NCCL_PROTOCOLS, type NcclProtocol } from './names.js';
import { NCCL_PRESETS, type NcclPreset } from './presets.js';

/** A preset with numbers of one's own, such as the channels that a log of NCCL shows; nodes and GPUs are those of the ranks. */
export interface NcclPresetMachine extends Partial<Omit<NcclMachine, 'nodes' | 'gpusPerNode'>> {
  readonly preset: NcclPreset;
}

/** What the algorithms `nccl`, `nccl-ring`, `nccl-tree` and `nccl-pat` go by. */
export interface NcclOptions {
  /**
   * As NCCL sees it: a preset, one with changes (`{ preset: "dgx-h100", ring: { channels: 4, intraGBps: 48, interGBps:
   * 48 } }`), or all of it. Default: what its search would find on the network.
   */
  readonly machine?: NcclPreset | NcclPresetMachine | NcclMachine;
  /** GPUs that share a node. Default: those along the first dimension; of a graph 8, or all. */
  readonly gpusPerNode?: number;
  /** Of the machine that is found on the network. Default 90, as H100. */
  readonly computeCapability?: number;
  /** Instead of the protocol that NCCL would choose. */
  readonly protocol?: NcclProtocol;
}

const presetMachine = keys({ preset: v.picklist(NCCL_PRESETS), ...ncclFoundSchema });

function machineSchema(value: unknown): v.GenericSchema<NcclPresetMachine | NcclMachine> {
  const isPreset = typeof value === 'object' && value !== null && 'preset' in value;
  return (isPreset ? presetMachine : ncclMachineSchema) as unknown as v.GenericSchema<NcclPresetMachine | NcclMachine>;
}

export const ncclOptions = v.pipe(
  keys({
    machine: v.optional(
      v.lazy(
        (value): v.GenericSchema<NcclPreset | NcclPresetMachine | NcclMachine> =>
          typeof value === 'string' ? v.picklist(NCCL_PRESETS) : machineSchema(value),
      ),
    ),
    gpusPerNode: v.optional(whole(1, 1024)),
    computeCapability: v.optional(whole(35, 199)),
    protocol: v.optional(v.picklist(NCCL_PROTOCOLS)),
  }),
  v.transform((options) => options as NcclOptions),
);
