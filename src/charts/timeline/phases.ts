import type { Collective } from '../../collectives/collective.js';
import type { PhaseSpan } from '../../engine/span.js';
import { PALETTE } from '../render.js';
import { type PackedSpans, packSpans } from './packed-spans.js';

/** Colour of each kind of phase on white; pictures with another look have their own, in this order. */
export const PHASE_COLOURS: Readonly<Record<Collective, string>> = {
  'reduce-scatter': PALETTE[0],
  'all-reduce': PALETTE[1],
  'all-gather': PALETTE[2],
  'all-to-all': PALETTE[3],
  alltoallv: PALETTE[3],
  broadcast: PALETTE[4],
  scatter: PALETTE[5],
  reduce: PALETTE[6],
  gather: PALETTE[7],
};

export const PHASE_KINDS = Object.keys(PHASE_COLOURS) as readonly Collective[];

/**
 * The phases of one NPU: a group per dimension, a kind per collective, chunks as labels.
 * @param nameOf - gives the name of a dimension.
 */
export function packPhases(spans: readonly PhaseSpan[], nameOf: (dimension: number) => string): PackedSpans {
  const used = [...new Set(spans.map(({ dimension }) => dimension))].sort((a, b) => a - b);
  return packSpans(
    spans.map(({ dimension, collective, chunk, phase, startNs, endNs }) => ({
      ...{ group: used.indexOf(dimension), kind: PHASE_KINDS.indexOf(collective) },
      ...{ label: chunk, at: phase, startNs, endNs },
    })),
    used.map(nameOf),
  );
}
