import { ConfigError, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import { MAX_CHANNELS, type NcclGraph, type NcclMachine } from './machine.js';

/** A family of machines whose graph values are known or derived. */
export type NcclPreset = 'dgx-v100' | 'dgx-a100' | 'dgx-h100' | 'dgx-b200';

/** Changes to a preset, from which everything else follows. Default: one node of eight GPUs. */
export type NcclPresetOptions = Partial<NcclMachine>;

interface Family {
  readonly computeCapability: number;
  readonly cpuVendor: NcclMachine['cpuVendor'];
  readonly oneNode: NcclGraph;
  /** For NVLS on one node; absent if switches cannot multicast. */
  readonly nvlsOneNode?: NcclGraph;
  readonly severalNodes: NcclGraph;
  readonly interPath: NcclMachine['interPath'];
}

const graph = (channels: number, intraGBps: number, interGBps = intraGBps): NcclGraph => ({
  channels,
  intraGBps,
  interGBps,
});

// What NCCL's search prints in public logs of these machines, or would print by its ladder of speeds.
const FAMILIES: Readonly<Record<NcclPreset, Family>> = {
  'dgx-v100': {
    computeCapability: 70,
    cpuVendor: 'intel',
    oneNode: graph(6, 20),
    severalNodes: graph(4, 12),
    interPath: 'PXB',
  },
  'dgx-a100': {
    computeCapability: 80,
    cpuVendor: 'amd',
    oneNode: graph(12, 20),
    severalNodes: graph(8, 24),
    interPath: 'PXB',
  },
  'dgx-h100': {
    computeCapability: 90,
    cpuVendor: 'intel',
    oneNode: graph(12, 30),
    nvlsOneNode: graph(8, 40, 60),
    severalNodes: graph(8, 48),
    interPath: 'PIX',
  },
  'dgx-b200': {
    computeCapability: 100,
    cpuVendor: 'intel',
    oneNode: graph(16, 45),
    nvlsOneNode: graph(8, 90),
    severalNodes: graph(8, 48),
    interPath: 'PIX',
  },
};

/** The names of the presets. */
export const NCCL_PRESETS = Object.keys(FAMILIES) as readonly NcclPreset[];

/**
 * A DGX of the family: eight GPUs per node with a network adapter each. Graph values from
 * public logs: one node of A100 and H100, and the ring of several H100 nodes; the others
 * follow from the speeds that NCCL tries. If your log has them, give your own.
 * Throws a ConfigError for an unknown preset; tuning the machine checks the options.
 */
export function ncclMachine(preset: NcclPreset, options: NcclPresetOptions = {}): NcclMachine {
  if (!NCCL_PRESETS.includes(preset)) {
    const expected = `one of ${NCCL_PRESETS.join(', ')}`;
    throw new ConfigError([{ path: 'preset', expected, got: show(preset), ...didYouMean(preset, NCCL_PRESETS) }]);
  }
  const family = FAMILIES[preset];
  const { nodes = 1, gpusPerNode = 8 } = options;
  const found = nodes === 1 ? family.oneNode : family.severalNodes;
  const ring = options.ring ?? found;
  const nvls = nodes === 1 || family.nvlsOneNode === undefined ? family.nvlsOneNode : family.severalNodes;
  const computeCapability = options.computeCapability ?? family.computeCapability;
  return {
    nodes,
    gpusPerNode,
    computeCapability,
    cpuVendor: family.cpuVendor,
    cpuArch: 'x86',
    ring,
    tree: found,
    ...(nvls === undefined ? {} : { nvls }),
    treePattern: 'balanced',
    intraPath: 'NVL',
    interPath: nodes === 1 ? 'PIX' : family.interPath,
    netLatencyUs: 0,
    channels: ncclChannels({ nodes, computeCapability, ring }),
    nvlsChannels: nvls === undefined ? 0 : ncclNvlsChannels({ nodes, gpusPerNode, computeCapability, ring }),
    ...options,
  };
}

/** Channels of a communicator: twice those of the search, or four times if few are fast. */
export function ncclChannels({
  nodes,
  computeCapability,
  ring,
}: Pick<NcclMachine, 'nodes' | 'computeCapability' | 'ring'>): number {
  const doubled = Math.min(MAX_CHANNELS, 2 * ring.channels);
  const isFew = computeCapability >= 90 && nodes > 1 && ring.intraGBps > 45 && doubled < 16;
  return isFew ? 2 * doubled : doubled;
}

/** Channels of a communicator that NVLS uses. */
export function ncclNvlsChannels(
  machine: Pick<NcclMachine, 'nodes' | 'gpusPerNode' | 'computeCapability' | 'ring'>,
): number {
  const { nodes, gpusPerNode, computeCapability, ring } = machine;
  if (computeCapability < 100) return 16;
  if (nodes === 1) return 24;
  if (nodes > 2 && ring.interGBps >= 96) return gpusPerNode <= 8 ? 24 : 32;
  return nodes > 2 && ring.interGBps >= 48 ? 24 : 32;
}
