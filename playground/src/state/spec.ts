import type { AlgorithmName, CollectiveSpec, DimensionSpec } from 'astra-sim-ts';
import { readEdges } from './edges.js';
import type { Page } from './page.js';

/** Digits become a number; the library gets all other text unchanged, and reports its problems. */
export function numberOr(text: string): number {
  const trimmed = text.trim();
  return (/^\d+$/.test(trimmed) ? Number(trimmed) : trimmed) as number;
}

/** A quantity: a plain number has no unit. */
export function quantityOr(text: string): string | number {
  const trimmed = text.trim();
  return trimmed === '' ? '' : trimmed;
}

export function topologyOf({ form, graph, rows }: Page): CollectiveSpec['topology'] {
  if (form === 'dimensions') {
    return rows.map(
      ({ kind, npus, bandwidth, latency }): DimensionSpec => ({
        ...{ kind, npus: numberOr(npus), bandwidth: quantityOr(bandwidth), latency: quantityOr(latency) },
      }),
    );
  }
  return /^\s*graph\s*:/.test(graph) ? graph.trim() : readEdges(graph);
}

/** The algorithms of a page: one for all NPUs, or one per dimension. */
export function algorithmsOf({ form, flat, graphalg, rows }: Page): CollectiveSpec['algorithms'] {
  if (form === 'graph') return graphalg.trim() as AlgorithmName;
  if (flat !== 'no') return flat as AlgorithmName;
  return rows.map(({ algorithm }) => algorithm.trim() as AlgorithmName);
}

/** What the library should simulate, unchecked: the library reports errors. */
export function specOf(page: Page): CollectiveSpec {
  return {
    collective: page.op as CollectiveSpec['collective'],
    topology: topologyOf(page),
    size: quantityOr(page.size),
    algorithms: algorithmsOf(page) as AlgorithmName,
    splits: numberOr(page.splits),
    activeChunks: numberOr(page.active),
    network: page.links === 'queue' ? 'congestion-aware' : 'congestion-unaware',
    decomposition: page.split as 'baseline',
    interDimensionScheduling: page.order as 'ascending',
    intraDimensionScheduling: page.waiting as 'fifo',
    endpointDelay: quantityOr(page.endpoint),
    localMemoryBandwidth: quantityOr(page.memory),
  };
}
