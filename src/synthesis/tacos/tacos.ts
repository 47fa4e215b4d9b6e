import { ConfigError, type Issue, show } from '../../base/errors.js';
import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { checkDirect, checkGraph } from '../checked-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import { concatenate, reverseSchedule } from '../reversal.js';
import { EVERY_NPU, type TransferSchedule, type TransferTimes, turnsAsListed } from '../schedule.js';
import { share } from '../share.js';
import { type BusyNetwork, type LinkUse, type Matching, matchAllGather, type TacosVariant } from './matching.js';

export type { LinkUse, TacosVariant } from './matching.js';

export interface TacosOptions extends SynthesisControls {
  /** Size of the whole buffer: what every NPU ends with after an all-gather, a whole number above 0. */
  readonly bytes: number;
  /** Pieces in which every NPU's share is sent, 1 to 4096. Default 1. */
  readonly chunksPerNpu?: number;
  /** Default `earlier`. */
  readonly variant?: TacosVariant;
  /** Until when the plan keeps a link for a message. Default `until-sent`; the paper's is `until-arrival`. */
  readonly linkUse?: LinkUse;
  /** Seed of the random draws. Default `0`. */
  readonly seed?: number;
  /**
   * How many chunks are drawn for every transfer, 1 to 64; the one that fewest NPUs have is sent.
   * 1 is the algorithm of the paper. Default 4.
   */
  readonly draws?: number;
  /** How many syntheses to make, with seeds `seed`, `seed` + 1, ...; the shortest wins. Default 1. */
  readonly tries?: number;
}

/** The collectives TACOS can make. */
export type TacosCollective = 'all-gather' | 'reduce-scatter' | 'all-reduce';

/**
 * A schedule for a graph of direct links by random matching, after TACOS (arXiv 2304.05301): an
 * all-gather; a reduce-scatter as an all-gather on reversed links played backwards; an all-reduce
 * as both, the second planned around the end
 * of the first. Chunk c belongs to NPU c % npus. The plan is causal and never has two messages on a link.
 *
 * @throws ConfigError on switches, NPUs that are not connected, or options out of range.
 * @throws SimulationError when aborted.
 */
export function tacos(graph: LinkGraph, collective: TacosCollective, options: TacosOptions): TransferSchedule {
  checkOptions(options);
  checkGraph(graph);
  checkDirect(graph);
  if (collective === 'all-gather') return allGather(graph, options);
  const reversed = reverseSchedule(allGather(reverseGraph(graph), options), graph);
  if (collective === 'reduce-scatter') return reversed;
  return concatenate(reversed, allGather(graph, options, afterScatter(reversed, graph, options)), graph, 0);
}

/** When each chunk is complete at its NPU, and each link done, after a reduce-scatter. */
function afterScatter(
  { plan, chunk, to, path, bytes, chunkTarget }: TransferSchedule,
  { links }: LinkGraph,
  { linkUse = 'until-sent' }: TacosOptions,
): BusyNetwork {
  const { startNs, endNs } = plan as TransferTimes;
  const chunkNs = new Float64Array(chunkTarget.length);
  const linkNs = new Float64Array(links.length);
  for (let i = 0; i < chunk.length; i++) {
    const c = chunk[i] as number;
    const link = path[i] as number;
    const end = endNs[i] as number;
    const sent = (startNs[i] as number) + (bytes[i] as number) / (links[link] as DirectedLink).bandwidth;
    if (to[i] === chunkTarget[c]) chunkNs[c] = Math.max(end, chunkNs[c] as number);
    linkNs[link] = Math.max(linkUse === 'until-sent' ? sent : end, linkNs[link] as number);
  }
  return { chunkNs, linkNs };
}

function checkOptions(options: TacosOptions): void {
  const issues: Issue[] = [];
  const expectWhole = (name: keyof TacosOptions, least: number, most: number) => {
    const value = options[name];
    if (value === undefined && name !== 'bytes') return;
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
    issues.push({ path: name, expected: `a whole number from ${least} to ${most}`, got: show(value) });
  };
  expectWhole('bytes', 1, Number.MAX_SAFE_INTEGER);
  expectWhole('chunksPerNpu', 1, 4096);
  expectWhole('draws', 1, 64);
  expectWhole('seed', 0, Number.MAX_SAFE_INTEGER);
  expectWhole('tries', 1, 1_000_000);
  const { variant } = options;
  if (variant !== undefined && variant !== 'reserve' && variant !== 'earlier') {
    issues.push({ path: 'variant', expected: 'reserve or earlier', got: show(variant) });
  }
  const { linkUse } = options;
  if (linkUse !== undefined && linkUse !== 'until-sent' && linkUse !== 'until-arrival') {
    issues.push({ path: 'linkUse', expected: 'until-sent or until-arrival', got: show(linkUse) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function allGather(graph: LinkGraph, options: TacosOptions, after?: BusyNetwork): TransferSchedule {
  const {
    bytes,
    chunksPerNpu = 1,
    variant = 'earlier',
    linkUse = 'until-sent',
    seed = 0,
    draws = 4,
    tries = 1,
    signal,
    onProgress,
  } = options;
  const chunks = graph.npus * chunksPerNpu;
  let best: Matching | undefined;
  for (let k = 0; k < tries; k++) {
    const progress = (done: number) => onProgress?.((k + done) / tries);
    checkIn(options, k / tries, 0);
    const found = matchAllGather(graph, {
      chunksPerNpu,
      chunkBytes: Math.ceil(bytes / chunks),
      seed: `${seed + k}`,
      variant,
      linkUse,
      draws,
      onProgress: progress,
      ...(signal === undefined ? {} : { signal }),
      ...(after === undefined ? {} : { after }),
    });
    if (best === undefined || found.finishNs < best.finishNs) best = found;
  }
  return toSchedule(best as Matching, graph, bytes, chunks);
}

/** The schedule of a matching, without the transfers whose chunk came first by another. */
function toSchedule(matching: Matching, { npus, links }: LinkGraph, bytes: number, chunks: number): TransferSchedule {
  const { bringer } = matching;
  const useful: number[] = [];
  const position = new Int32Array(matching.chunk.length);
  for (let i = 0; i < matching.chunk.length; i++) {
    const { to } = links[matching.link[i] as number] as DirectedLink;
    if (bringer[to * chunks + (matching.chunk[i] as number)] === i) position[i] = useful.push(i) - 1;
  }
  const count = useful.length;
  const columns = {
    chunk: new Int32Array(count),
    from: new Int32Array(count),
    to: new Int32Array(count),
    bytes: new Float64Array(count),
    path: new Int32Array(count),
    needsStart: new Int32Array(count + 1),
  };
  const plan = { startNs: new Float64Array(count), endNs: new Float64Array(count) };
  const needs: number[] = [];
  for (let k = 0; k < count; k++) {
    const i = useful[k] as number;
    const chunk = matching.chunk[i] as number;
    const link = matching.link[i] as number;
    const { from, to } = links[link] as DirectedLink;
    columns.chunk[k] = chunk;
    columns.from[k] = from;
    columns.to[k] = to;
    columns.bytes[k] = share(bytes, chunks, chunk);
    columns.path[k] = link;
    plan.startNs[k] = matching.startNs[i] as number;
    plan.endNs[k] = matching.endNs[i] as number;
    const brought = bringer[from * chunks + chunk] as number;
    if (brought >= 0) needs.push(position[brought] as number);
    columns.needsStart[k + 1] = needs.length;
  }
  return {
    ...columns,
    chunkSource: Int32Array.from({ length: chunks }, (_, c) => c % npus),
    chunkTarget: new Int32Array(chunks).fill(EVERY_NPU),
    reduces: new Uint8Array(count),
    pathStart: Int32Array.from({ length: count + 1 }, (_, k) => k),
    turn: turnsAsListed(columns.path),
    needs: Int32Array.from(needs),
    plan,
  };
}
