import { ConfigError, type Issue } from '../../base/errors.js';
import { type Forest, type TreeEdge, type TreePair, upwards } from './forest.js';

/** A stretch of the data that travels as one along one pair of trees. */
export interface TreeChunk {
  readonly root: number;
  /** Number of its pair of trees, roots in ascending order: see {@link treeChunks}. */
  readonly pair: number;
  /** Which of its trees' pieces it is. */
  readonly piece: number;
  readonly offset: number;
  readonly bytes: number;
}

/** One message of every chunk that travels along a pair of trees. */
export interface TreeMessage {
  readonly from: number;
  readonly to: number;
  /** Numbers of the links, in the order of travel. */
  readonly path: readonly number[];
  /** `reduce`: what arrives is added to what is there. `copy`: it takes its place. */
  readonly kind: 'copy' | 'reduce';
  /** Places, in the list, of the messages that have to arrive before; all are earlier. */
  readonly after: readonly number[];
}

/** An all-gather, or a broadcast: trees are only gone down. */
export function gatherPairs({ trees }: Forest): TreePair[] {
  return trees.map(({ root, weight, edges }) => ({ root, weight, up: [], down: edges }));
}

/** A reduce-scatter, or a reduction to one NPU: the trees of a forest of the reversed graph are only gone up. */
export function scatterPairs({ trees }: Forest): TreePair[] {
  return trees.map(({ root, weight, edges }) => ({ root, weight, up: upwards(edges), down: [] }));
}

/** Pairs with their roots in ascending order: that in which chunks name them. */
export function byRoot(pairs: readonly TreePair[]): TreePair[] {
  return pairs.toSorted((a, b) => a.root - b.root);
}

/**
 * The chunks of a collective of `bytes` in all over trees {@link byRoot}, each tree's part in `pieces` (as evenly as whole
 * bytes allow; parts without a byte vanish). The data are divided by weight: with equal demands, shard r belongs to
 * root r. Piece by piece, so that following the numbers keeps all trees going.
 */
export function treeChunks(sorted: readonly TreePair[], bytes: number, pieces: number): TreeChunk[] {
  check(bytes, pieces);
  const total = sorted.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  let weight = 0n;
  const starts = [0];
  for (const pair of sorted) {
    weight += BigInt(pair.weight);
    // A product of bytes and weights may be too large for a number.
    starts.push(Number((BigInt(bytes) * weight) / total));
  }
  const chunks: TreeChunk[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    for (const [pair, { root }] of sorted.entries()) {
      const [start, end] = [starts[pair] as number, starts[pair + 1] as number];
      const at = (part: number) => start + Math.floor(((end - start) * part) / pieces);
      const offset = at(piece);
      const length = at(piece + 1) - offset;
      if (length > 0) chunks.push({ root, pair, piece, offset, bytes: length });
    }
  }
  return chunks;
}

/** What happens to each chunk of a pair of trees. */
export function treeMessages({ up, down }: TreePair): TreeMessage[] {
  const messages: TreeMessage[] = [];
  /** Per NPU the messages into it that what it sends next waits for. */
  const arrivals = new Map<number, number[]>();
  const add = ({ from, to, path }: TreeEdge, kind: 'copy' | 'reduce') => {
    const number = messages.push({ from, to, path, kind, after: arrivals.get(from) ?? [] }) - 1;
    if (kind === 'reduce') arrivals.set(to, [...(arrivals.get(to) ?? []), number]);
    else arrivals.set(to, [number]);
  };
  for (const edge of up) add(edge, 'reduce');
  for (const edge of down) add(edge, 'copy');
  return messages;
}

function check(bytes: number, pieces: number): void {
  const issues: Issue[] = [];
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    issues.push({ path: 'bytes', expected: 'a whole number of bytes, at least 0', got: String(bytes) });
  }
  // Above, bytes times a part of the pieces has to stay exact.
  if (!Number.isSafeInteger(pieces) || pieces < 1 || !Number.isSafeInteger(bytes * pieces)) {
    issues.push({ path: 'pieces', expected: 'a whole number from 1 to 2^53 / bytes', got: String(pieces) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
}
