import { fitRelative } from '../../src/costs/calibrate/fit-curve.js';
import { fitNodesLaw, type NodesSamples } from '../../src/costs/calibrate/fit-nodes-law.js';
import { type MeasuredTable, quantile } from '../../src/costs/calibrate/measured-table.js';
import { ncclBaseOf } from '../../src/costs/calibrate/nccl-base.js';
import { nodesPredictor } from '../../src/costs/calibrate/nodes-law.js';
import { ncclChoose } from '../../src/costs/nccl/choose.js';
import type { NcclAlgorithm } from '../../src/costs/nccl/names.js';
import { type NcclTuning, ncclTuning } from '../../src/costs/nccl/tuning.js';

/** Laws across nodes that were tried beside those of `calibrate`, and are no better: docs/validation.md has their errors. */

type Predictor = (nodes: number, bytes: number) => number;
/** Fits to some numbers of nodes; undefined where these are too few, or the machine is unknown. */
export type Law = (seen: readonly NodesSamples[], table: MeasuredTable) => Predictor | undefined;

const between =
  (sizes: readonly number[], values: readonly number[]) =>
  (bytes: number): number => {
    const right = sizes.findIndex((size) => size >= bytes);
    const [from = 0, to = 0] = [sizes[right - 1], sizes[right]];
    if (right <= 0) return values.at(right) ?? Number.NaN;
    const share = (bytes - from) / (to - from);
    return (values[right - 1] ?? 0) * (1 - share) + (values[right] ?? 0) * share;
  };

function known(base: 'depth' | 'nccl'): Law {
  return (seen, table) => {
    const choice = base === 'depth' ? ({ kind: 'depth' } as const) : ncclBaseOf(table);
    return choice && nodesPredictor(fitNodesLaw(choice, seen, true));
  };
}

/** A sum of terms, fitted for each band of sizes on its own. */
function sumOf(terms: (nodes: number, bytes: number) => readonly number[], edges: readonly number[] = []): Law {
  const bandOf = (bytes: number) => edges.filter((edge) => bytes >= edge).length;
  return (seen) => {
    const rows = seen.flatMap(({ nodes, samples: { bytes, timesUs } }) =>
      bytes.map((size, i) => ({ band: bandOf(size), us: timesUs[i] ?? 0, terms: terms(nodes, size) })),
    );
    const factors = [0, ...edges].map((_, band) => {
      const own = rows.filter((row) => row.band === band);
      const columns = (own[0]?.terms ?? []).map((_, k) => own.map((row) => row.terms[k] ?? 0));
      return fitRelative(
        columns,
        own.map(({ us }) => us),
      );
    });
    return (nodes, bytes) =>
      terms(nodes, bytes).reduce((sum, term, k) => sum + term * (factors[bandOf(bytes)]?.[k] ?? 0), 0);
  };
}

/** A law with what it misses at each size carried over, nearer numbers of nodes first. */
function shaped(law: Law): Law {
  return (seen, table) => {
    const base = law(seen, table);
    if (base === undefined) return undefined;
    const missed = seen.map(({ nodes, samples: { bytes, timesUs } }) => ({
      nodes,
      at: between(
        bytes,
        bytes.map((size, i) => (timesUs[i] ?? 0) / base(nodes, size)),
      ),
    }));
    return (nodes, bytes) => {
      const weights = missed.map((one) => 1 / Math.log2(nodes / one.nodes) ** 2);
      const sum = missed.reduce((all, { at }, i) => all + (weights[i] ?? 0) * Math.log(at(bytes)), 0);
      return base(nodes, bytes) * Math.exp(sum / weights.reduce((all, one) => all + one, 0));
    };
  };
}

/** At every size a straight line through the two largest numbers of nodes, of times made straight by some function. */
function sizeBySize(x: (nodes: number) => number, y = (us: number) => us, back = (value: number) => value): Law {
  return (seen) => {
    const [low, high] = [...seen].sort((a, b) => a.nodes - b.nodes).slice(-2);
    if (low === undefined || high === undefined) return undefined;
    const [before, after] = [low, high].map(({ samples }) => between(samples.bytes, samples.timesUs));
    return (nodes, bytes) => {
      const [from, to] = [y(before?.(bytes) ?? 0), y(after?.(bytes) ?? 0)];
      const slope = Math.max(0, (to - from) / (x(high.nodes) - x(low.nodes)));
      return back(to + slope * (x(nodes) - x(high.nodes)));
    };
  };
}

/** NCCL's prediction of some algorithm, or of the one that it would choose. */
function ncclTerms(
  terms: (choice: ReturnType<typeof ncclChoose>) => readonly number[],
  algorithm?: NcclAlgorithm,
): Law {
  return (seen, table) => {
    const base = ncclBaseOf(table);
    if (base === undefined) return undefined;
    const { machine, collective } = base;
    const tunings = new Map<number, NcclTuning>();
    const law = sumOf((nodes, bytes) => {
      const tuning = tunings.get(nodes) ?? ncclTuning({ ...machine, nodes });
      tunings.set(nodes, tuning);
      const rows = tuning.candidates[collective].filter((row) => (algorithm ?? row.algorithm) === row.algorithm);
      const limited = { ...tuning, candidates: { ...tuning.candidates, [collective]: rows } };
      return terms(ncclChoose({ collective, bytes: Math.round(bytes), machine: limited }));
    });
    return law(seen, table);
  };
}

const parts = ({ latencyUs, timeUs }: ReturnType<typeof ncclChoose>) => [latencyUs, timeUs - latencyUs, 1];
const byProtocol = (choice: ReturnType<typeof ncclChoose>) =>
  ['LL', 'LL128', 'Simple'].flatMap((one) => (one === choice.protocol ? parts(choice) : [0, 0, 0]));

function together(laws: readonly Law[], of: (predictions: readonly number[]) => number): Law {
  return (seen, table) => {
    const found = laws.map((law) => law(seen, table)).filter((one) => one !== undefined);
    return (nodes, bytes) => of(found.map((one) => one(nodes, bytes)));
  };
}

const { log2, sqrt } = Math;
const LINE = sizeBySize(log2);
const POWER = sizeBySize(log2, Math.log, Math.exp);
const PROTOCOLS = shaped(ncclTerms(byProtocol));

export const OTHER_LAWS: Readonly<Record<string, Law>> = {
  'bytes too grow with log2 m, shaped': shaped(
    sumOf((m, s) => [1, log2(m), sqrt(s), sqrt(s) * log2(m), s, s * log2(m)]),
  ),
  'latency grows with m, shaped': shaped(sumOf((m, s) => [1, m, sqrt(s), sqrt(s) * m, s])),
  'depth, by band, shaped': shaped(sumOf((m, s) => [1, log2(m), sqrt(s), sqrt(s) * log2(m), s], [2 ** 15, 2 ** 20])),
  'nccl, factors by protocol, shaped': PROTOCOLS,
  'nccl, ring alone, shaped': shaped(ncclTerms(parts, 'ring')),
  'nccl, tree alone, shaped': shaped(ncclTerms(parts, 'tree')),
  'size by size, line over log2 m': LINE,
  'size by size, line over m': sizeBySize((m) => m),
  'size by size, power of m': POWER,
  'median of four': together([known('depth'), known('nccl'), LINE, PROTOCOLS], (all) => quantile(all, 0.5)),
  'greatest of three': together([known('depth'), known('nccl'), POWER], (all) => Math.max(...all)),
};
