import { ConfigError, type Issue } from '../base/errors.js';
import type { Decomposition } from '../base/words.js';
import { lanesOf } from '../collectives/algorithm.js';
import { type Algorithm, givenAlgorithm } from '../collectives/algorithms.js';
import { type Collective, resultBytes, type SymmetricCollective } from '../collectives/collective.js';
import { pricedProgram, type StepTerms } from '../collectives/priced-program.js';
import type { Program } from '../collectives/program.js';
import type { QueueShare } from '../scheduler/queue-allocator.js';
import type { LogicalDimension } from '../topology/logical-dimension.js';

/** One collective over one logical dimension: a chunk's stay in one queue. */
export interface Phase {
  readonly collective: Collective;
  readonly algorithm: Algorithm;
  readonly dimension: LogicalDimension;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  /** Bytes each rank leaves with. */
  readonly resultBytes: number;
  readonly queues: QueueShare;
  /** Programs that a rank runs side by side: more than one only if it uses both directions at once. */
  readonly lanes: readonly Program[];
}

/** Further inputs of the plan. */
export interface PhaseOptions {
  readonly turnsAtTheTop?: boolean;
  readonly group?: boolean;
  /** What steps cost beyond the model; makes programs spelled out. */
  readonly terms?: StepTerms | undefined;
}

/** A logical dimension and the algorithm that runs over it. */
export interface ActiveDimension {
  readonly dimension: LogicalDimension;
  readonly algorithm: Algorithm;
}

interface Step {
  readonly collective: SymmetricCollective;
  readonly active: ActiveDimension;
  readonly queues: QueueShare;
}

/**
 * The phases a chunk of `bytes` passes on its way through the given dimensions, in their order
 * (docs/model.md, sections 5, 12). `turnsAtTheTop`: a `local-bw-aware` all-reduce does an all-reduce
 * in the last dimension instead of a reduce-scatter and an all-gather there.
 * @throws ConfigError when an algorithm cannot do what its dimension needs.
 */
export function planPhases(
  collective: SymmetricCollective,
  decomposition: Decomposition,
  active: readonly ActiveDimension[],
  bytes: number,
  { turnsAtTheTop = true, group = false, terms }: PhaseOptions = {},
): Phase[] {
  const issues: Issue[] = [];
  const phases: Phase[] = [];
  let size = bytes;
  for (const {
    collective: op,
    queues,
    active: { dimension, algorithm },
  } of decompose(collective, decomposition, active, turnsAtTheTop)) {
    const { ranks } = dimension;
    const { definition, window } = algorithm;
    const request = { collective: op, ranks, bytes: size, group, ...(window === undefined ? {} : { window }) };
    const lacks = definition.unsupported?.(request);
    if (lacks !== undefined) {
      issues.push({
        path: 'algorithms',
        expected: `${definition.name} to have ${lacks}`,
        got: `${op} over ${ranks} ranks`,
      });
      continue;
    }
    const result = resultBytes(definition.alwaysAllReduce ? 'all-reduce' : op, ranks, size);
    phases.push({
      collective: op,
      algorithm,
      dimension,
      bytes: size,
      resultBytes: result,
      queues,
      lanes: terms === undefined ? lanesOf(definition, request) : [pricedProgram(definition, request, terms)],
    });
    size = result;
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return phases;
}

/** The single phase of a collective with a given program; it takes any queue of its dimension. */
export function givenPhase(
  name: string,
  program: Program,
  { collective, dimension, bytes }: Pick<Phase, 'collective' | 'dimension' | 'bytes'>,
): Phase {
  return {
    collective,
    algorithm: givenAlgorithm(name, program),
    dimension,
    bytes,
    resultBytes: resultBytes(collective, dimension.ranks, bytes),
    queues: 'all',
    lanes: [program],
  };
}

/** Number of phases of a chunk if `active` dimensions take part. */
export function countPhases(
  { collective, decomposition }: { readonly collective: Collective; readonly decomposition: Decomposition },
  active: number,
  turnsAtTheTop: boolean,
): number {
  if (collective !== 'all-reduce' || decomposition === 'baseline') return active;
  return turnsAtTheTop ? 2 * active - 1 : 2 * active;
}

function decompose(
  collective: SymmetricCollective,
  decomposition: Decomposition,
  active: readonly ActiveDimension[],
  turnsAtTheTop: boolean,
): Step[] {
  const step = (op: SymmetricCollective, queues: QueueShare) => (dimension: ActiveDimension) => ({
    collective: op,
    active: dimension,
    queues,
  });
  if (collective !== 'all-reduce' || decomposition === 'baseline') return active.map(step(collective, 'all'));
  const below = turnsAtTheTop ? active.slice(0, -1) : active;
  const top = turnsAtTheTop ? active.slice(-1) : [];
  return [
    ...below.map(step('reduce-scatter', 'lower')),
    ...top.map(step('all-reduce', 'lower')),
    ...below.toReversed().map(step('all-gather', 'upper')),
  ];
}
