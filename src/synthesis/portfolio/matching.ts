import type { LinkGraph } from '../../topology/link-graph.js';
import { inBatches } from '../batches.js';
import { searchComposition } from '../hiccl/search.js';
import { checkIn } from '../progress.js';
import type { ScheduledCollective } from '../schedule-check.js';
import { share } from '../share.js';
import { taccl } from '../taccl/taccl.js';
import { type TacosCollective, type TacosOptions, tacos } from '../tacos/tacos.js';
import { improvedPlay, type Played, played } from './played.js';
import { bestOf, type FoundSchedule, MOST_NPUS, type Synthesiser, type SynthesisWork } from './synthesiser.js';

/** Sends that TACOS may draw for one setting, with effort 1. */
const SENDS_PER_SETTING = 2_000;
const MOST_TRIES = 20;
/** Settings of TACOS that get more than one try: those that do best at the first. */
const SHORT_LIST = 8;
/** NPUs up to which all hierarchies and pipelines of HiCCL are tried. */
const MOST_FOR_ALL_SHAPES = 32;
/** Effort from which on they are. */
const EFFORT_FOR_ALL_SHAPES = 10;
const PIECES = [1, 2, 3, 4, 6, 8, 12, 16];

/** Random matching of chunks and links, for direct links only. */
export const tacosSearch: Synthesiser = {
  name: 'tacos',
  source: 'TACOS, arXiv 2304.05301',
  mostNpus: MOST_NPUS,
  canMake: isDirectGather,
  best: bestTacos,
};

/** All-reduces one after another, which share the links where one direction is the bottleneck. */
export const tacosBatches: Synthesiser = {
  name: 'tacos-batches',
  source: 'TACOS, arXiv 2304.05301, several at once',
  mostNpus: MOST_NPUS,
  canMake: (graph, collective) => collective === 'all-reduce' && isDirectGather(graph, collective),
  best: bestBatches,
};

export const tacclSearch: Synthesiser = {
  name: 'taccl-order',
  source: 'TACCL, arXiv 2111.04867: its ordering, over shortest paths',
  mostNpus: MOST_NPUS,
  canMake: isDirectGather,
  best: bestTaccl,
};

export const hicclSearch: Synthesiser = {
  name: 'hiccl',
  source: 'HiCCL, arXiv 2408.05962',
  mostNpus: MOST_NPUS,
  canMake: () => true,
  best: (graph, collective, { bytes, effort, controls }) => {
    const fewer = fewerShapes(graph.npus, effort);
    const { options, ...found } = searchComposition(graph, collective, { bytes, ...fewer, ...controls });
    return improvedPlay(graph, { ...found, settings: { ...options } }, effort);
  },
};

function fewerShapes(npus: number, effort: number): Partial<Parameters<typeof searchComposition>[2]> {
  if (effort >= EFFORT_FOR_ALL_SHAPES) return {};
  if (npus > MOST_FOR_ALL_SHAPES) return { maxLevels: 2, pipelines: [1, 4], firstPipeline: 1 };
  return { maxLevels: 2, pipelines: [1, 4, 16] };
}

function isDirectGather(graph: LinkGraph, collective: ScheduledCollective): collective is TacosCollective {
  const isGather = collective === 'all-gather' || collective === 'reduce-scatter' || collective === 'all-reduce';
  return isGather && graph.devices === graph.npus;
}
function bestTacos(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, seed, effort, controls }: SynthesisWork,
): FoundSchedule | undefined {
  const settings = PIECES.flatMap((chunksPerNpu) =>
    (['until-sent', 'until-arrival'] as const).flatMap((linkUse) =>
      (['reserve', 'earlier'] as const).map((variant) => ({ chunksPerNpu, linkUse, variant, draws: 8 })),
    ),
  );
  const attempt = (setting: (typeof settings)[number], tries: number): Played => {
    const all: TacosOptions = { bytes, seed, ...setting, tries };
    return played(graph, tacos(graph, collective as TacosCollective, all), { ...all });
  };
  const triesOf = ({ chunksPerNpu }: (typeof settings)[number]) =>
    Math.floor((SENDS_PER_SETTING * effort) / (graph.npus * graph.npus * chunksPerNpu));
  const once = settings.flatMap((setting, k) => {
    if (triesOf(setting) === 0 && setting.chunksPerNpu > 1) return [];
    checkIn(controls, k / (2 * settings.length), 0);
    return [{ setting, ...attempt(setting, 1) }];
  });
  const shortList = once.sort((a, b) => a.finishNs - b.finishNs).slice(0, SHORT_LIST);
  const found = bestOf(shortList, controls, (first) => {
    const tries = Math.min(triesOf(first.setting), MOST_TRIES);
    return tries > 1 ? attempt(first.setting, tries) : first;
  });
  return improvedPlay(graph, found, effort);
}

function bestBatches(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, seed, effort, controls }: SynthesisWork,
): FoundSchedule | undefined {
  const settings = [1, 4, 8, 16, 32].map((batches) => ({ batches, window: 4, chunksPerNpu: 2 }));
  const found = bestOf(settings, controls, ({ batches, window, chunksPerNpu }) => {
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
  return improvedPlay(graph, found, effort);
}

function bestTaccl(
  graph: LinkGraph,
  collective: ScheduledCollective,
  { bytes, effort, controls }: SynthesisWork,
): FoundSchedule | undefined {
  const settings = [1, 4, 16].flatMap((chunksPerNpu) =>
    ([10, 15] as const).map((variant) => ({ chunksPerNpu, variant })),
  );
  const found = bestOf(settings, controls, (setting) => {
    const isLarge = graph.npus * graph.npus * setting.chunksPerNpu > SENDS_PER_SETTING * effort;
    if (isLarge && setting.chunksPerNpu > 1) return undefined;
    const { chunksPerNpu } = setting;
    const all = collective === 'all-gather' ? { bytes, ...setting } : { bytes, chunksPerNpu };
    return played(graph, taccl(graph, collective as TacosCollective, all), all);
  });
  return improvedPlay(graph, found, effort);
}
