import * as v from 'valibot';
import { ConfigError, type Issue } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import { Cabling, checkGraphSize, type NamedGraph } from '../named-graph.js';
import { count, counts, type LinkOptions, link, ratio } from './options.js';

/** A fat tree. Bandwidth is that of an NPU's link and determines the links above. */
export interface FatTreeOptions extends LinkOptions {
  /**
   * Children of a switch, from the lowest level up: `[8, 4]` is 8 NPUs on each of 4 leaves.
   * The product is the number of NPUs.
   */
  readonly down: number | readonly number[];
  /**
   * Parents of a switch, from the lowest level up, one entry fewer than in `down`: 2 means 2 spines above
   * every leaf. One number applies to all levels. Default 1.
   */
  readonly up?: number | readonly number[];
  /**
   * Ratio of a switch's bandwidth from below to its upward bandwidth, from the lowest level
   * up. One number applies to all levels. Default 1: full bisection bandwidth.
   */
  readonly oversubscription?: number | readonly number[];
}

const ratios = v.union([ratio, v.array(ratio)], 'a number above 0, or a list of these');

const schema = keys({
  down: v.pipe(counts, v.minLength(1, 'at least one level'), v.maxLength(8, 'at most 8 levels')),
  ...link,
  up: v.optional(v.union([count, v.array(count)], 'a whole number, at least 1, or a list of these'), 1),
  oversubscription: v.optional(ratios, 1),
});

const LEVELS = ['leaf', 'spine', 'core'];

/**
 * A fat tree of any number of levels (an extended generalised fat tree: Öhring, Ibel, Das,
 * Kumar: On generalized fat trees, IPPS 1995). A switch of level l has `down[l]` children, and
 * `up[l]` parents, which share its upward bandwidth, `down bandwidth / oversubscription`,
 * evenly. Messages to different NPUs take different parents.
 *
 * @throws ConfigError
 */
export function fatTree(options: FatTreeOptions): NamedGraph {
  const { down, bandwidth, latency, ...rest } = parse(schema, options);
  const up = perLevel('up', rest.up, down.length - 1);
  const oversubscription = perLevel('oversubscription', rest.oversubscription, down.length - 1);
  const issues = [up, oversubscription].flatMap((list) => ('path' in list ? [list] : []));
  if (issues.length > 0) throw new ConfigError(issues);

  const names = ['NPU', ...down.map((_, l) => LEVELS[l] ?? `level ${l + 1} switch`)];
  const npus = down.reduce((product, children) => product * children, 1);
  const cabling = new Cabling(
    npus,
    down.map((_, l) => `${names[l]}-${names[l + 1]}`),
  );
  // Level l has trees(l) subtrees with `copies` switches each, numbered tree by tree.
  let below = { first: 0, trees: npus, copies: 1 };
  let speed = { bandwidth, latency };
  for (const [l, children] of down.entries()) {
    const parents = l === 0 ? 1 : ((up as readonly number[])[l - 1] as number);
    const trees = below.trees / children;
    const copies = below.copies * parents;
    checkGraphSize(trees * copies);
    const switches = Array.from({ length: trees * copies }, (_, i) => cabling.addSwitch(`${names[l + 1]} ${i}`));
    const first = switches[0] as number;
    for (let tree = 0; tree < below.trees; tree++) {
      for (let copy = 0; copy < below.copies; copy++) {
        const child = below.first + tree * below.copies + copy;
        const above = first + Math.floor(tree / children) * copies + copy;
        for (let p = 0; p < parents; p++) cabling.addCable(child, above + p * below.copies, speed, l);
      }
    }
    const next = (up as readonly number[])[l] ?? 1;
    const over = (oversubscription as readonly number[])[l] ?? 1;
    speed = { bandwidth: (speed.bandwidth * children) / (next * over), latency };
    below = { first, trees, copies };
  }
  return cabling.graph('spread');
}

function perLevel(path: string, value: number | readonly number[], levels: number): readonly number[] | Issue {
  if (typeof value === 'number') return new Array<number>(levels).fill(value);
  if (value.length === levels) return value;
  return { path, expected: `${levels} of them, one fewer than levels in down`, got: `a list of ${value.length}` };
}
