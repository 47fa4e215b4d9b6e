import type { NcclMachine } from '../nccl/machine.js';
import type { NcclCollective } from '../nccl/names.js';
import { fitRelative } from './fit-curve.js';
import type { Samples } from './measured-table.js';
import { type DepthBase, type NcclBase, type NodesLaw, ncclParts, nodesPredictor } from './nodes-law.js';

/** Measured times on one number of nodes. */
export interface NodesSamples {
  readonly nodes: number;
  readonly samples: Samples;
}

/** What a law starts from. */
export type BaseChoice =
  | { readonly kind: 'depth' }
  | { readonly kind: 'nccl'; readonly machine: NcclMachine; readonly collective: NcclCollective };

/** Fits a law to several numbers of nodes by least relative error, with or without the shape over sizes. */
export function fitNodesLaw(choice: BaseChoice, measured: readonly NodesSamples[], shaped: boolean): NodesLaw {
  const base = choice.kind === 'nccl' ? fitNccl(choice, measured) : fitDepth(measured);
  const alone: NodesLaw = { base, shape: [] };
  if (!shaped) return alone;
  const predictUs = nodesPredictor(alone);
  const shape = measured.map(({ nodes, samples: { bytes, timesUs } }) => ({
    nodes,
    bytes,
    ratios: bytes.map((size, i) => (timesUs[i] as number) / predictUs(nodes, size)),
  }));
  return { base, shape };
}

/**
 * NCCL chooses by its own prediction, not by measured times. So the choice is fixed, and the fit
 * is linear in three factors.
 */
function fitNccl(
  { machine, collective }: Extract<BaseChoice, { kind: 'nccl' }>,
  measured: readonly NodesSamples[],
): NcclBase {
  const partsOf = ncclParts(machine, collective);
  const parts = measured.flatMap(({ nodes, samples }) => samples.bytes.map((bytes) => partsOf(nodes, bytes)));
  const columns = [parts.map(({ latencyUs }) => latencyUs), parts.map(({ bytesUs }) => bytesUs), parts.map(() => 1)];
  const [latencyFactor = 0, bytesFactor = 0, constantUs = 0] = fitRelative(columns, timesOf(measured));
  return { kind: 'nccl', collective, machine, latencyFactor, bytesFactor, constantUs };
}

function fitDepth(measured: readonly NodesSamples[]): DepthBase {
  const rows = measured.flatMap(({ nodes, samples }) =>
    samples.bytes.map((bytes) => ({ bytes, root: Math.sqrt(bytes), levels: Math.log2(nodes) })),
  );
  const columns = [
    rows.map(() => 1),
    rows.map(({ levels }) => levels),
    rows.map(({ root }) => root),
    rows.map(({ root, levels }) => root * levels),
    rows.map(({ bytes }) => bytes),
  ];
  const [constantUs = 0, usPerLevel = 0, usPerRootByte = 0, usPerRootByteAndLevel = 0, usPerByte = 0] = fitRelative(
    columns,
    timesOf(measured),
  );
  return { kind: 'depth', constantUs, usPerLevel, usPerRootByte, usPerRootByteAndLevel, usPerByte };
}

function timesOf(measured: readonly NodesSamples[]): number[] {
  return measured.flatMap(({ samples }) => samples.timesUs);
}
