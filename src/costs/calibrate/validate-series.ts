import { compare, type ErrorSummary, summarize } from './errors.js';
import { type BaseChoice, fitNodesLaw, type NodesSamples } from './fit-nodes-law.js';
import { type MeasuredTable, samplesIn } from './measured-table.js';
import { ncclBaseOf } from './nccl-base.js';
import { type NodesLawName, nodesPredictor } from './nodes-law.js';

/** One machine with several numbers of nodes, some predicted from others. */
export interface SeriesValidation {
  /** Names of the tables, by number of nodes. */
  readonly tables: readonly string[];
  readonly splits: readonly SeriesSplit[];
}

export interface SeriesSplit {
  readonly fittedOn: readonly number[];
  readonly predicted: readonly number[];
  /** Errors on the predicted numbers of nodes; NCCL's where the machine is known. */
  readonly laws: Readonly<Partial<Record<NodesLawName, ErrorSummary>>>;
}

const LEAST_COUNTS = 3;

/** Predicts larger numbers of nodes from the two smallest, and from all but the largest; inner ones from both ends. */
export function validateSeries(tables: readonly MeasuredTable[]): SeriesValidation[] {
  return seriesIn(tables).map((series) => {
    const counts = [...new Set(series.map(({ nodes = 1 }) => nodes))];
    const splits = splitsOf(counts).map((fittedOn) => validateSplit(series, fittedOn));
    return { tables: series.map(({ name }) => name), splits };
  });
}

/** Tables that differ only in their nodes. */
function seriesIn(tables: readonly MeasuredTable[]): MeasuredTable[][] {
  const groups = new Map<string, MeasuredTable[]>();
  for (const table of tables) {
    if ((table.nodes ?? 1) < 2) continue;
    const { gpu, software, inter, algorithm } = table.info;
    const key = JSON.stringify([table.collective, table.gpusPerNode, gpu, software, normal(inter), algorithm]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [table]);
    else group.push(table);
  }
  return [...groups.values()]
    .map((group) => [...group].sort((a, b) => (a.nodes ?? 1) - (b.nodes ?? 1)))
    .filter((group) => new Set(group.map(({ nodes }) => nodes)).size >= LEAST_COUNTS);
}

/** Descriptions of the same network differ in what they add in brackets. */
function normal(inter: string | undefined): string | undefined {
  return inter?.replace(/ \([^)]*\)/g, '');
}

function splitsOf(counts: readonly number[]): number[][] {
  const ends = [counts[0] as number, counts.at(-1) as number];
  const splits = [counts.slice(0, 2), counts.slice(0, -1), ends];
  return splits.filter((one, i) => splits.findIndex((other) => String(other) === String(one)) === i);
}

function validateSplit(series: readonly MeasuredTable[], fittedOn: readonly number[]): SeriesSplit {
  const measured = series.map((table): NodesSamples => ({ nodes: table.nodes ?? 1, samples: samplesIn(table) }));
  const seen = measured.filter(({ nodes }) => fittedOn.includes(nodes));
  const unseen = measured.filter(({ nodes }) => !fittedOn.includes(nodes));
  const errors = (choice: BaseChoice, shaped: boolean) => {
    const predictUs = nodesPredictor(fitNodesLaw(choice, seen, shaped));
    return summarize(unseen.flatMap(({ nodes, samples }) => compare(samples, (bytes) => predictUs(nodes, bytes))));
  };
  const nccl = ncclBaseOf(series[0] as MeasuredTable);
  return {
    fittedOn,
    predicted: unseen.map(({ nodes }) => nodes),
    laws: {
      depth: errors({ kind: 'depth' }, false),
      'depth, shaped': errors({ kind: 'depth' }, true),
      ...(nccl === undefined ? {} : { nccl: errors(nccl, false), 'nccl, shaped': errors(nccl, true) }),
    },
  };
}
