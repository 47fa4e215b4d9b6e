import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DimensionSpec } from '../../../src/spec/spec.js';
import type { Dimension } from '../../../src/topology/dimension.js';
import { checkOrder } from '../../../src/training/check-order.js';
import { Communication } from '../../../src/training/communication.js';
import { expandStep } from '../../../src/training/expand-step.js';
import { coordinatesOf } from '../../../src/training/layout.js';
import { readModel } from '../../../src/training/model.js';
import { inChunks, wholeGroups } from '../../../src/training/parts.js';
import { readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { playStep, type StageTimes } from '../../../src/training/play-step.js';
import { trainingStep } from '../../../src/training/step.js';
import type { StageGraph, StepNode } from '../../../src/training/step-graph.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

const rates = { peak: 312_000, memoryBandwidth: 2039, efficiency: 0.5, memoryEfficiency: 0.8 };
const gpt = readModel({ style: 'gpt', layers: 8, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 });
const llama = readModel({
  style: 'llama',
  layers: 9,
  hidden: 256,
  heads: 8,
  keyValueHeads: 4,
  vocabulary: 512,
  sequence: 128,
  experts: { count: 4, perToken: 2, feedForward: 512, denseLayers: 1 },
});

/**
 * A switch for tensor ranks, one for context and data together, one for stages: no group spans
 * several, for which a workload has one ring where the played step has a phase per dimension.
 */
function networkOf({ tensor, context, data, pipeline }: ReturnType<typeof readPlan>): Dimension[] {
  const sizes = [tensor, context * data, pipeline].filter((size) => size > 1);
  if (sizes.length === 0) sizes.push(1);
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
    // Both lanes may have a collective under way.
    activeChunks: 64,
    ...expandStep(step, inChunks(1, communication, wholeGroups)),
  });
  return { plan, step, played, timeNs, timesByNpu, times };
}

const degree = fc.constantFrom(1, 2);
const plans = fc
  .record({
    tensor: degree,
    context: degree,
    pipeline: fc.constantFrom(1, 2, 4),
    data: degree,
    overlapPipeline: fc.boolean(),
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
      const { plan, played, timeNs, timesByNpu, times } = both(spec, model);
      expect(played.stepNs).toBe(timeNs);
      for (let npu = 0; npu < plan.npus; npu++) {
        const { finishNs, use } = played.stages[coordinatesOf(plan, npu).pipeline] as StageTimes;
        const simulated = timesByNpu?.[npu] ?? times;
        expect(finishNs).toBe(simulated.finishNs);
        expect(use.forward + use.backward + use.recomputed + use.optimizer).toBe(simulated.gpuNs);
        expect(Object.values(use).reduce((sum, ns) => sum + ns)).toBe(timeNs);
      }
    }),
    { numRuns: 40 },
  );
});

test.each([false, true])(
  'whatever the bucket, a micro-batch of ZeRO 2 reduces each gradient once; overlapped: %s',
  (overlapGradients) => {
    const sums = (bucket: number) => {
      const plan = readPlan({ globalBatch: 8, data: 2, zero: 2, overlapGradients, bucket }, gpt);
      const [{ nodes }] = trainingStep(gpt, plan, rates).stages as [StageGraph];
      return nodes.flatMap((node) =>
        node.kind === 'collective' && node.collective === 'reduce-scatter' ? [node.bytes] : [],
      );
    };
    const layer = 4 * (12 * 256 ** 2 + 13 * 256);
    // Embedding, positions and last norm once, at the end.
    const outer = 4 * (512 * 256 + 128 * 256 + 2 * 256);
    const times = <T>(count: number, one: T) => new Array<T>(count).fill(one);
    expect(sums(0)).toEqual([...times(4 * 8, layer), outer]);
    expect(sums(layer + 1)).toEqual([...times(4 * 4, 2 * layer), outer]);
    expect(sums(3 * layer)).toEqual([...times(4, [3 * layer, 3 * layer, 2 * layer]).flat(), outer]);
    expect(sums(1e12)).toEqual([...times(4, 8 * layer), outer]);
  },
);

test('a step whose ranks could wait for ever is found out', () => {
  const plan = readPlan({ globalBatch: 4, pipeline: 2, data: 2 }, gpt);
  const step = trainingStep(gpt, plan, rates);
  const [first, second] = step.stages as [StageGraph, StageGraph];
  const idle = ({ id, name, after }: StepNode): StepNode => ({ id, name, after, kind: 'optimizer', ns: 1, bytes: 0 });
  const without = (kind: string) => ({
    ...second,
    nodes: second.nodes.map((node) => (node.kind === kind ? idle(node) : node)),
  });
  expect(checkOrder({ ...step, stages: [first, without('send')] })).toContainEqual(
    expect.stringMatching(/^nobody sends/),
  );
  expect(checkOrder({ ...step, stages: [first, without('receive')] })).toContainEqual(
    expect.stringMatching(/^nobody receives/),
  );
  // The last stage wants every gradient to have been summed before it begins.
  const last = second.nodes.findLast((node) => node.kind === 'collective') as StepNode;
  const nodes = second.nodes.map((node) => (node.id === 0 ? { ...node, after: [last.id] } : node));
  expect(checkOrder({ ...step, stages: [first, { ...second, nodes }] })).toEqual([
    'nodes wait for each other in a circle',
  ]);
  // Two collectives of a lane in no order.
  const loose = first.nodes.map((node) => (node.kind === 'collective' ? { ...node, after: [] } : node));
  expect(checkOrder({ ...step, stages: [{ ...first, nodes: loose }, second] })).toContainEqual(
    expect.stringMatching(/has no place in its lane/),
  );
});
