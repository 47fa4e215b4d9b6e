import type { PlayedStep, StageTimes } from './play-step.js';
import type { TrainingStep } from './step.js';
import type { StepNode } from './step-graph.js';

/** What one NPU of a stage did, for how long. */
export interface StepSpan {
  readonly stage: number;
  /** Passes and the optimizer; messages between stages; collectives on gradients and weights. */
  readonly lane: 'passes' | 'messages' | 'gradients';
  readonly name: string;
  readonly startNs: number;
  readonly endNs: number;
}

/** A played step, span by span: of one NPU per stage, which stands for all of it. */
export function* timelineOf({ stages }: TrainingStep, played: PlayedStep): Generator<StepSpan> {
  for (const { stage, nodes } of stages) {
    const { startNs, endNs } = played.stages[stage] as StageTimes;
    for (const node of nodes) {
      const span = { stage, lane: laneOf(node), name: node.name };
      yield { ...span, startNs: startNs[node.id] as number, endNs: endNs[node.id] as number };
    }
  }
}

function laneOf({ kind }: StepNode): StepSpan['lane'] {
  if (kind === 'collective') return 'gradients';
  return kind === 'send' || kind === 'receive' ? 'messages' : 'passes';
}
