import { ConfigError, InvariantError } from '../../base/errors.js';
import { sum } from '../../bounds/capacities.js';
import { compareFractions, type Fraction, fraction, over, times } from '../../bounds/fraction.js';
import { report, type Watch } from '../../bounds/progress.js';
import { bothWays, type Cable, cablesOf, strength } from '../../bounds/tree-packing-bound.js';
import { partitionBelow } from '../../bounds/weakest-partition.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkAllReduceForest } from '../forestcoll/check-forest.js';
import type { AllReduceForest } from '../forestcoll/forest.js';
import { leastScale, unitsAt } from '../forestcoll/scale.js';
import { packDisjointTrees } from './disjoint-trees.js';
import { rootTree } from './root-tree.js';

export interface FewTreesOptions extends Watch {
  /** How much of the best rate is enough, above 0 and at most 1. More takes more trees. Default 0.95. */
  readonly share?: number;
}

/**
 * An all-reduce on as few undirected trees as reach a share of the best rate, each up and down at once (Blink, arXiv
 * 1910.04940, section 3.3). For 1, 2, 3 ... trees of one unit it looks for the least scale at which whole units pack
 * that many (Nash-Williams 1961), and takes the first number for which this scale is small enough.
 *
 * Throws a ConfigError for graphs with switches or with NPUs that no cables connect.
 */
export function buildTreePackingForest(graph: LinkGraph, options: FewTreesOptions = {}): AllReduceForest {
  const { share = 0.95, ...watch } = options;
  if (!(share > 0 && share <= 1)) {
    throw new ConfigError([{ path: 'share', expected: 'a number above 0, at most 1', got: String(share) }]);
  }
  const { unit, cables, capacities } = cablesOf(graph);
  const best = strength(graph.npus, cables, watch).ratio;
  for (let count = 1; ; count++) {
    report(watch, 0, 1);
    const scale = scaleFor(count, graph.npus, cables);
    // Whole multiples of all capacities come close in the end, and reach what is exact with the ratio's denominator.
    const rate = over(fraction(BigInt(count), 1n), times(scale, best));
    if (Number(rate.numerator) / Number(rate.denominator) < share) continue;
    const copies = cables.map((cable) => Number(unitsAt(scale, cable.capacity)));
    const trees = packDisjointTrees(graph.npus, cables, copies, count);
    if (trees === undefined)
      throw new InvariantError(`${count} trees do not fit where none of the partitions is too thin`);
    const shares = capacities.map((capacity) => Number(unitsAt(scale, capacity)));
    const forest: AllReduceForest = {
      shares,
      nsPerUnitByte: over(scale, unit),
      pairs: trees.map((tree) => rootTree(graph.npus, cables, tree)),
    };
    const faults = checkAllReduceForest(graph, forest);
    if (faults.length > 0) throw new InvariantError(faults.join('; '));
    return forest;
  }
}

/** The least scale at which `count` trees of one unit fit: it grows with every partition that is too thin. */
function scaleFor(count: number, npus: number, cables: readonly Cable[]): Fraction {
  const graph = bothWays(npus, cables);
  let scale = fraction(0n, 1n);
  for (;;) {
    const units = cables.flatMap(({ capacity }) => [unitsAt(scale, capacity), unitsAt(scale, capacity)]);
    // What is between two parts leaves both.
    const thin = partitionBelow(graph, units, fraction(2n * BigInt(count), 1n));
    if (thin === undefined) return scale;
    const partOf: number[] = [];
    thin.parts.forEach((part, i) => {
      for (const npu of part) partOf[npu] = i;
    });
    const crossing = cables.filter(({ a, b }) => partOf[a] !== partOf[b]);
    const widths = crossing.map(({ capacity }) => capacity);
    const wider = leastScale(
      widths,
      (at) => sum(widths.map((capacity) => unitsAt(at, capacity))),
      BigInt(count * (thin.parts.length - 1)),
    );
    if (compareFractions(wider, scale) <= 0) throw new InvariantError('a thin partition that is wide enough');
    scale = wider;
  }
}
