import * as v from 'valibot';
import { keys, whole } from '../../base/validate.js';
import { type NcclMachine, ncclFoundSchema, ncclMachineSchema } from './machine.js';
import { NCCL_PROTOCOLS, type NcclProtocol } from './names.js';
import { NCCL_PRESETS, type NcclPreset } from './presets.js';

/** A preset with your own numbers, such as the channels from an NCCL log; the ranks determine nodes and GPUs. */
export interface NcclPresetMachine extends Partial<Omit<NcclMachine, 'nodes' | 'gpusPerNode'>> {
  readonly preset: NcclPreset;
}

/** Options of the algorithms `nccl`, `nccl-ring`, `nccl-tree` and `nccl-pat`. */
export interface NcclOptions {
  /**
   * The machine as NCCL sees it: a preset, one with changes (`{ preset: "dgx-h100", ring: { channels: 4, intraGBps: 48,
   * interGBps: 48 } }`), or all of it. Default: what NCCL's search would find on the network.
   */
  readonly machine?: NcclPreset | NcclPresetMachine | NcclMachine;
  /** GPUs per node. Default: those along the first dimension; on a graph 8, or all. */
  readonly gpusPerNode?: number;
  /** For the machine found on the network. Default 90, as for H100. */
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
