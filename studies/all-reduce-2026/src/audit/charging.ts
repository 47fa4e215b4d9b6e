import { type Collective, type NetworkModel, type Routing, simulateCollective } from 'astra-sim-ts';
import { type SweepPoint, sweepSpec } from '../tables/sweep.js';

/** What a message is made to pay for. */
export type Charging = 'log' | 'every-dimension' | 'congestion-aware';

/**
 * `log`: as published, the lowest dimension in which its ends differ, and a flat ring so never
 * for the slow one. `every-dimension`: each in which they differ. `congestion-aware`: that, and
 * every link serves one message at a time.
 */
export const CHARGINGS: Readonly<Record<Charging, { readonly network: NetworkModel; readonly routing: Routing }>> = {
  log: { network: 'congestion-unaware', routing: 'first-dimension' },
  'every-dimension': { network: 'congestion-unaware', routing: 'dimension-order' },
  'congestion-aware': { network: 'congestion-aware', routing: 'first-dimension' },
};

/** One cell of the anti-benefit table: hierarchical over flat. */
export interface ChargedCell {
  readonly collective: Collective;
  readonly charging: Charging;
  readonly ratio: number;
  readonly npus: number;
  readonly sizeMiB: number;
  readonly flatNs: number;
  /** ring_ring baseline. */
  readonly baselineNs: number;
  /** ring_ring local-bw-aware; of an all-reduce only, the others have one decomposition. */
  readonly localBwAwareNs: number | undefined;
  /** baselineNs / flatNs: above 1 the hierarchy is slower. */
  readonly baseline: number;
  readonly localBwAware: number | undefined;
}

export interface ChargedRequest {
  readonly charging: Charging;
  readonly collective?: Collective;
  readonly ratios: readonly number[];
  readonly npus: readonly number[];
  readonly sizesMiB: readonly number[];
  /** Told before each cell. */
  readonly onCell?: (done: number, of: number) => void;
}

/** The anti-benefit table of a collective, messages charged in one way. */
export function chargedCells(request: ChargedRequest): ChargedCell[] {
  const { charging, collective = 'all-reduce', ratios, npus: counts, sizesMiB, onCell } = request;
  const places = sizesMiB.flatMap((sizeMiB) =>
    counts.flatMap((npus) => ratios.map((ratio) => ({ ratio, npus, sizeMiB }))),
  );
  /** Flat rings that do not see the ratio are run once. */
  const flats = new Map<string, number>();
  return places.map((place, i) => {
    onCell?.(i, places.length);
    const run = (point: Pick<SweepPoint, 'algorithm' | 'decomposition'>) => {
      const spec = sweepSpec({ ...place, ...point });
      // The size of an all-gather is one NPU's share: the same total buffer.
      const size = collective === 'all-gather' ? (spec.size as number) / place.npus : spec.size;
      return simulateCollective({ ...spec, collective, size, ...CHARGINGS[charging] }).timeNs;
    };
    const key = `${place.npus} ${place.sizeMiB} ${charging === 'log' ? '' : place.ratio}`;
    const flatNs = flats.get(key) ?? run({ algorithm: 'oneRing', decomposition: 'baseline' });
    flats.set(key, flatNs);
    const baselineNs = run({ algorithm: 'ring_ring', decomposition: 'baseline' });
    const localBwAwareNs =
      collective === 'all-reduce' ? run({ algorithm: 'ring_ring', decomposition: 'local-bw-aware' }) : undefined;
    return {
      ...{ collective, charging, ...place, flatNs, baselineNs, localBwAwareNs },
      baseline: baselineNs / flatNs,
      localBwAware: localBwAwareNs === undefined ? undefined : localBwAwareNs / flatNs,
    };
  });
}

/** How many cells are slower than flat, and the worst. */
export function countSlower(cells: readonly ChargedCell[]) {
  const worst = cells.reduce((most, cell) => (cell.baseline > most.baseline ? cell : most));
  const slower = cells.filter(({ baseline }) => baseline > 1);
  const rescued = slower.filter(({ localBwAware = Infinity }) => localBwAware < 1);
  return { cells: cells.length, slower: slower.length, rescued: rescued.length, worst };
}
