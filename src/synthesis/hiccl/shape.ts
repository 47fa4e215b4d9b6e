import { ConfigError, type Issue, show } from '../../base/errors.js';

/** The five parameters of a composition. */
export interface CompositionOptions {
  /**
   * How ranks are grouped, from the outside in: [4, 8] is 4 groups of 8 consecutive ranks. The
   * product is the number of ranks.
   */
  readonly hierarchy: readonly number[];
  /** A library for the messages of each level. Default: the level's number. */
  readonly libraries?: readonly string[];
  /** Consecutive ranks over which data is striped before it leaves them; divides the ranks. Default 1. */
  readonly stripe?: number;
  /** Nodes that pass data round a ring instead of the outermost level; divides the ranks. Default 1. */
  readonly ring?: number;
  /** Batches that follow one another by one round, at least 1. Default 1. */
  readonly pipeline?: number;
}

/** One way down the hierarchy: groups of `size` ranks exchange over `library`. */
export interface TreeLevel {
  readonly size: number;
  readonly library: number;
}

/** The parameters, checked and worked out. */
export interface Shape {
  readonly ranks: number;
  readonly stripe: number;
  readonly ring: number;
  readonly pipeline: number;
  /** Ranks of a node of the ring. */
  readonly node: number;
  /** Levels inside a node, from the outside in. */
  readonly levels: readonly TreeLevel[];
  /** Levels inside all ranks: parts of a stripe merge over these. */
  readonly allLevels: readonly TreeLevel[];
  /** Library of the innermost level. */
  readonly innermost: number;
}

/** @throws ConfigError with everything that does not fit. */
export function shapeOf(options: CompositionOptions): Shape {
  const { hierarchy, libraries, stripe = 1, ring = 1, pipeline = 1 } = options;
  const issues: Issue[] = [];
  const expect = (holds: boolean, path: string, expected: string, got: unknown) => {
    if (!holds) issues.push({ path, expected, got: show(got) });
  };
  const isWhole = (value: number) => Number.isSafeInteger(value) && value >= 1;
  expect(hierarchy.length > 0 && hierarchy.length < 256, 'hierarchy', '1 to 255 levels', hierarchy);
  for (const [i, size] of hierarchy.entries()) expect(isWhole(size), `hierarchy[${i}]`, 'a whole number above 0', size);
  const fits = libraries === undefined || libraries.length === hierarchy.length;
  expect(fits, 'libraries', 'one for each level of the hierarchy', libraries);
  const ranks = hierarchy.reduce((product, size) => product * size, 1);
  expect(isWhole(stripe) && ranks % stripe === 0, 'stripe', `a divisor of ${ranks}, the number of ranks`, stripe);
  expect(isWhole(ring) && ranks % ring === 0, 'ring', `a divisor of ${ranks}, the number of ranks`, ring);
  expect(isWhole(pipeline), 'pipeline', 'a whole number above 0', pipeline);
  if (issues.length > 0) throw new ConfigError(issues);

  const node = ranks / ring;
  const allLevels: TreeLevel[] = [];
  let size = ranks;
  for (let i = 1; i < hierarchy.length; i++) {
    size /= hierarchy[i - 1] as number;
    if (size < ranks) allLevels.push({ size, library: i - 1 });
  }
  const levels = allLevels.filter((level) => level.size < node);
  for (const level of levels) {
    expect(node % level.size === 0, 'ring', `nodes that are whole groups of ${level.size} ranks`, ring);
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { ranks, stripe, ring, pipeline, node, levels, allLevels, innermost: hierarchy.length - 1 };
}
