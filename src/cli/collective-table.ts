import { formatBytes } from '../base/units.js';
import type { NetworkModel } from '../base/words.js';
import { type Collective, isRooted } from '../collectives/collective.js';
import type { CollectiveResult } from '../report/result.js';
import { csvLine } from './csv.js';
import type { MeasuredTime } from './measured.js';
import { columns } from './table.js';

/** Measured times beside the results; undefined for sizes without one. */
type MeasuredTimes = readonly (MeasuredTime | undefined)[] | undefined;

/** Bytes of nccl-tests' default element type. */
const FLOAT_BYTES = 4;

/** Collectives whose count is that of the whole buffer. */
const WHOLE: readonly Collective[] = ['all-reduce', 'broadcast', 'reduce'];

const REDUCING: readonly Collective[] = ['all-reduce', 'reduce-scatter', 'reduce'];

/** The request, as text to print. */
export interface Asked {
  readonly collective: Collective;
  readonly topology: string;
  readonly root?: string;
  readonly network: NetworkModel;
  readonly algorithms: string;
  readonly decomposition: string;
  readonly splits: string;
  readonly activeChunks: string;
}

/** The table of nccl-tests: size of the whole buffer, elements per rank, times in us, decimal GB/s. */
export function ncclTable(asked: Asked, results: readonly CollectiveResult[], measured?: MeasuredTimes): string[] {
  const [first] = results;
  const { collective, topology, network, algorithms, decomposition, splits, activeChunks } = asked;
  const how = collective === 'all-reduce' ? `${algorithms}, ${decomposition}` : algorithms;
  const beside = (i: number) => {
    const time = measured?.[i];
    return [time?.timeUs.toFixed(3) ?? '-', time?.errorPercent.toFixed(1) ?? '-'];
  };
  const rows = results.map(({ totalBytes, ranks, timeNs, algbwGBps, busbwGBps }, i) => [
    String(totalBytes),
    String(Math.floor(totalBytes / FLOAT_BYTES / (WHOLE.includes(collective) ? 1 : ranks))),
    'float',
    REDUCING.includes(collective) ? 'sum' : 'none',
    isRooted(collective) ? String(asked.root ?? 0) : '-1',
    // Exact: times are whole ns.
    (timeNs / 1000).toFixed(3),
    algbwGBps.toFixed(2),
    busbwGBps.toFixed(2),
    ...(measured === undefined ? [] : beside(i)),
  ]);
  const [names = '', units = '', ...lines] = columns([
    ['size', 'count', 'type', 'redop', 'root', 'time', 'algbw', 'busbw', ...(measured ? ['measured', 'error'] : [])],
    ['(B)', '(elements)', '', '', '', '(us)', '(GB/s)', '(GB/s)', ...(measured ? ['(us)', '(%)'] : [])],
    ...rows,
  ]);
  return [
    `# ${collective} over ${first?.ranks} of ${first?.npus} NPUs: ${topology}`,
    `# ${network}; ${how}; ${splits} splits, ${activeChunks} active chunk${activeChunks === '1' ? '' : 's'} per dimension`,
    '#',
    `# ${names}`,
    `# ${units}`,
    ...lines.map((line) => `  ${line}`),
  ];
}

/** What NCCL would run at each size, and why. */
export function choiceLines(results: readonly CollectiveResult[]): string[] {
  const lines = results.flatMap(({ totalBytes, nccl }) => {
    if (nccl === undefined) return [];
    const { channels, chunkBytes, why } = nccl;
    const pieces = `${channels} channel${channels === 1 ? '' : 's'}, chunks of ${formatBytes(chunkBytes)}`;
    return [`#   ${totalBytes}: ${why}; ${pieces}`];
  });
  const seen = results.find(({ nccl }) => nccl !== undefined)?.nccl;
  if (seen === undefined) return [];
  const machine = `${seen.nodes} node${seen.nodes === 1 ? '' : 's'} of ${seen.gpusPerNode} GPUs, compute capability ${seen.computeCapability}`;
  return ['#', `# what NCCL 2.30 would run on ${machine}, by size:`, ...lines];
}

/** One row per size: the independent variables first, then the results, units in the names. */
export function collectiveCsv(asked: Asked, results: readonly CollectiveResult[], measured?: MeasuredTimes): string[] {
  const { collective, topology, network, algorithms, decomposition, splits, activeChunks } = asked;
  const header = [
    ...['collective', 'topology', 'network', 'algorithms', 'decomposition', 'splits', 'active_chunks', 'size_bytes'],
    ...['npus', 'ranks', 'chunks', 'time_ns', 'algbw_GBps', 'busbw_GBps', 'bottleneck_dimension'],
    ...(measured === undefined ? [] : ['measured_us', 'error_percent']),
  ];
  const rows = results.map((result, i) => [
    ...[collective, topology, network, algorithms, decomposition, splits, activeChunks, result.totalBytes],
    ...[result.npus, result.ranks, result.chunks, result.timeNs, result.algbwGBps, result.busbwGBps, result.bottleneck],
    ...(measured === undefined ? [] : [measured[i]?.timeUs ?? '', measured[i]?.errorPercent ?? '']),
  ]);
  return [header, ...rows].map(csvLine);
}

/** Most links to list. */
const SHOWN_LINKS = 10;

/** The busiest links at the largest size, if requested. */
export function linkLines(results: readonly CollectiveResult[]): string[] {
  const last = results.at(-1);
  const links = last?.links;
  if (last === undefined || links === undefined) return [];
  const busiest = links.toSorted((a, b) => b.busyNs - a.busyNs).slice(0, SHOWN_LINKS);
  const rows = busiest.map(({ dimension, npu, name, bytes, messages, busyNs, waitedNs, longestQueue }) => [
    ...[String(dimension), String(npu), name, String(bytes), String(messages)],
    ...[`${((100 * busyNs) / Math.max(1, last.timeNs)).toFixed(1)} %`, String(waitedNs), String(longestQueue)],
  ]);
  const head = ['dimension', 'NPU', 'link', 'bytes', 'messages', 'busy', 'waited (ns)', 'longest queue'];
  return [
    '',
    `# the ${rows.length} busiest of ${links.length} links at ${last.totalBytes} bytes`,
    ...columns([head, ...rows]).map((line, i) => `${i === 0 ? '#' : ' '} ${line}`),
  ];
}
