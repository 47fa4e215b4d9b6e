import { ConfigError, show } from '../base/errors.js';
import type { Communication } from './communication.js';
import { contendedTimeline } from './contended-timeline.js';
import { computeOf, type Piece } from './pieces.js';
import type { PlayedStep, StageTimes } from './play-step.js';
import { runTraining, type TrainingRun } from './simulate-training.js';
import type { TrainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import { type StageClock, type StepSpan, spansOf } from './step-spans.js';
import type { TrainingOptions } from './training-options.js';

/** Spans at most: each takes some hundred bytes. */
const MOST_SPANS = 2 ** 20;
/** Pieces of passes are left out where there would be more spans than this. */
const MOST_WITH_PIECES = 2 ** 18;

/**
 * What every stage of a training step does when, span by span: of one NPU, which stands for all
 * of the stage. What passes are made of is left out where that would be more than 262,144 spans.
 *
 * In the congestion-aware network it is what happens with queues at links: of the NPU of each stage that
 * finishes last. The last end is `stepNs` of `simulateTraining` where that is the step that is written out: `stepNs`
 * has what queues add to the played step, while the timeline is the run with queues as it is, where groups of several
 * dimensions go through them one after the other in every chunk (`splits`), each group by itself is on the links it has, and groups
 * pay 10 ns at each end point.
 *
 * @throws ConfigError with what is wrong, and for a step of more than a million spans.
 */
export function trainingTimeline(options: TrainingOptions): StepSpan[] {
  return timelineOfRun(runTraining(options));
}

/** {@link trainingTimeline} of a step that has been simulated. */
export function timelineOfRun({ step, communication, played, contention }: TrainingRun): StepSpan[] {
  const nodes = step.stages.reduce((sum, stage) => sum + stage.nodes.length, 0);
  if (nodes > MOST_SPANS) {
    throw new ConfigError([{ path: 'plan', expected: `at most ${MOST_SPANS} spans of all stages`, got: show(nodes) }]);
  }
  const withPieces = nodes + pieceCount(step) <= MOST_WITH_PIECES;
  if (contention !== undefined) return [...contendedTimeline(step, contention, withPieces)];
  return [...timelineOf(step, played, communication, withPieces)];
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
