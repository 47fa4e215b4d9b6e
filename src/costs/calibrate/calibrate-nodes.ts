import type { NcclMachine } from '../nccl/machine.js';
import { NCCL_COLLECTIVES } from '../nccl/names.js';
import type { NodesCalibration, NodesErrors } from './calibration.js';
import { compare, summarize } from './errors.js';
import { type BaseChoice, fitNodesLaw, type NodesSamples } from './fit-nodes-law.js';
import type { MeasuredCollective, MeasuredTable, Samples } from './measured-table.js';
import { type NodesLawName, nodesPredictor } from './nodes-law.js';

interface Candidate {
  readonly name: NodesLawName;
  readonly base: BaseChoice;
  readonly shaped: boolean;
}

/**
 * The law of one collective across nodes, of the kind that errs least when it predicts each
 * number of nodes from the others; with one number of nodes, NCCL's formula with its shape.
 * Leaves out tables of one node, which show nothing about the network. Undefined when nothing
 * is left to fit: no table, or a single number of nodes and no machine.
 */
export function calibrateNodes(
  collective: MeasuredCollective | undefined,
  all: readonly { readonly table: MeasuredTable; readonly samples: Samples }[],
  machine: NcclMachine | undefined,
): NodesCalibration | undefined {
  const several = all.filter(({ table: { nodes = 1 } }) => nodes > 1);
  const measured = several.map(({ table, samples }): NodesSamples => ({ nodes: table.nodes ?? 1, samples }));
  const counts = [...new Set(measured.map(({ nodes }) => nodes))].sort((a, b) => a - b);
  const candidates = candidatesFor(collective, machine);
  if (counts.length === 0 || (counts.length === 1 && candidates[0].base.kind === 'depth')) return undefined;

  const tried =
    counts.length === 1 ? [] : candidates.map((one) => ({ ...one, heldOut: heldOutOf(one, measured, counts) }));
  tried.sort((a, b) => meanOf(a.heldOut) - meanOf(b.heldOut));
  const best = tried[0] ?? { ...candidates[0], heldOut: [] };
  return {
    ...(collective === undefined ? {} : { collective }),
    sources: several.map(({ table }) => table.name),
    smallestBytes: Math.min(...several.map(({ samples }) => samples.bytes[0] as number)),
    largestBytes: Math.max(...several.map(({ samples }) => samples.bytes.at(-1) as number)),
    law: fitNodesLaw(best.base, measured, best.shaped),
    heldOut: best.heldOut,
    tried: tried.map(({ name, heldOut }) => ({ name, heldOut })),
  };
}

/** The kind that usually errs least comes first. */
function candidatesFor(
  collective: MeasuredCollective | undefined,
  machine: NcclMachine | undefined,
): readonly [Candidate, ...Candidate[]] {
  const depth: BaseChoice = { kind: 'depth' };
  const depths: readonly [Candidate, Candidate] = [
    { name: 'depth, shaped', base: depth, shaped: true },
    { name: 'depth', base: depth, shaped: false },
  ];
  const predicted = NCCL_COLLECTIVES.find((one) => one === collective);
  if (machine === undefined || predicted === undefined) return depths;
  const base: BaseChoice = { kind: 'nccl', machine, collective: predicted };
  return [{ name: 'nccl, shaped', base, shaped: true }, { name: 'nccl', base, shaped: false }, ...depths];
}

function heldOutOf({ base, shaped }: Candidate, measured: readonly NodesSamples[], counts: readonly number[]) {
  return counts.map((nodes): NodesErrors => {
    const seen = measured.filter((one) => one.nodes !== nodes);
    const unseen = measured.filter((one) => one.nodes === nodes);
    const predictUs = nodesPredictor(fitNodesLaw(base, seen, shaped));
    const compared = unseen.flatMap(({ samples }) => compare(samples, (bytes) => predictUs(nodes, bytes)));
    const { medianPercent, p90Percent, count } = summarize(compared);
    return { nodes, fittedOn: counts.filter((one) => one !== nodes), medianPercent, p90Percent, count };
  });
}

function meanOf(errors: readonly NodesErrors[]): number {
  return errors.reduce((sum, { medianPercent }) => sum + medianPercent, 0) / errors.length;
}
