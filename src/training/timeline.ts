import { ConfigError, show } from '../base/errors.js';
import { Communication } from './communication.js';
import { contendedTimeline } from './contended-timeline.js';
import { computeOf, type Piece } from './pieces.js';
import { type PlayedStep, playStep, type StageTimes } from './play-step.js';
import { type TrainingStep, trainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import { type StageClock, type StepSpan, spansOf } from './step-spans.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

/** Spans at most: each takes some hundred bytes. */
const MOST_SPANS = 2 ** 20;
/** Pieces of passes are left out where there would be more spans than this. */
const MOST_WITH_PIECES = 2 ** 18;

/**
 * What every stage of a training step does when, span by span: of one NPU, which stands for all
 * of the stage. What passes are made of is left out where that would be more than 262,144 spans.
 *
 * In the congestion-aware network it is what happens with queues at links: of the NPU of each stage that
 * finishes last. The last end is `stepNs` of `simulateTraining`, but where groups of several dimensions send in
 * chunks (`splits`), or groups of a kind are not alike: there `stepNs` has what queues add to the step, while
 * the timeline is the run with queues as it is, each group by itself, a dimension after the other and in one chunk.
 *
 * @throws ConfigError with what is wrong, and for a step of more than a million spans.
 */
export function trainingTimeline(options: TrainingOptions): StepSpan[] {
  const checked = checkTraining(options);
  const { model, plan, rates, durations, dimensions, endpoints } = checked;
  const step = trainingStep(model, plan, rates, durations);
  const nodes = step.stages.reduce((sum, stage) => sum + stage.nodes.length, 0);
  if (nodes > MOST_SPANS) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_SPANS} spans of all stages`, got: show(nodes) }]);
  }
  const withPieces = nodes + pieceCount(step) <= MOST_WITH_PIECES;
  const communication = new Communication(dimensions, plan, endpoints);
  const played = playStep(step, communication);
  if (checked.network === 'congestion-unaware') return [...timelineOf(step, played, communication, withPieces)];
  return [...contendedTimeline(checked, step, { isRegular: communication.irregular.size === 0, withPieces })];
}

function pieceCount({ stages }: TrainingStep): number {
  const of = (node: StepNode) => (node.kind === 'segment' ? node.pieces.length : 0);
  return stages.reduce((sum, { nodes }) => sum + nodes.reduce((count, node) => count + of(node), 0), 0);
}

/** A played step, span by span. */
export function* timelineOf(
  { stages }: TrainingStep,
  played: PlayedStep,
  communication: Communication,
  withPieces: boolean,
): Generator<StepSpan> {
  for (const graph of stages) {
    const times = played.stages[graph.stage] as StageTimes;
    yield* spansOf(graph, graph.npus, clockOf(times, communication), withPieces);
  }
}

function clockOf({ startNs, endNs }: StageTimes, communication: Communication): StageClock {
  return {
    node: ({ id }) => ({ startNs: startNs[id] as number, endNs: endNs[id] as number }),
    *pieces({ id, pieces }) {
      let now = startNs[id] as number;
      for (const piece of pieces) {
        const computedNs = piece.kind === 'collective' ? undefined : computeOf(piece);
        const sentNs = sentOf(piece, communication);
        yield {
          ...(computedNs === undefined ? {} : { computation: { startNs: now, endNs: now + computedNs } }),
          ...(sentNs === undefined ? {} : { communication: { startNs: now, endNs: now + sentNs } }),
        };
        now += Math.max(computedNs ?? 0, sentNs ?? 0);
      }
    },
  };
}

/** How long a piece communicates, ns; undefined where it does not. */
function sentOf(piece: Piece, communication: Communication): number | undefined {
  if (piece.kind === 'compute') return undefined;
  return piece.kind === 'collective' ? communication.collectiveNs(piece) : communication.exchangeNs(piece.bytes);
}
