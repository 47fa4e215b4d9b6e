import { ConfigError, type Issue } from '../../base/errors.js';
import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { linkNs } from '../shortest-paths.js';
import type { ChunkRoute } from './routes.js';

/** Every link of every route as a send, with what a list scheduler ranks it by. */
export interface Sends {
  readonly count: number;
  readonly chunk: Int32Array;
  readonly link: Int32Array;
  /** The send that brings the chunk to where this one starts, or -1. */
  readonly before: Int32Array;
  /** The sends that start where this one ends; those of sources under `roots`. */
  readonly after: readonly (readonly number[])[];
  readonly roots: readonly (readonly number[])[];
  /** From the start of a send to the end of its longest path, ns; or the sum over all its paths. */
  readonly remainingNs: Float64Array;
  /** Ranks sends with equal times: each has its own. */
  readonly tie: Int32Array;
}

/**
 * Sends of routes. A path goes from a chunk's source to an NPU that does not pass it on. Paths are
 * numbered by time, longest first; equals by chunk, and chunks by the first NPU (then by the one
 * that sends to it) at which a path of theirs ends. Ties go to nearby NPUs: the least
 * (from - to) mod npus, then the receiver's place in its group, the sender's, the receiver's
 * group, and the number of the first path.
 *
 * @throws ConfigError when the links of a route are no tree from its source.
 */
export function sendsOf(
  routes: readonly ChunkRoute[],
  graph: LinkGraph,
  { chunkBytes, groupSize, sums }: { chunkBytes: number; groupSize: number; sums: boolean },
): Sends {
  const tree = buildTree(routes, graph);
  const { count, chunk, link, before, after } = tree;
  const times = Float64Array.from(link, (l) => linkNs(graph.links[l] as DirectedLink, chunkBytes));
  const ends = (send: number) => graph.links[link[send] as number] as DirectedLink;

  const leaves: number[] = [];
  for (let send = 0; send < count; send++) if ((after[send] as number[]).length === 0) leaves.push(send);
  leaves.sort((a, b) => ends(a).to - ends(b).to || ends(a).from - ends(b).from || a - b);
  const rankOfChunk = new Int32Array(routes.length).fill(-1);
  let met = 0;
  for (const leaf of leaves) if (rankOfChunk[chunk[leaf] as number] === -1) rankOfChunk[chunk[leaf] as number] = met++;

  const pathNs = new Float64Array(count);
  for (const leaf of leaves) {
    for (let send = leaf; send >= 0; send = before[send] as number) {
      pathNs[leaf] = (pathNs[leaf] as number) + (times[send] as number);
    }
  }
  const rank = (leaf: number) => rankOfChunk[chunk[leaf] as number] as number;
  leaves.sort((a, b) => (pathNs[b] as number) - (pathNs[a] as number) || rank(a) - rank(b));

  const remainingNs = new Float64Array(count);
  const firstPath = new Int32Array(count).fill(-1);
  for (const [path, leaf] of leaves.entries()) {
    let rest = 0;
    for (let send = leaf; send >= 0; send = before[send] as number) {
      rest += times[send] as number;
      const known = remainingNs[send] as number;
      remainingNs[send] = sums ? known + rest : Math.max(known, rest);
      if (firstPath[send] === -1) firstPath[send] = path;
    }
  }

  const { npus } = graph;
  const order = Array.from({ length: count }, (_, send) => send);
  const behind = (send: number) => (((ends(send).from - ends(send).to) % npus) + npus) % npus;
  order.sort(
    (a, b) =>
      behind(a) - behind(b) ||
      (ends(a).to % groupSize) - (ends(b).to % groupSize) ||
      (ends(a).from % groupSize) - (ends(b).from % groupSize) ||
      ends(a).to - ends(b).to ||
      (firstPath[a] as number) - (firstPath[b] as number) ||
      a - b,
  );
  const tie = new Int32Array(count);
  for (const [place, send] of order.entries()) tie[send] = place;
  return { ...tree, remainingNs, tie };
}

function buildTree(routes: readonly ChunkRoute[], graph: LinkGraph) {
  const issues: Issue[] = [];
  const chunk: number[] = [];
  const link: number[] = [];
  const before: number[] = [];
  const after: number[][] = [];
  const roots: number[][] = [];
  for (const [c, { source, links }] of routes.entries()) {
    const outOf = new Map<number, number[]>();
    for (const l of links) {
      const from = graph.links[l]?.from ?? -1;
      const known = outOf.get(from);
      if (known === undefined) outOf.set(from, [l]);
      else known.push(l);
    }
    const reached = new Set([source]);
    const first: number[] = [];
    const work: { at: number; by: number }[] = [{ at: source, by: -1 }];
    let used = 0;
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      for (const l of outOf.get(next.at) ?? []) {
        const { to } = graph.links[l] as DirectedLink;
        if (reached.has(to)) continue;
        reached.add(to);
        used++;
        const send = chunk.push(c) - 1;
        link.push(l);
        before.push(next.by);
        after.push([]);
        (next.by < 0 ? first : (after[next.by] as number[])).push(send);
        work.push({ at: to, by: send });
      }
    }
    roots.push(first);
    if (used < links.length) {
      const expected = `links that form a tree from NPU ${source}`;
      issues.push({ path: `routes[${c}].links`, expected, got: `${links.length - used} that do not fit` });
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return {
    count: chunk.length,
    chunk: Int32Array.from(chunk),
    link: Int32Array.from(link),
    before: Int32Array.from(before),
    after,
    roots,
  };
}
