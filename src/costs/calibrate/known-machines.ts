import type { NcclMachine } from '../nccl/machine.js';
import { type NcclPreset, ncclMachine } from '../nccl/presets.js';
import { checkTableHead, type MeasuredTable } from './measured-table.js';

interface Family {
  readonly gpu: RegExp;
  readonly preset: NcclPreset;
  /** The most that its PCIe slot carries, GB/s. */
  readonly slotGBps: number;
  /** Its switches can multicast. */
  readonly nvls: boolean;
}

const FAMILIES: readonly Family[] = [
  { gpu: /\bV100\b/, preset: 'dgx-v100', slotGBps: 12, nvls: false },
  { gpu: /\bA100\b/, preset: 'dgx-a100', slotGBps: 24, nvls: false },
  { gpu: /\bH100\b/, preset: 'dgx-h100', slotGBps: 48, nvls: true },
  { gpu: /\bB200\b/, preset: 'dgx-b200', slotGBps: 48, nvls: true },
];

/** Rates of InfiniBand by name, Gb/s. */
const RATES: Readonly<Record<string, number>> = { EDR: 100, HDR: 200, NDR: 400 };
/** NCCL assumes 12 GB/s per 100 Gb/s. */
const GBPS_PER_GBIT = 0.12;

/**
 * The machine that a table's description suggests, with one channel per network adapter at
 * the adapter's rate; undefined unless NCCL ran on DGX-like nodes with named adapters. It only
 * guesses what NCCL's search finds there: prefer what NCCL's log says.
 * @throws ConfigError for an invalid table.
 */
export function ncclMachineOf(table: MeasuredTable): NcclMachine | undefined {
  checkTableHead(table);
  const { nodes = 1, gpusPerNode, info } = table;
  const { gpu = '', software = '', inter = '' } = info;
  const family = FAMILIES.find((one) => one.gpu.test(gpu));
  const isNccl =
    /\bNCCL\b/.test(software) && (info['algorithm'] ?? 'automatic') === 'automatic' && !/SHARP/.test(inter);
  if (family === undefined || !isNccl || gpusPerNode === undefined || gpusPerNode > 8) return undefined;
  // Of these machines only DGX A100 has AMD CPUs, and no table is from one.
  const options = { gpusPerNode, cpuVendor: 'intel' as const };
  if (nodes === 1) return ncclMachine(family.preset, options);
  const adapters = Number(/^(\d{1,2}) x /.exec(inter)?.[1]);
  const gbits = Number(/(\d+) Gb\/s/.exec(inter)?.[1] ?? RATES[/\b([EHN]DR)\b/.exec(inter)?.[1] ?? '']);
  if (!(adapters >= 1 && gbits > 0)) return undefined;
  const rate = Math.min(family.slotGBps, GBPS_PER_GBIT * gbits);
  const graph = { channels: adapters, intraGBps: rate, interGBps: rate };
  return ncclMachine(family.preset, {
    ...options,
    nodes,
    ring: graph,
    tree: graph,
    ...(family.nvls ? { nvls: graph } : {}),
  });
}
