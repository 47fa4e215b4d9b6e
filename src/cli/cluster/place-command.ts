import { comparePlacements } from '../../cluster/placement/compare.js';
import { type ClosedFormOptions, closedFormEvaluator } from '../../cluster/placement/hosts.js';
import {
  type JobPlacement,
  type JobPlacementOptions,
  networkPlacements,
  placeJob,
} from '../../cluster/placement/on-network.js';
import { type Placement, type PlacementOptions, placeGpus } from '../../cluster/placement/place.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { columns } from '../table.js';
import { jobTable } from './job-table.js';
import { inFile, type Options, printWarnings, readOptionsFile, withCosts, without, withPaths } from './options-file.js';
import { percent, significant } from './quantities.js';
import { withBar } from './search-bar.js';

export interface PlaceFlags {
  readonly search?: string;
  readonly compare?: boolean;
  readonly costs?: string;
  readonly json?: boolean;
}

interface Answer {
  readonly results: unknown;
  readonly lines: readonly string[];
}

export async function placeCommand(file: string, flags: PlaceFlags, io: Io): Promise<void> {
  const { options: read, warnings } = readOptionsFile(file);
  const written = await withCosts(read, flags.costs);
  const options = flags.search === undefined ? written : { ...written, search: flags.search };
  const answer = 'machine' in options ? onNetwork : byClosedForm;
  const { results, lines } = inFile(file, () => answer(options, flags.compare === true));
  printWarnings(warnings, io);
  io.out(flags.json ? jsonOutput('place', { file, options }, results) : `${lines.join('\n')}\n`);
}

const SIMULATED = 'placements simulated';

/** Simulates placements, for a file that describes a network. */
function onNetwork(options: Options, compare: boolean): Answer {
  if (!compare) {
    const asked = options as unknown as JobPlacementOptions;
    const found = withBar(SIMULATED, (onProgress) => placeJob({ ...asked, onProgress }));
    return { results: found, lines: [...placementLines(found), ...networkLines(found)] };
  }
  const { npus, maxPlacements = 1000, ...rest } = without(options, ['search']) as unknown as JobPlacementOptions;
  const { free, evaluate } = networkPlacements(rest);
  const found = withPaths(
    () =>
      withBar(SIMULATED, (onProgress) => comparePlacements({ free, gpus: npus, maxPlacements, onProgress }, evaluate)),
    (path) => (path === 'gpus' ? 'npus' : path),
  );
  return { results: found, lines: comparisonLines(found) };
}

const OF_EVALUATOR = ['hosts', 'jobs', 'bytes'];

/** Uses the closed form, for a file that describes hosts by their bandwidths. */
function byClosedForm(options: Options, compare: boolean): Answer {
  const asked = without(options, OF_EVALUATOR) as unknown as PlacementOptions;
  const ofHosts = Object.fromEntries(Object.entries(options).filter(([name]) => OF_EVALUATOR.includes(name)));
  const evaluate = closedFormEvaluator(ofHosts as unknown as ClosedFormOptions);
  if (compare) {
    const { search: _, ...rest } = asked;
    const found = comparePlacements(rest, evaluate);
    return { results: found, lines: comparisonLines(found) };
  }
  const found = placeGpus(asked, evaluate);
  return { results: found, lines: placementLines(found) };
}

function placementLines({ counts, busbwBytesPerNs, search, evaluations }: Placement): string[] {
  return [
    `per host  ${counts.join(' ')}`,
    `busbw     ${significant(busbwBytesPerNs)} GB/s`,
    `search    ${search}, ${evaluations} placement${evaluations === 1 ? '' : 's'}`,
  ];
}

function networkLines({ npus, jobs }: JobPlacement): string[] {
  return [`NPUs      ${npus.join(' ')}`, ...(jobs.length > 1 ? ['', ...jobTable(jobs)] : [])];
}

function comparisonLines(found: readonly Placement[]): string[] {
  const best = Math.max(...found.map(({ busbwBytesPerNs }) => busbwBytesPerNs));
  const rows = found.map(({ search, counts, busbwBytesPerNs, evaluations }) => [
    search,
    counts.join(' '),
    significant(busbwBytesPerNs),
    percent(Number.isFinite(best) ? busbwBytesPerNs / best : 1),
    String(evaluations),
  ]);
  return columns([['search', 'per host', 'GB/s', 'of the best', 'placements'], ...rows], [0, 1]);
}
