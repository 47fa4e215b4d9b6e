import { ConfigError, show } from '../base/errors.js';
import { Communication } from './communication.js';
import { computeOf, type Piece } from './pieces.js';
import { type PlayedStep, playStep, type StageTimes } from './play-step.js';
import { type TrainingStep, trainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

/** What a span of an NPU's time went into. */
export type SpanKind = 'forward' | 'backward' | 'recomputed' | 'optimizer' | 'communication' | 'message' | 'gradients';

/** What one NPU of a stage did, for how long. */
export interface StepSpan {
  readonly stage: number;
  /** NPUs that do the same at the same time. */
  readonly npus: number;
  /**
   * Passes and the optimizer; what passes are made of, computations and communication apart; messages
   * between stages; collectives on gradients and weights.
   */
  readonly lane: 'passes' | 'computation' | 'communication' | 'messages' | 'gradients';
  readonly kind: SpanKind;
  readonly name: string;
  readonly startNs: number;
  readonly endNs: number;
}

/** Spans at most: each takes some hundred bytes. */
const MOST_SPANS = 2 ** 20;
/** Pieces of passes are left out where there would be more spans than this. */
const MOST_WITH_PIECES = 2 ** 18;

/**
 * What every stage of a training step does when, span by span: of one NPU, which stands for all
 * of the stage. What passes are made of is left out where that would be more than 262,144 spans.
 *
 * @throws ConfigError with what is wrong, and for a step of more than a million spans.
 */
export function trainingTimeline(options: TrainingOptions): StepSpan[] {
  const { model, plan, rates, durations, dimensions, endpoints } = checkTraining(options);
  const step = trainingStep(model, plan, rates, durations);
  const nodes = step.stages.reduce((sum, stage) => sum + stage.nodes.length, 0);
  if (nodes > MOST_SPANS) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_SPANS} spans of all stages`, got: show(nodes) }]);
  }
  const communication = new Communication(dimensions, plan, endpoints);
  const played = playStep(step, communication);
  const pieces = nodes + pieceCount(step) <= MOST_WITH_PIECES ? communication : undefined;
  return [...timelineOf(step, played, pieces)];
}

function pieceCount({ stages }: TrainingStep): number {
  const of = (node: StepNode) => (node.kind === 'segment' ? node.pieces.length : 0);
  return stages.reduce((sum, { nodes }) => sum + nodes.reduce((count, node) => count + of(node), 0), 0);
}

/** A played step, span by span; with the pieces of passes where their communication is given. */
export function* timelineOf(
  { stages }: TrainingStep,
  played: PlayedStep,
  communication?: Communication,
): Generator<StepSpan> {
  for (const { stage, npus, nodes } of stages) {
    const { startNs, endNs } = played.stages[stage] as StageTimes;
    for (const node of nodes) {
      const [from, to] = [startNs[node.id] as number, endNs[node.id] as number];
      const span = { stage, npus, kind: kindOf(node), name: node.name };
      yield { ...span, lane: laneOf(node), startNs: from, endNs: to };
      if (node.kind !== 'segment' || communication === undefined) continue;
      let now = from;
      for (const piece of node.pieces) {
        for (const part of partsOf(piece, communication)) {
          yield { stage, npus, ...part, startNs: now, endNs: now + part.endNs };
        }
        now += lengthOf(piece, communication);
      }
    }
  }
}

function laneOf({ kind }: StepNode): StepSpan['lane'] {
  if (kind === 'collective') return 'gradients';
  return kind === 'send' || kind === 'receive' ? 'messages' : 'passes';
}

function kindOf(node: StepNode): SpanKind {
  switch (node.kind) {
    case 'collective':
      return 'gradients';
    case 'send':
    case 'receive':
      return 'message';
    case 'optimizer':
      return 'optimizer';
    case 'segment':
      return node.name.startsWith('backward') ? 'backward' : 'forward';
  }
}

type Part = Pick<StepSpan, 'lane' | 'kind' | 'name' | 'endNs'>;

/** The spans of a piece that starts at 0. */
function partsOf(piece: Piece, communication: Communication): Part[] {
  switch (piece.kind) {
    case 'compute':
      return [{ lane: 'computation', kind: piece.purpose, name: piece.purpose, endNs: piece.ns }];
    case 'collective': {
      const name = `${piece.group} ${piece.collective}`;
      const endNs = communication.collectiveNs(piece);
      return [{ lane: 'communication', kind: 'communication', name, endNs }];
    }
    case 'exchange':
      return [
        ...partsOf(piece.beside, communication),
        {
          ...{ lane: 'communication', kind: 'communication', name: 'keys and values' },
          endNs: communication.exchangeNs(piece.bytes),
        },
      ];
  }
}

function lengthOf(piece: Piece, communication: Communication): number {
  if (piece.kind === 'collective') return communication.collectiveNs(piece);
  return piece.kind === 'exchange'
    ? Math.max(computeOf(piece), communication.exchangeNs(piece.bytes))
    : computeOf(piece);
}
