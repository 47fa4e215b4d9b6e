import { expect, test } from 'vitest';
import { Communication } from '../../../src/training/communication.js';
import { readModel } from '../../../src/training/model.js';
import { readPlan } from '../../../src/training/plan.js';
import { playStep } from '../../../src/training/play-step.js';
import { trainingStep } from '../../../src/training/step.js';
import type { StepSpan } from '../../../src/training/step-spans.js';
import { timelineOf } from '../../../src/training/timeline.js';

test('lanes of a stage take one thing at a time, and passes cover all of its computation', () => {
  const model = readModel({ style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 });
  const plan = readPlan({ globalBatch: 8, pipeline: 2, data: 2, overlapGradients: true }, model);
  const rates = { peak: 1000, memoryBandwidth: 100, efficiency: 0.5, memoryEfficiency: 0.8 };
  const step = trainingStep(model, plan, rates);
  const dimensions = [{ kind: 'switch', npus: 4, bandwidth: 10, latency: 500 }] as const;
  const communication = new Communication(dimensions, plan, { endpointDelay: 10, memoryBandwidth: 100, splits: 1 });
  const played = playStep(step, communication);
  const spans = [...timelineOf(step, played, communication, false)];
  expect(Math.max(...spans.map(({ endNs }) => endNs))).toBe(played.stepNs);
  for (const stage of [0, 1]) {
    const of = (lane: StepSpan['lane']) => spans.filter((span) => span.stage === stage && span.lane === lane);
    for (const lane of ['passes', 'gradients'] as const) {
      for (const [i, { startNs }] of of(lane).entries()) {
        if (i > 0) expect(startNs).toBeGreaterThanOrEqual(of(lane)[i - 1]?.endNs as number);
      }
    }
    const { forward, backward, optimizer } = played.stages[stage]?.use ?? { forward: 0, backward: 0, optimizer: 0 };
    const busy = of('passes').reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
    expect(busy).toBe(forward + backward + optimizer);
  }
});
