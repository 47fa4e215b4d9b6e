import {
  bestChanges,
  type StepSpan,
  simulateTraining,
  type TrainingOptions,
  trainingTimeline,
} from 'astra-sim-ts/training';
import { packSpans } from '../../../../src/charts/timeline/packed-spans.js';
import type { PlanChange, Task } from '../protocol.js';

export const STEP_KINDS = ['forward', 'backward', 'optimizer', 'messages', 'gradients'];

/** A training step, with the timeline of one accelerator per stage. */
export const training: Task<'training'> = async (options) => {
  const result = simulateTraining(options);
  const spans = trainingTimeline(options).filter(
    ({ startNs, endNs, lane }) => endNs > startNs && (lane === 'passes' || lane === 'gradients'),
  );
  const stages = result.breakdownByStage.map((_, stage) => `stage ${stage}`);
  const names = [...new Set(spans.map(({ name }) => name))];
  const numbers = new Map(names.map((name, i) => [name, i]));
  return {
    result,
    names,
    spans: packSpans(
      spans.map((span) => ({
        ...{ group: span.stage, kind: kindOf(span), label: microBatchOf(span), at: numbers.get(span.name) ?? 0 },
        ...{ startNs: span.startNs, endNs: span.endNs },
      })),
      stages,
    ),
  };
};

function kindOf({ lane, name }: StepSpan): number {
  if (lane === 'gradients') return STEP_KINDS.indexOf('gradients');
  return Math.max(0, STEP_KINDS.indexOf(name.split(' ')[0] as string));
}

/** That of a pass; -1 for anything else. */
function microBatchOf({ lane, name }: StepSpan): number {
  const [, number] = /^\w+ (\d+)/.exec(name) ?? [];
  return lane === 'gradients' || number === undefined ? -1 : Number(number);
}

/** Single changes of a plan that help most, as fields of the page. */
export const changes: Task<'changes'> = async (options) => {
  return bestChanges(options).map(({ name, plan, result, gain }): PlanChange => {
    return {
      name,
      plan: plan as TrainingOptions['plan'],
      gain,
      stepNs: result.stepNs,
      memoryBytes: result.memory.total,
    };
  });
};
