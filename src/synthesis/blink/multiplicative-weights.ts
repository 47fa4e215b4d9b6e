import { ConfigError } from '../../base/errors.js';
import { Components } from '../../bounds/components.js';
import { report, type Watch } from '../../bounds/progress.js';
import { type CableTree, mergeTrees, type Pair } from './cable-trees.js';

export interface WidePair extends Pair {
  /** Above 0. */
  readonly capacity: number;
}

/**
 * A packing of undirected spanning trees at no less than (1 - epsilon)^2 of the best rate, by multiplicative weights
 * (Garg and Koenemann 1998; Blink, arXiv 1910.04940, section 3.2): again and again the tree over the cables used least
 * gets as much as its narrowest cable has, and its cables become dearer. Takes of the order of m log m /
 * epsilon^2 trees for m cables, which must connect all NPUs.
 */
export function packByWeights(
  npus: number,
  cables: readonly WidePair[],
  epsilon: number,
  watch: Watch = {},
): { readonly rate: number; readonly trees: readonly CableTree[] } {
  if (!(epsilon > 0 && epsilon <= 0.5)) {
    throw new ConfigError([{ path: 'epsilon', expected: 'a number above 0, at most 0.5', got: String(epsilon) }]);
  }
  const m = cables.length;
  const grown = 1 + epsilon;
  // The usual start delta = (1 + e) ((1 + e) m)^(-1/e), which for a small e is too small for a double:
  // so prices are multiples of it, and the end is where a tree costs 1 / delta, as logarithms.
  const end = Math.log(grown * m) / epsilon - Math.log(grown);
  const logs = cables.map(({ capacity }) => -Math.log(capacity));
  const order = cables.map((_, cable) => cable);
  const trees: CableTree[] = [];
  for (;;) {
    order.sort((a, b) => (logs[a] as number) - (logs[b] as number) || a - b);
    const tree = lightestTree(npus, cables, order);
    const dearest = Math.max(...tree.map((cable) => logs[cable] as number));
    const cost = dearest + Math.log(tree.reduce((sum, cable) => sum + Math.exp((logs[cable] as number) - dearest), 0));
    report(watch, Math.max(0, Math.min(cost, end)), end);
    if (cost >= end) break;
    const weight = Math.min(...tree.map((cable) => (cables[cable] as WidePair).capacity));
    trees.push({ weight, cables: tree });
    for (const cable of tree) {
      logs[cable] = (logs[cable] as number) + Math.log1p((epsilon * weight) / (cables[cable] as WidePair).capacity);
    }
  }
  return fitted(cables, mergeTrees(trees));
}

/** Kruskal's: the cables in ascending order of price that join what is not joined. */
function lightestTree(npus: number, cables: readonly Pair[], order: readonly number[]): number[] {
  const components = new Components(npus);
  const tree = order.filter((cable) => {
    const { a, b } = cables[cable] as Pair;
    return components.join(a, b);
  });
  return tree.sort((a, b) => a - b);
}

/** Scales weights so that the fullest cable is just full. */
function fitted(cables: readonly WidePair[], trees: readonly CableTree[]): { rate: number; trees: CableTree[] } {
  const load: number[] = new Array(cables.length).fill(0);
  for (const { weight, cables: used } of trees) {
    for (const cable of used) load[cable] = (load[cable] as number) + weight;
  }
  const fullest = Math.max(...load.map((units, cable) => units / (cables[cable] as WidePair).capacity));
  const scaled = trees.map(({ weight, cables: used }) => ({ weight: weight / fullest, cables: used }));
  return { rate: scaled.reduce((sum, { weight }) => sum + weight, 0), trees: scaled };
}
