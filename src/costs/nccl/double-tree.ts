import { ConfigError, show } from '../../base/errors.js';

/** A node's place in one of the two trees; -1 for none. */
export interface NcclTreePlace {
  readonly parent: number;
  /** The nearer child on each side. */
  readonly children: readonly [number, number];
  /** Which of its parent's children it is. */
  readonly slot: number;
}

const ROOT_SLOT = -1;
const NONE = -1;
/** The tree is built from the bits of node numbers. */
const MOST_NODES = 2 ** 30;

/**
 * The places of `node` in NCCL's two binary trees over `nodes` nodes, each of which
 * carries half of the data (Sanders, Speck, Träff 2009, with NCCL's numbering): inner
 * nodes of one are leaves of the other, except where an odd count or the root forbids it.
 * Throws a ConfigError unless `node` is a whole number from 0 to nodes - 1.
 */
export function ncclDoubleTree(nodes: number, node: number): readonly [NcclTreePlace, NcclTreePlace] {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MOST_NODES) {
    throw new ConfigError([{ path: 'nodes', expected: `a whole number from 1 to ${MOST_NODES}`, got: show(nodes) }]);
  }
  if (!Number.isInteger(node) || node < 0 || node >= nodes) {
    throw new ConfigError([{ path: 'node', expected: `a whole number from 0 to ${nodes - 1}`, got: show(node) }]);
  }
  const first = placeIn(nodes, node);
  // An even count mirrors the tree, an odd one shifts it.
  const there = (other: number) => (nodes % 2 === 0 ? nodes - 1 - other : (other + nodes - 1) % nodes);
  const back = (other: number) => (other === NONE ? NONE : nodes % 2 === 0 ? nodes - 1 - other : (other + 1) % nodes);
  const { parent, children, slot } = placeIn(nodes, there(node));
  return [first, { parent: back(parent), children: [back(children[0]), back(children[1])], slot }];
}

function placeIn(nodes: number, node: number): NcclTreePlace {
  if (node === 0) {
    const child = nodes > 1 ? 2 ** Math.floor(Math.log2(nodes - 1)) : NONE;
    return { parent: NONE, children: [NONE, child], slot: ROOT_SLOT };
  }
  const bit = node & -node;
  const above = (node ^ bit) | (bit << 1);
  const parent = above < nodes ? above : node ^ bit;
  let step = bit >> 1;
  const left = step === 0 ? NONE : node - step;
  while (step > 0 && node + step >= nodes) step >>= 1;
  const right = step === 0 ? NONE : node + step;
  return { parent, children: [left, right], slot: node < parent ? 0 : 1 };
}
