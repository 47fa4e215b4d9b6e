import { basename, dirname } from 'node:path';
import { ConfigError, show } from '../base/errors.js';
import { formatBytes } from '../base/units.js';
import type { NetworkModel } from '../base/words.js';
import { isSymmetricCollective } from '../collectives/collective.js';
import { type CompareOptions, compare } from '../synthesis/compare/compare.js';
import type { ComparedAlgorithm, Comparison } from '../synthesis/compare/comparison.js';
import { csvLine } from './csv.js';
import { writeWhole } from './files/write-whole.js';
import { inTermsOfFlags, numeric } from './flags.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { readSize } from './sizes.js';
import { columns, wrap } from './table.js';

/** The options from commander. */
export interface CompareFlags {
  readonly topology?: string;
  readonly network?: string;
  readonly collective: string;
  readonly size: string;
  readonly algorithms?: string;
  readonly rankBy: string;
  readonly crossovers: boolean;
  readonly seed: string;
  readonly budget: string;
  readonly endpointDelay?: string;
  readonly localMemoryBandwidth?: string;
  readonly switching?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly plot?: string;
  readonly exportMsccl?: string;
  readonly exportChakra?: string;
  readonly costs?: string;
}

const WIDTH = 110;

const FLAGS: Readonly<Record<string, string>> = { sizes: '--size', rankBy: '--rank-by' };

export async function compareCommand(flags: CompareFlags, io: Io): Promise<void> {
  const options = await optionsOf(flags);
  const result = inTermsOfFlags(() => compare(options), FLAGS);
  const best = exported(flags, result);
  if (flags.exportMsccl !== undefined && best !== undefined) await exportMsccl(flags.exportMsccl, best, result);
  if (flags.exportChakra !== undefined && best !== undefined) await exportChakra(flags.exportChakra, best);
  if (flags.plot !== undefined) await plot(flags.plot, result);
  if (flags.json) io.out(jsonOutput('compare', options, { ...result, rows: result.rows.map(withoutProgram) }));
  else if (flags.csv) io.out(`${csvOf(result).join('\n')}\n`);
  else io.out(`${tableOf(result).join('\n')}\n`);
}

async function optionsOf(flags: CompareFlags): Promise<CompareOptions> {
  const { topology, network, collective, size, algorithms, rankBy, seed, budget } = flags;
  const { endpointDelay, localMemoryBandwidth, switching } = flags;
  if ((topology === undefined) === (network === undefined)) {
    const expected = 'a topology such as "graph: dgx-1(V100, 700 ns)", or --network FILE';
    throw new ConfigError([{ path: '--topology', expected, got: topology === undefined ? 'neither' : 'both' }]);
  }
  const wires =
    network === undefined
      ? { topology: topology as string }
      : { topology: (await import('./network-option.js')).networkFromFile(network, '--network').topology };
  return {
    ...wires,
    collective: collective as Comparison['collective'],
    sizes: size.split(',').map(sizeIn),
    rankBy: rankBy as NetworkModel,
    seed: Number(seed),
    budget: Number(budget),
    crossovers: flags.crossovers,
    ...(algorithms === undefined ? {} : { algorithms: algorithms.split(',').map((name) => name.trim()) }),
    ...(endpointDelay === undefined ? {} : { endpointDelay: numeric(endpointDelay) }),
    ...(localMemoryBandwidth === undefined ? {} : { localMemoryBandwidth: memoryIn(localMemoryBandwidth) }),
    ...(flags.costs === undefined ? {} : await (await import('./costs-file.js')).costsOf(flags.costs)),
    ...(switching === undefined ? {} : { switching: switching as NonNullable<CompareOptions['switching']> }),
  };
}

function memoryIn(text: string): NonNullable<CompareOptions['localMemoryBandwidth']> {
  return text === 'unlimited' ? text : numeric(text);
}

function sizeIn(text: string): number {
  const bytes = readSize(text);
  if (bytes !== undefined) return bytes;
  const expected = 'a whole number of bytes, at least 1, such as 8, 1M (= 1 MiB) or "100 MiB"';
  throw new ConfigError([{ path: '--size', expected, got: show(text) }]);
}

/** The row whose program to write: the best with a program, at the largest size. */
function exported({ exportMsccl, exportChakra }: CompareFlags, { rows }: Comparison): ComparedAlgorithm | undefined {
  if (exportMsccl === undefined && exportChakra === undefined) return undefined;
  const largest = rows.at(-1)?.bytes;
  const best = rows.find(({ bytes, program }) => bytes === largest && program !== undefined);
  if (best !== undefined) return best;
  const path = exportMsccl === undefined ? '--export-chakra' : '--export-msccl';
  throw new ConfigError([{ path, expected: 'a synthesised algorithm in the table', got: 'none' }]);
}

async function exportMsccl(file: string, { program, algorithm }: ComparedAlgorithm, { collective }: Comparison) {
  const { writeMsccl } = await import('../formats/msccl/write-msccl.js');
  if (program === undefined) return;
  writeWhole(
    file,
    writeMsccl(program, {
      name: `${algorithm}-${collective}`,
      collective: isSymmetricCollective(collective) ? collective : undefined,
    }),
  );
}

async function exportChakra(prefix: string, { program }: ComparedAlgorithm): Promise<void> {
  if (program === undefined) return;
  const [{ programGraphs }, { traceOf }, { writeTrace }, { writeTraceSet }] = await Promise.all([
    import('../workload/custom-graphs.js'),
    import('../formats/chakra/trace-of.js'),
    import('../formats/chakra/write-trace.js'),
    import('./trace-files.js'),
  ]);
  const graphs = programGraphs(program, Number.POSITIVE_INFINITY);
  writeTraceSet({
    directory: dirname(prefix),
    prefix: basename(prefix),
    npus: graphs.length,
    bytesOf: (rank) => writeTrace(traceOf(graphs[rank] ?? { nodes: [] })),
  });
}

async function plot(file: string, { rows, collective }: Comparison): Promise<void> {
  const { chart, renderSvg } = await import('../charts/index.js');
  const values = rows.map(({ algorithm, bytes, timeNs }) => ({ algorithm, bytes, us: timeNs / 1000 }));
  const spec = chart({
    title: `${collective}: time over size`,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'bytes', type: 'quantitative', scale: { type: 'log', base: 2 }, title: 'size, bytes' },
      y: { field: 'us', type: 'quantitative', scale: { type: 'log' }, title: 'time, us' },
      color: { field: 'algorithm', type: 'nominal', title: 'algorithm' },
    },
  });
  writeWhole(file, await renderSvg(spec));
}

function withoutProgram({ program: _, ...row }: ComparedAlgorithm): Omit<ComparedAlgorithm, 'program'> {
  return row;
}

function csvOf({ collective, rows }: Comparison): string[] {
  const head = [
    'collective,bytes,rank,algorithm,origin,time_ns,congestion_aware_ns,congestion_unaware_ns',
    'bound_ns,of_bound,steps,messages,unphysical_in,why',
  ];
  const lines = rows.map((row) =>
    csvLine([
      ...[collective, row.bytes, row.rank, row.algorithm, row.origin, row.timeNs, row.congestionAwareNs],
      ...[row.congestionUnawareNs, row.boundNs, row.ofBound, row.steps, row.messages],
      ...[row.unphysicalIn.join(' '), row.why],
    ]),
  );
  return [head.join(','), ...lines];
}

function tableOf(result: Comparison): string[] {
  const { collective, npus, rows, winners, crossovers, rankedBy } = result;
  const lines: string[] = [];
  for (const { bytes, otherwise } of winners) {
    const here = rows.filter((row) => row.bytes === bytes);
    lines.push(`${collective} of ${formatBytes(bytes)} on ${npus} NPUs, ranked by time in the ${rankedBy} network`, '');
    const head = ['', 'algorithm', 'origin', 'time us', 'of bound', 'without congestion us', 'steps', 'messages'];
    const cells = here.map((row) => [
      `${row.rank}`,
      row.algorithm,
      row.origin,
      (row.congestionAwareNs / 1000).toFixed(2),
      `${(100 * row.ofBound).toFixed(1)} %`,
      `${(row.congestionUnawareNs / 1000).toFixed(2)}${row.unphysicalIn.includes('congestion-unaware') ? ' !' : '  '}`,
      `${Math.round(row.steps)}`,
      `${row.messages}`,
    ]);
    lines.push(...columns([head, ...cells], [1, 2]).map((line) => `  ${line}`), '');
    for (const row of here.slice(0, 3)) lines.push(...wrap(`${row.algorithm}: ${row.why}`, WIDTH, '  ', '    '));
    if (otherwise !== undefined) {
      const how = otherwise.isPhysical ? '' : ', faster than the links it uses';
      const text = `without congestion ${otherwise.algorithm} would win: ${(otherwise.timeNs / 1000).toFixed(2)} us${how}`;
      lines.push(...wrap(text, WIDTH, '  ', '    '));
    }
    lines.push('');
  }
  for (const { from, to, bytes } of crossovers) lines.push(`from about ${formatBytes(bytes)} on, ${to} beats ${from}`);
  if (rows.some(({ unphysicalIn }) => unphysicalIn.length > 0)) {
    lines.push('! faster than the links that it uses: only a network without congestion allows that');
  }
  lines.push(...leftOutOf(result).flatMap((line) => wrap(line, WIDTH, '', '  ')));
  return lines;
}

function leftOutOf({ leftOut, tooLargeFor, npus }: Comparison): string[] {
  const large = tooLargeFor.map(({ algorithm }) => algorithm);
  const unable = leftOut.filter((name) => !large.includes(name));
  const limits = tooLargeFor.map(({ algorithm, mostNpus }) => `${algorithm} (up to ${mostNpus})`);
  return [
    ...(unable.length === 0
      ? []
      : [`left out, as they cannot do this here or have too many messages: ${unable.join(', ')}`]),
    ...(limits.length === 0 ? [] : [`not tried on ${npus} NPUs with this budget: ${limits.join(', ')}`]),
  ];
}
