import { ConfigError, show } from '../base/errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { inBatches } from './batches.js';
import { checkGraph } from './checked-graph.js';
import { searchComposition } from './hiccl/search.js';
import { checkIn, type SynthesisControls } from './progress.js';
import { bestOrder, type LinkOrder } from './replay.js';
import type { TransferSchedule } from './schedule.js';
import type { ScheduledCollective } from './schedule-check.js';
import { share } from './share.js';
import { taccl } from './taccl/taccl.js';
import { type TacosCollective, type TacosOptions, tacos } from './tacos/tacos.js';

export interface PortfolioOptions extends SynthesisControls {
  /** Size of the whole buffer, a whole number above 0. */
  readonly bytes: number;
  /** Seed of everything random. Default 0. */
  readonly seed?: number;
  /** How much work to put in, in multiples of the default 1. */
  readonly effort?: number;
}

/** A schedule and its time by {@link replay}. */
export interface SynthesisedSchedule {
  readonly schedule: TransferSchedule;
  /** In which order links serve its messages to finish at `finishNs`. */
  readonly order: LinkOrder;
  readonly finishNs: number;
  /** The settings it came from, as the synthesiser takes them. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One way to make schedules, over all settings worth a try. */
export interface Synthesiser {
  readonly name: string;
  canMake(graph: LinkGraph, collective: ScheduledCollective): boolean;
  best(graph: LinkGraph, collective: ScheduledCollective, options: Required<PortfolioWork>): SynthesisedSchedule;
}

type PortfolioWork = Omit<PortfolioOptions, 'signal' | 'onProgress'> & { readonly controls: SynthesisControls };

/** The best schedule of one synthesiser. */
export interface PortfolioEntry extends SynthesisedSchedule {
  readonly name: string;
}

/** Sends that TACOS may draw for one setting, with effort 1. */
const SENDS_PER_SETTING = 40_000;
const MOST_TRIES = 20;
/** NPUs up to which all hierarchies and pipelines of HiCCL are tried. */
const MOST_FOR_ALL_SHAPES = 32;
const PIECES = [1, 2, 3, 4, 6, 8, 12, 16];

export const SYNTHESISERS: readonly Synthesiser[] = [
  { name: 'tacos', canMake: isDirectGather, best: bestTacos },
  {
    name: 'tacos in batches',
    canMake: (graph, collective) => collective === 'all-reduce' && isDirectGather(graph, collective),
    best: bestBatches,
  },
  { name: 'taccl', canMake: isDirectGather, best: bestTaccl },
  {
    name: 'hiccl',
    canMake: () => true,
    best: (graph, collective, { bytes, controls }) => {
      const fewer = graph.npus > MOST_FOR_ALL_SHAPES ? { maxLevels: 2, pipelines: [1, 4, 16] } : {};
      const { options, ...found } = searchComposition(graph, collective, { bytes, ...fewer, ...controls });
      return { ...found, settings: { ...options } };
    },
  },
];

/**
 * The best schedule of every synthesiser that can make a collective on a graph, the shortest first,
 * by replay on a store-and-forward network. The same options give the same schedules.
 *
 * @throws ConfigError on a graph that is not connected or options out of range.
 * @throws SimulationError when aborted.
 */
export function synthesise(
  graph: LinkGraph,
  collective: ScheduledCollective,
  options: PortfolioOptions,
  synthesisers: readonly Synthesiser[] = SYNTHESISERS,
): readonly PortfolioEntry[] {
  checkGraph(graph);
  const { bytes, seed = 0, effort = 1, signal, onProgress } = options;
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new ConfigError([{ path: 'bytes', expected: 'a whole number above 0', got: show(bytes) }]);
  }
  if (!(effort > 0 && effort < Number.POSITIVE_INFINITY)) {
    throw new ConfigError([{ path: 'effort', expected: 'a number above 0', got: show(effort) }]);
  }
  const able = synthesisers.filter((synthesiser) => synthesiser.canMake(graph, collective));
  const entries = able.map(({ name, best }, k): PortfolioEntry => {
    checkIn(options, k / able.length, 0);
    const onPart = (done: number) => onProgress?.((k + done) / able.length);
    const controls = { onProgress: onPart, ...(signal === undefined ? {} : { signal }) };
    return { name, ...best(graph, collective, { bytes, seed, effort, controls }) };
  });
  return entries.sort((a, b) => a.finishNs - b.finishNs);
}

function played(
  graph: LinkGraph,
  schedule: TransferSchedule,
  settings: Readonly<Record<string, unknown>>,
): SynthesisedSchedule {
  return { schedule, ...bestOrder(schedule, graph), settings };
}

function isDirectGather(graph: LinkGraph, collective: ScheduledCollective): collective is TacosCollective {
  const isGather = collective === 'all-gather' || collective === 'reduce-scatter' || collective === 'all-reduce';
  return isGather && graph.devices === graph.npus;
}

function bestTacos(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, seed, effort, controls }: Required<PortfolioWork>,
): SynthesisedSchedule {
  const settings = PIECES.flatMap((chunksPerNpu) =>
    (['until-sent', 'until-arrival'] as const).flatMap((linkUse) =>
      (['reserve', 'earlier'] as const).map((variant) => ({ chunksPerNpu, linkUse, variant, draws: 8 })),
    ),
  );
  return bestOf(settings, controls, (setting) => {
    const sends = graph.npus * graph.npus * setting.chunksPerNpu;
    const tries = Math.floor((SENDS_PER_SETTING * effort) / sends);
    if (tries === 0 && setting.chunksPerNpu > 1) return undefined;
    const all: TacosOptions = { bytes, seed, ...setting, tries: Math.min(Math.max(tries, 1), MOST_TRIES) };
    return played(graph, tacos(graph, collective as TacosCollective, all), { ...all });
  });
}

/** All-reduces one after another share links the other way round where one direction is the bottleneck. */
function bestBatches(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, seed, effort, controls }: Required<PortfolioWork>,
): SynthesisedSchedule {
  const settings = [1, 4, 8, 16, 32].map((batches) => ({ batches, window: 4, chunksPerNpu: 2 }));
  return bestOf(settings, controls, ({ batches, window, chunksPerNpu }) => {
    const sends = graph.npus * graph.npus * batches * chunksPerNpu;
    if (batches > 1 && (sends > SENDS_PER_SETTING * Math.max(effort, 1) || batches > bytes)) return undefined;
    const parts = Array.from({ length: batches }, (_, k) =>
      tacos(graph, collective as TacosCollective, {
        bytes: share(bytes, batches, k),
        chunksPerNpu,
        seed: seed + k,
        tries: 2,
      }),
    );
    return played(graph, inBatches(parts, graph.npus, window), { batches, window, chunksPerNpu, seed, tries: 2 });
  });
}

function bestTaccl(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, effort, controls }: Required<PortfolioWork>,
): SynthesisedSchedule {
  const settings = [1, 4, 16].flatMap((chunksPerNpu) =>
    ([10, 15] as const).map((variant) => ({ chunksPerNpu, variant })),
  );
  return bestOf(settings, controls, (setting) => {
    const isLarge = graph.npus * graph.npus * setting.chunksPerNpu > SENDS_PER_SETTING * effort;
    if (isLarge && setting.chunksPerNpu > 1) return undefined;
    const { chunksPerNpu } = setting;
    const all = collective === 'all-gather' ? { bytes, ...setting } : { bytes, chunksPerNpu };
    return played(graph, taccl(graph, collective as TacosCollective, all), all);
  });
}

/** The shortest of what settings give; at least one gives something. */
function bestOf<S>(
  settings: readonly S[],
  controls: SynthesisControls,
  make: (setting: S) => SynthesisedSchedule | undefined,
): SynthesisedSchedule {
  let best: SynthesisedSchedule | undefined;
  for (const [k, setting] of settings.entries()) {
    checkIn(controls, k / settings.length, best?.finishNs ?? 0);
    const found = make(setting);
    if (found !== undefined && (best === undefined || found.finishNs < best.finishNs)) best = found;
  }
  return best as SynthesisedSchedule;
}
