import { bestChanges, simulateTraining, type TrainingOptions, trainingTimeline } from 'astra-sim-ts/training';
import { packStep } from '../../../../src/charts/timeline/steps.js';
import type { PlanChange, Task } from '../protocol.js';

/** A training step, with the timeline of one accelerator per stage. */
export const training: Task<'training'> = async (options) => {
  const spans = trainingTimeline(options).filter(({ lane }) => lane === 'passes' || lane === 'gradients');
  return { result: simulateTraining(options), ...packStep(spans) };
};

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
