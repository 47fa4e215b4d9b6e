import type { AlgorithmDefinition } from './algorithm.js';
import { bidirectionalRing } from './bidirectional-ring.js';
import { direct } from './direct.js';
import { doubleBinaryTree } from './double-binary-tree.js';
import { halvingDoubling } from './halving-doubling.js';
import { NCCL_DEFINITIONS } from './nccl/definitions.js';
import type { Program } from './program.js';
import { ring } from './ring.js';
import { tree } from './tree.js';

/** All algorithms. */
export const ALGORITHMS: readonly AlgorithmDefinition[] = [
  ring,
  direct,
  halvingDoubling,
  doubleBinaryTree,
  bidirectionalRing,
  tree,
  ...NCCL_DEFINITIONS,
];

/** Algorithms by their names; `one-…` runs over all NPUs as one dimension, `:W` limits packets in flight. */
export type AlgorithmName =
  | 'ring'
  | 'direct'
  | `direct:${number}`
  | 'halving-doubling'
  | 'one-ring'
  | 'one-direct'
  | `one-direct:${number}`
  | 'one-halving-doubling'
  | 'double-binary-tree'
  | 'bidirectional-ring'
  | 'one-bidirectional-ring'
  | 'nccl'
  | 'nccl-ring'
  | 'nccl-tree'
  | 'nccl-pat'
  | 'tree'
  | 'one-tree';

/** A parsed algorithm name. */
export interface Algorithm {
  readonly name: AlgorithmName | (string & {});
  readonly definition: AlgorithmDefinition;
  /** Runs over all NPUs as one dimension. */
  readonly flat: boolean;
  readonly window?: number;
}

/** An algorithm that always plays the given program. */
export function givenAlgorithm(name: string, program: Program): Algorithm {
  return { name, flat: true, definition: { name, program: () => program } };
}

/** Names as shown to users. */
export const ALGORITHM_NAMES: readonly string[] = ['', 'one-'].flatMap((prefix) =>
  ALGORITHMS.filter((one) => prefix === '' || hasFlatForm(one)).flatMap(({ name, windowed }) =>
    windowed ? [`${prefix}${name}`, `${prefix}${name}:W`] : [`${prefix}${name}`],
  ),
);

function hasFlatForm({ dimensionOnly, alwaysFlat }: AlgorithmDefinition): boolean {
  return !dimensionOnly && !alwaysFlat;
}

/** Parses an algorithm name; undefined if unknown. */
export function readAlgorithm(text: string): Algorithm | undefined {
  const [, one, base, digits] = /^(one-)?([a-z-]+?)(?::([1-9]\d{0,8}))?$/.exec(text) ?? [];
  const definition = ALGORITHMS.find(({ name }) => name === base);
  if (definition === undefined || (one !== undefined && !hasFlatForm(definition))) return undefined;
  if (digits !== undefined && !definition.windowed) return undefined;
  const window = digits === undefined ? {} : { window: Number(digits) };
  return {
    name: text as AlgorithmName,
    definition,
    flat: one !== undefined || definition.alwaysFlat === true,
    ...window,
  };
}
