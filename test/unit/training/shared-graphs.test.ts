import { expect, test } from 'vitest';
import { Communication } from '../../../src/training/communication.js';
import { type ExpandedStep, expandStep } from '../../../src/training/expand-step.js';
import { inChunks } from '../../../src/training/parts.js';
import { phasesOfGroups } from '../../../src/training/phases-of-group.js';
import { sharedStep } from '../../../src/training/shared-graphs.js';
import { trainingStep } from '../../../src/training/step.js';
import { type CheckedTraining, checkTraining, type TrainingOptions } from '../../../src/training/training-options.js';
import { workloadOf } from '../../../src/training/training-workload.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

const model = { style: 'gpt', layers: 4, hidden: 1024, heads: 8, vocabulary: 1536, sequence: 256 } as const;
const mixture = { ...model, style: 'llama', feedForward: 512, experts: { count: 4, perToken: 2, feedForward: 512 } };
const accelerator = { name: 'any', peak: { bf16: 1e14 }, memoryBytes: 80e9, memoryBandwidth: 1000 };
const boxes = (count: number) => `switch(4, 100 GB/s, 500 ns) x switch(${count}, 10 GB/s, 700 ns)`;

const steps: Record<string, readonly [topology: string, plan: object, options?: object]> = {
  'tensor, pipeline and data': [boxes(4), { tensor: 4, pipeline: 2, data: 2 }],
  'a pipeline of interleaved stages': [boxes(4), { tensor: 4, pipeline: 2, chunks: 2, data: 2 }],
  'ZeRO 3 over two dimensions': [boxes(2), { tensor: 2, data: 4, zero: 3 }],
  'a ring of contexts': [boxes(2), { tensor: 2, context: 2, data: 2 }],
  'experts, in boxes and between': [boxes(2), { tensor: 2, data: 4, expert: 2 }, { model: mixture }],
  'gradients beside passes, several chunks': [boxes(2), { tensor: 4, data: 2, overlapGradients: true }, { splits: 2 }],
  'a torus': ['ring(4, 10 GB/s, 500 ns) x ring(4, 10 GB/s, 500 ns)', { tensor: 4, pipeline: 2, data: 2 }],
  'all pairs of a box': ['fully-connected(4, 25 GB/s, 500 ns) x switch(2, 10 GB/s, 700 ns)', { tensor: 4, data: 2 }],
};

const partsOf = ({ dimensions, plan, endpoints }: CheckedTraining) =>
  inChunks(endpoints.splits, new Communication(dimensions, plan, endpoints), phasesOfGroups(dimensions));

test.each(Object.entries(steps))('%s: graphs that stages share, folded, give what every NPU gives', (_, given) => {
  const [topology, plan, more] = given;
  const cluster = { accelerator, topology };
  const checked = checkTraining({ model, cluster, plan: { globalBatch: 8, ...plan }, ...more } as TrainingOptions);
  const step = trainingStep(checked.model, checked.plan, checked.rates, checked.durations);
  const parts = partsOf(checked);
  const shared = sharedStep(step, checked.dimensions, parts);
  expect(new Set(shared?.graphs).size).toBe(checked.plan.pipeline);
  for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
    const simulate = (expanded = shared as ExpandedStep, folding: 'auto' | 'off' = 'auto') => {
      const spec = workloadOf(checked, expanded);
      return simulateWorkload({ ...spec, network, switching: 'cut-through', folding });
    };
    const { engine, ...folded } = simulate();
    const { engine: _all, ...every } = simulate(shared, 'off');
    expect(folded).toEqual(every);
    // Summaries name groups, which are others: those of a family count together.
    const { engine: _, collectives: _theirs, ...writtenOut } = simulate(expandStep(step, parts), 'off');
    const { collectives: _ours, ...rest } = folded;
    expect(rest).toEqual(writtenOut);
    if (network === 'congestion-aware') expect(engine.reason).toMatch(/stands? for/);
  }
});

test('groups that break off within a dimension are written out', () => {
  const cluster = { accelerator, topology: boxes(3) };
  const checked = checkTraining({ model, cluster, plan: { globalBatch: 12, tensor: 2, data: 6 } });
  const step = trainingStep(checked.model, checked.plan, checked.rates, checked.durations);
  const [tensor, data] = [2, 6];
  expect(sharedStep(step, checked.dimensions, partsOf(checked))?.groups).toEqual({
    // Two of four in a box, times three boxes: whole rows.
    tensor: [{ stride: 1, size: tensor }],
    'data 0': [{ stride: tensor, size: 2 }],
    'data 1': [{ stride: 2 * tensor, size: data / 2 }],
  });
  const odd = checkTraining({
    ...{ model: { ...model, heads: 6, hidden: 1152 }, cluster: { accelerator, topology: boxes(3) } },
    plan: { globalBatch: 12, tensor: 3, data: 4 },
  });
  const oddStep = trainingStep(odd.model, odd.plan, odd.rates, odd.durations);
  expect(sharedStep(oddStep, odd.dimensions, partsOf(odd))).toBeUndefined();
});
