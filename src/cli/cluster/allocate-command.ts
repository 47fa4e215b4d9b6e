import { formatBytes, parseQuantity } from '../../base/units.js';
import { allocateBandwidth, type BandwidthAllocation, communicationTime } from '../../cluster/bandwidth/allocate.js';
import { timePriceFront } from '../../cluster/bandwidth/front.js';
import { type AllocationVerdict, type JudgeOptions, judgeAllocation } from '../../cluster/bandwidth/judge.js';
import { type BandwidthOptions, withCollectives } from '../../cluster/bandwidth/options.js';
import { type DimensionParts, dimensionPrice } from '../../cluster/bandwidth/price.js';
import { readTrace } from '../../formats/chakra/read-trace.js';
import { workGraphOf } from '../../formats/chakra/work-graph.js';
import { wholeFlag } from '../flags.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { columns } from '../table.js';
import { readBytes } from '../workload-files.js';
import { inFile, isTable, type Options, printWarnings, readOptionsFile, without, withPaths } from './options-file.js';
import { duration, percent, significant } from './quantities.js';
import { withBar } from './search-bar.js';

export interface AllocateFlags {
  readonly front?: string;
  readonly judge?: boolean;
  readonly json?: boolean;
}

/** Options that only a simulation uses. */
const SIMULATED = ['simulation', 'maxEvaluations'];
const OF_DIMENSIONS = ['kind', 'latency'];

export function allocateCommand(file: string, flags: AllocateFlags, io: Io): void {
  const points = flags.front === undefined ? undefined : wholeFlag(flags.front, '--front', 1000);
  const { options: written, warnings } = readOptionsFile(file);
  const { input, results, lines } = inFile(file, () =>
    answer(withWorkload(priced(written)), flags.judge === true, points),
  );
  printWarnings(warnings, io);
  io.out(flags.json ? jsonOutput('allocate', { file, options: input }, results) : `${lines.join('\n')}\n`);
}

interface Answer {
  readonly input: unknown;
  readonly results: unknown;
  readonly lines: readonly string[];
}

function answer(options: Options, judge: boolean, points: number | undefined): Answer {
  if (judge) {
    const asked = options as unknown as JudgeOptions;
    const verdict = withBar('allocations simulated', (onProgress) => judgeAllocation({ ...asked, onProgress }));
    return { input: options, results: verdict, lines: verdictLines(verdict) };
  }
  const { dimensions } = options;
  const plain = without(options, SIMULATED);
  const asked = {
    ...plain,
    ...(Array.isArray(dimensions)
      ? { dimensions: dimensions.map((one: unknown) => (isTable(one) ? without(one, OF_DIMENSIONS) : one)) }
      : {}),
  } as unknown as BandwidthOptions;
  if (points !== undefined) {
    const front = timePriceFront(asked, points);
    return { input: asked, results: front, lines: frontLines(front) };
  }
  const found = allocateBandwidth(asked);
  return { input: asked, results: found, lines: allocationLines(asked, found) };
}

/** Adds the collectives of a Chakra trace, if the file names one. */
function withWorkload(options: Options): Options {
  const { workload } = options;
  if (typeof workload !== 'string') return options;
  const graph = withPaths(
    () => workGraphOf(readTrace(readBytes(workload), workload)).graph,
    (path) => `workload: ${path}`,
  );
  return withCollectives({ ...options, workload: graph } as unknown as BandwidthOptions) as unknown as Options;
}

/** Computes prices given by the parts of a dimension. */
function priced(options: Options): Options {
  const { dimensions } = options;
  if (!Array.isArray(dimensions)) return options;
  const ready = dimensions.map((one: unknown, d) => {
    if (!isTable(one)) return one;
    const { price: parts } = one;
    if (!isTable(parts)) return one;
    const price = withPaths(
      () => dimensionPrice(parts as unknown as DimensionParts),
      (path) => `dimensions[${d}].price.${path}`,
    );
    return { ...one, price };
  });
  return { ...options, dimensions: ready };
}

function allocationLines(options: BandwidthOptions, found: BandwidthAllocation): string[] {
  const { bytesPerNs, timeNs, price, totalBytesPerNs, collectives, unusedDimensions } = found;
  const rows = bytesPerNs.map((bandwidth, d) => [
    String(d),
    String(options.dimensions[d]?.npus),
    significant(bandwidth),
    percent(totalBytesPerNs === 0 ? 0 : bandwidth / totalBytesPerNs),
  ]);
  const traffic = collectives.map((one, i) => {
    const demand = options.collectives?.[i];
    const name = demand !== undefined && 'collective' in demand ? demand.collective : 'traffic';
    const bytes = one.bytesPerDimension.map((sent) => formatBytes(Math.round(sent))).join(', ');
    return [name, String(demand?.count ?? 1), duration(one.timeNs), bytes];
  });
  return [
    ...columns([['dimension', 'NPUs', 'GB/s', 'share'], ...rows]),
    '',
    ...columns([['collective', 'count', 'time of one', 'sent per NPU in each dimension'], ...traffic], [0, 3]),
    '',
    `time ${duration(timeNs)}${equalShares(options, unusedDimensions)}`,
    ...(price === undefined ? [] : [`price ${significant(price)} dollars`]),
  ];
}

/** The time of the simplest split of the total. */
function equalShares(options: BandwidthOptions, unused: readonly number[]): string {
  const used = options.dimensions.length - unused.length;
  if (options.total === undefined || used === 0) return '';
  const prices = options.dimensions.reduce((sum, { price = 0 }, d) => (unused.includes(d) ? sum : sum + price), 0);
  const share = Math.min(parseQuantity('bandwidth', options.total) / used, (options.budget ?? Infinity) / prices);
  const equal = options.dimensions.map((_, d) => (unused.includes(d) ? 0 : share));
  return `; in equal shares ${duration(communicationTime(options, equal))}`;
}

function frontLines(front: readonly BandwidthAllocation[]): string[] {
  const rows = front.map(({ price = 0, timeNs, bytesPerNs }) => [
    significant(price),
    duration(timeNs),
    ...bytesPerNs.map(significant),
  ]);
  const head = ['price', 'time', ...(front[0]?.bytesPerNs ?? []).map((_, d) => `GB/s in ${d}`)];
  return columns([head, ...rows]);
}

function verdictLines({ ideal, best, loss, evaluations }: AllocationVerdict): string[] {
  const row = (name: string, ns: number, bytesPerNs: readonly number[], price: number | undefined) => [
    name,
    duration(ns),
    ...bytesPerNs.map(significant),
    ...(price === undefined ? [] : [significant(price)]),
  ];
  return [
    ...columns(
      [
        [
          ...['allocation', 'simulated'],
          ...ideal.bytesPerNs.map((_, d) => `GB/s in ${d}`),
          ...(ideal.price === undefined ? [] : ['price']),
        ],
        row('of the model', ideal.simulatedNs, ideal.bytesPerNs, ideal.price),
        row('best found', best.simulatedNs, best.bytesPerNs, best.price),
      ],
      [0],
    ),
    '',
    `the model says ${duration(ideal.modelNs)}; its allocation loses ${percent(loss)} (${evaluations} simulated)`,
  ];
}
