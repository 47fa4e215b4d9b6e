import { ConfigError, type Issue } from '../../base/errors.js';
import { type Forest, type TreeEdge, type TreePair, upwards } from './forest.js';

/** A stretch of the data that travels as one along one pair of trees. */
export interface TreeChunk {
  readonly root: number;
  /** Which of its tree's pieces it is. */
  readonly piece: number;
  readonly offset: number;
  readonly bytes: number;
}

/** One message of a schedule. */
export interface TreeTransfer {
  /** Number of the chunk. */
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  /** Numbers of the links, in the order of travel. */
  readonly path: readonly number[];
  readonly bytes: number;
  /** `reduce`: what arrives is added to what is there. `copy`: it takes its place. */
  readonly kind: 'copy' | 'reduce';
  /** Numbers of the transfers that have to arrive before; all are smaller than its own. */
  readonly after: readonly number[];
}

export interface TreeSchedule {
  readonly chunks: readonly TreeChunk[];
  readonly transfers: readonly TreeTransfer[];
}

/** An all-gather, or a broadcast: trees are only gone down. */
export function gatherPairs({ trees }: Forest): TreePair[] {
  return trees.map(({ root, weight, edges }) => ({ root, weight, up: [], down: edges }));
}

/** A reduce-scatter, or a reduction to one NPU: the trees of a forest of the reversed graph are only gone up. */
export function scatterPairs({ trees }: Forest): TreePair[] {
  return trees.map(({ root, weight, edges }) => ({ root, weight, up: upwards(edges), down: [] }));
}

/**
 * The transfers of a collective of `bytes` in all over trees, each tree's part in `pieces` (as evenly as whole bytes allow;
 * parts without a byte vanish). The data are divided by weight, roots in ascending order: with equal demands, shard r
 * belongs to root r. Piece by piece, so that following the numbers keeps all trees going.
 */
export function treeTransfers(pairs: readonly TreePair[], bytes: number, pieces: number): TreeSchedule {
  check(bytes, pieces);
  const sorted = pairs.toSorted((a, b) => a.root - b.root);
  const total = sorted.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  const places: { readonly pair: TreePair; readonly start: number; readonly end: number }[] = [];
  let weight = 0n;
  let end = 0;
  for (const pair of sorted) {
    weight += BigInt(pair.weight);
    const start = end;
    // A product of bytes and weights may be too large for a number.
    end = Number((BigInt(bytes) * weight) / total);
    places.push({ pair, start, end });
  }
  const chunks: TreeChunk[] = [];
  const transfers: TreeTransfer[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    for (const { pair, start, end: stop } of places) {
      const at = (part: number) => start + Math.floor(((stop - start) * part) / pieces);
      const offset = at(piece);
      const length = at(piece + 1) - offset;
      if (length === 0) continue;
      addTransfers(transfers, pair, chunks.length, length);
      chunks.push({ root: pair.root, piece, offset, bytes: length });
    }
  }
  return { chunks, transfers };
}

function addTransfers(transfers: TreeTransfer[], { up, down }: TreePair, chunk: number, bytes: number): void {
  /** Per NPU the transfers into it that what it sends next waits for. */
  const arrivals = new Map<number, number[]>();
  const add = ({ from, to, path }: TreeEdge, kind: 'copy' | 'reduce') => {
    const number = transfers.length;
    transfers.push({ chunk, from, to, path, bytes, kind, after: arrivals.get(from) ?? [] });
    if (kind === 'reduce') arrivals.set(to, [...(arrivals.get(to) ?? []), number]);
    else arrivals.set(to, [number]);
  };
  for (const edge of up) add(edge, 'reduce');
  for (const edge of down) add(edge, 'copy');
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
