import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DimensionSpec } from '../../../src/spec/spec.js';
import type { Dimension } from '../../../src/topology/dimension.js';
import { checkOrder } from '../../../src/training/check-order.js';
import { Communication } from '../../../src/training/communication.js';
import { expandStep } from '../../../src/training/expand-step.js';
import { readModel } from '../../../src/training/model.js';
import { readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { playStep } from '../../../src/training/play-step.js';
import { trainingStep } from '../../../src/training/step.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

const rates = { peak: 312_000, memoryBandwidth: 2039, efficiency: 0.5, memoryEfficiency: 0.8 };
const gpt = readModel({ style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 });
const llama = readModel({
  style: 'llama',
  layers: 5,
  hidden: 256,
  heads: 8,
  keyValueHeads: 4,
  vocabulary: 512,
  sequence: 128,
  experts: { count: 4, perToken: 2, feedForward: 512, denseLayers: 1 },
});

/** One switch for each axis that has more than one rank. */
function networkOf(plan: ReturnType<typeof readPlan>): Dimension[] {
  const sizes = plan.order.map((axis) => plan[axis]).filter((size) => size > 1);
  return sizes.map((npus, i) => ({ kind: 'switch', npus, bandwidth: 300 / (i + 1), latency: 500 + 250 * i }));
}

function both(spec: PlanSpec, model = gpt) {
  const plan = readPlan(spec, model);
  const dimensions = networkOf(plan);
  const step = trainingStep(model, plan, rates);
  expect(checkOrder(step)).toEqual([]);
  const communication = new Communication(dimensions, plan, { endpointDelay: 10, memoryBandwidth: 2039, splits: 1 });
  const played = playStep(step, communication);
  const { timeNs, timesByNpu, times } = simulateWorkload({
    topology: dimensions as DimensionSpec[],
    routing: 'dimension-order',
    localMemoryBandwidth: 2039,
    splits: 1,
    ...expandStep(step),
  });
  return { plan, step, played, timeNs, timesByNpu, times };
}

const degree = fc.constantFrom(1, 2);
const plans = fc
  .record({
    tensor: degree,
    context: degree,
    pipeline: degree,
    data: degree,
    sequenceParallel: fc.boolean(),
    schedule: fc.constantFrom('gpipe' as const, '1f1b' as const, 'interleaved' as const),
    zero: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
    prefetch: fc.constantFrom(0, 1, 2),
    overlapGradients: fc.boolean(),
    scatterGather: fc.boolean(),
    bucket: fc.constantFrom(0, 4_000_000),
    recompute: fc.constantFrom('none' as const, 'selective' as const, 'full' as const),
    mixture: fc.boolean(),
  })
  .map(({ mixture, ...plan }) => ({
    model: mixture ? llama : gpt,
    spec: {
      ...plan,
      expert: mixture ? plan.data : 1,
      schedule: plan.pipeline === 1 ? ('1f1b' as const) : plan.schedule,
      globalBatch: 4 * plan.data,
    },
  }));

test('one NPU per stage played = every NPU simulated, and nothing can stop', () => {
  fc.assert(
    fc.property(plans, ({ spec, model }) => {
      const { plan, played, timeNs } = both(spec, model);
      if (plan.npus === 1) return;
      expect(played.stepNs).toBe(timeNs);
    }),
    { numRuns: 60 },
  );
});
