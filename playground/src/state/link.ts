import { type DimensionSpec, formatBytes, parseQuantity } from 'astra-sim-ts';
import type { TrainingOptions } from 'astra-sim-ts/training';
import type { PageFile } from '../terminal/protocol.js';
import { hashOf } from './hash.js';
import { choicesOf, FIRST_PAGE, type Page, type Row } from './page.js';
import { fieldsOfPlan } from './training.js';

/** Fields of a spec that the page has under another name; with any other field the page cannot show the spec. */
const NAMES: Readonly<Record<string, keyof Page>> = {
  collective: 'op',
  size: 'size',
  splits: 'splits',
  activeChunks: 'active',
  decomposition: 'split',
  interDimensionScheduling: 'order',
  intraDimensionScheduling: 'waiting',
  endpointDelay: 'endpoint',
  localMemoryBandwidth: 'memory',
};
/** Fields that the page need not have: links of the usual kind, and what only results or files show. */
const USUAL: Readonly<Record<string, unknown>> = {
  scheduling: 'fifo',
  queuesPerDimension: 1,
  routing: 'first-dimension',
  switching: 'store-and-forward',
  rendezvous: false,
};
const SHOWN_ONLY = ['linkStatistics', 'timeline', 'messageTimeline', 'programClaim', 'folding', 'engine', 'maxEvents'];
const UNITS: Partial<Record<keyof Page, string>> = { endpoint: ' ns', memory: ' GB/s' };

/**
 * The part of the playground's address from `#` on that opens it with a collective; undefined for a spec that
 * the page has no fields for.
 */
export function linkTo(spec: Readonly<Record<string, unknown>>): string | undefined {
  const { topology, algorithms, network, ...others } = spec;
  // The library's defaults.
  const page: Record<string, unknown> = { ...FIRST_PAGE, splits: '4', active: '1', endpoint: '10 ns' };
  page['links'] = network === 'congestion-aware' ? 'queue' : 'overlap';
  for (const [key, value] of Object.entries(others)) {
    if (value === undefined || USUAL[key] === value || SHOWN_ONLY.includes(key)) continue;
    const name = NAMES[key];
    if (name === undefined) return undefined;
    const text = typeof value === 'number' ? `${value}${UNITS[name] ?? ''}` : String(value);
    const choices = choicesOf(name as never);
    if (choices !== undefined && !choices.includes(text)) return undefined;
    page[name] = text;
  }
  const placed = onNetwork(topology, algorithms ?? 'ring');
  return placed === undefined ? undefined : `#${hashOf({ ...page, ...placed } as Page)}`;
}

/** Likewise for a comparison of all algorithms; undefined for a network that the page has no fields for. */
export function comparisonLinkTo({ topology, collective, sizes }: ComparedSpec): string | undefined {
  const placed = onNetwork(topology, 'ring');
  if (placed === undefined) return undefined;
  const page = { ...FIRST_PAGE, op: collective, size: formatBytes(sizes.at(-1) ?? 0), tab: 'compare', league: 'yes' };
  return `#${hashOf({ ...page, ...placed } as Page)}`;
}

/** Likewise for a training step. Its plan may hold more than the page does: check that the page's step takes as long. */
export function trainingLinkTo({ model, cluster, plan }: TrainingOptions): string | undefined {
  if (typeof model !== 'string' || typeof cluster !== 'string') return undefined;
  const interleaved = plan.chunks !== undefined && plan.chunks > 1 ? { schedule: 'interleaved' } : {};
  const page = { ...FIRST_PAGE, view: 'training', model, cluster, ...fieldsOfPlan(plan), ...interleaved };
  return `#${hashOf(page as Page)}`;
}

/** Likewise for a command line, or a script, with its files. */
export function deskLinkTo(kind: 'command' | 'script', text: string, files: readonly PageFile[]): string {
  const isRun = kind === 'command' && !/\bnode\b/.test(text);
  return `#${hashOf({ ...FIRST_PAGE, view: kind, [kind]: text.trimEnd(), run: isRun ? 'yes' : 'no', files })}`;
}

interface ComparedSpec {
  readonly topology: unknown;
  readonly collective: string;
  readonly sizes: readonly number[];
}

function onNetwork(topology: unknown, algorithms: unknown): Partial<Page> | undefined {
  if (typeof topology === 'string' && /^\s*graph\s*:/.test(topology)) {
    const graphalg = typeof algorithms === 'string' ? algorithms : String((algorithms as unknown[])[0]);
    return { form: 'graph', graph: topology, graphalg };
  }
  const rows = typeof topology === 'string' ? rowsOfText(topology) : rowsOfList(topology);
  if (rows === undefined) return undefined;
  const flat = choicesOf('flat')?.includes(String(algorithms)) ? String(algorithms) : undefined;
  if (flat !== undefined) return { rows, flat };
  const named = (d: number) => String(Array.isArray(algorithms) ? algorithms[d] : algorithms);
  if (rows.some((_, d) => named(d).startsWith('one-'))) return undefined;
  return { rows: rows.map((row, d) => ({ ...row, algorithm: named(d) })) };
}

function rowsOfText(text: string): readonly Row[] | undefined {
  const rows = text.split(/(?<=\))\s*[x×]\s*/).map((part): Row | undefined => {
    const [, kind, npus, bandwidth, latency] = /^\s*([a-z-]+)\(([^,]+),([^,]+),([^,]+)\)\s*$/.exec(part) ?? [];
    return rowOf(kind, npus, bandwidth, latency);
  });
  return rows.includes(undefined) ? undefined : (rows as Row[]);
}

function rowsOfList(list: unknown): readonly Row[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const text = (value: unknown, unit: string) => (typeof value === 'number' ? `${value} ${unit}` : String(value));
  const rows = (list as DimensionSpec[]).map(({ kind, npus, bandwidth, latency }) =>
    rowOf(kind, String(npus), text(bandwidth, 'GB/s'), text(latency, 'ns')),
  );
  return rows.includes(undefined) ? undefined : (rows as Row[]);
}

function rowOf(kind = '', npus = '', bandwidth = '', latency = ''): Row | undefined {
  if (!['ring', 'switch', 'fully-connected'].includes(kind)) return undefined;
  const row = { npus: npus.trim(), bandwidth: bandwidth.trim(), latency: latency.trim() };
  try {
    parseQuantity('bandwidth', row.bandwidth);
    parseQuantity('time', row.latency);
  } catch {
    return undefined;
  }
  return { kind: kind as Row['kind'], ...row, algorithm: 'ring' };
}
