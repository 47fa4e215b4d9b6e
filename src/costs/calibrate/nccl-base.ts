import { NCCL_COLLECTIVES } from '../nccl/names.js';
import type { BaseChoice } from './fit-nodes-law.js';
import { ncclMachineOf } from './known-machines.js';
import type { MeasuredTable } from './measured-table.js';

/** NCCL's formula for a table, if NCCL predicts its collective and its machine is known. */
export function ncclBaseOf(table: MeasuredTable): Extract<BaseChoice, { kind: 'nccl' }> | undefined {
  const machine = ncclMachineOf(table);
  const collective = NCCL_COLLECTIVES.find((one) => one === table.collective);
  return machine === undefined || collective === undefined ? undefined : { kind: 'nccl', machine, collective };
}
