import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, SimulationError } from '../../../src/base/errors.js';
import type { Accelerator } from '../../../src/training/cluster.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import type { TrainingOptions } from '../../../src/training/training-options.js';
import { trainingWorkload } from '../../../src/training/training-workload.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

const gpt3 = (cluster: string, plan: Partial<PlanSpec>) =>
  simulateTraining({ model: 'gpt3-175b', cluster, plan: { globalBatch: 1536, tensor: 8, recompute: 'full', ...plan } });

describe('pipelines without communication: closed forms of the bubble (Narayanan et al., section 2.2)', () => {
  const boundless: Accelerator = { name: 'any', peak: { bf16: 1e24 }, memoryBytes: 1e15, memoryBandwidth: 1e15 };
  const [forwardNs, backwardNs, stages, layers] = [1e6, 2e6, 4, 16];
  const time = (plan: PlanSpec) =>
    simulateTraining({
      model: { style: 'llama', layers, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 },
      cluster: { accelerator: boundless, topology: `switch(${stages}, 1e9 GB/s, 0 ns)` },
      plan: { pipeline: stages, ...plan },
      durations: { layer: { forwardNs, backwardNs } },
    });
  const perStage = (layers / stages) * (forwardNs + backwardNs);
  test.each([4, 8, 32])('%i micro-batches: m + p - 1 turns; GPipe likewise', (m) => {
    const ideal = (m + stages - 1) * perStage;
    expect(time({ globalBatch: m }).stepNs / ideal).toBeCloseTo(1, 4);
    expect(time({ globalBatch: m, schedule: 'gpipe' }).stepNs / ideal).toBeCloseTo(1, 4);
  });
  test.each([2, 4])('interleaved in %i chunks: m + (p - 1) / v turns', (chunks) => {
    const { stepNs, breakdown } = time({ globalBatch: 8, schedule: 'interleaved', chunks });
    expect(stepNs / ((8 + (stages - 1) / chunks) * perStage)).toBeCloseTo(1, 4);
    expect(breakdown.bubble / (((stages - 1) / chunks) * perStage)).toBeCloseTo(1, 3);
  });
});

describe('measured durations stand in by kind of computation', () => {
  const model = { style: 'llama', layers: 4, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 } as const;
  const experts = { count: 2, perToken: 1, feedForward: 64, denseLayers: 3 };
  const pass = (forwardNs: number, backwardNs: number) => ({ forwardNs, backwardNs });
  const durations = {
    ...{ attention: pass(100, 200), core: pass(40, 80), feedForward: pass(1000, 3000), experts: pass(7000, 9000) },
    ...{ embedding: pass(5, 6), output: pass(50, 60), optimizerNs: 12345 },
  };
  const run = (plan: Partial<PlanSpec>, given: TrainingOptions['durations'], spec: object = model) =>
    simulateTraining({
      model: { ...model, ...spec },
      cluster: 'dgx-h100',
      plan: { globalBatch: 3, ...plan },
      ...(given === undefined ? {} : { durations: given }),
    });

  test('all of them: the sum is the step', () => {
    // Three micro-batches through four layers; selective recomputation does the core once more.
    const forward = 3 * (4 * (100 + 40 + 1000) + 5 + 50);
    const backward = 3 * (4 * (200 + 80 + 3000) + 6 + 60);
    const { stepNs, breakdown } = run({ recompute: 'selective' }, durations);
    expect(breakdown).toMatchObject({ forward, backward, recomputed: 3 * 4 * 40, optimizer: 12345 });
    expect(stepNs).toBe(forward + backward + 3 * 4 * 40 + 12345);
  });

  test('durations in which more is done than an accelerator can do are warned of', () => {
    // A layer forward: 2 x 64 (64 x 192 + 64 x 64 + 3 x 64 x 256) operations per token, scores aside, of 989.4 a ps.
    const operations = 3 * 4 * 16 * 2 * (64 * 192 + 64 * 64 + 3 * 64 * 256 + 2 * 16 * 64);
    const output = 3 * 16 * 2 * 64 * 64;
    const layer = pass(1, 2);
    const warnings = (ns: number, peak: number) =>
      simulateTraining({
        model,
        cluster: {
          accelerator: { name: 'any', peak: { bf16: peak }, memoryBytes: 1e9, memoryBandwidth: 1e9 },
          topology: 'switch(1, 1 GB/s, 0 ns)',
        },
        plan: { globalBatch: 3 },
        durations: { attention: pass(ns, 2 * ns), core: layer, feedForward: layer, embedding: layer, output: layer },
      }).warnings;
    // Forward and backward: three times the operations in (4 (ns + 2) + 2) x 3 ns, three micro-batches.
    const perNs = (3 * (operations + output)) / 3 / (3 * (4 * (1e6 + 2) + 2));
    expect(warnings(1e6, 1.001 * 1e9 * perNs)).toEqual([]);
    expect(warnings(1e6, 0.5 * 1e9 * perNs)).toMatchObject([
      {
        code: 'more-than-the-peak',
        message: expect.stringMatching(/^in the measured durations any would do 2\.00 times/),
      },
    ]);
  });

  test('layers with experts have a duration of their own', () => {
    const { breakdown } = run({}, durations, { experts });
    expect(breakdown.forward).toBe(3 * (4 * 140 + 3 * 1000 + 7000 + 5 + 50));
  });

  test('round a context ring the core is computed in parts', () => {
    const { breakdown } = run({ context: 4 }, durations);
    expect(breakdown.forward).toBe(3 * (4 * 1140 + 5 + 50));
  });

  test('what is left out stays modelled; a whole layer scales its parts', () => {
    const modelled = run({}, undefined).breakdown;
    const { core: _, ...others } = durations;
    expect(run({}, { core: durations.core }).breakdown.optimizer).toBe(modelled.optimizer);
    const layer = pass(2 * 1140, 3280);
    expect(run({}, { ...durations, layer }).breakdown.forward).toBe(3 * (4 * 2 * 1140 + 55));
    expect(run({}, others).breakdown.forward).not.toBe(3 * (4 * 1140 + 55));
  });
});

test('where the time goes adds up, for every stage', () => {
  const { stepNs, breakdown, breakdownByStage } = gpt3('dgx-a100 x 512', { pipeline: 8 });
  const sum = (use: object) => Object.values(use).reduce((total: number, ns) => total + (ns as number), 0);
  expect(sum(breakdown)).toBeCloseTo(stepNs, 3);
  for (const use of breakdownByStage) expect(sum(use)).toBe(stepNs);
});

test('whichever of plan and cluster leaves its size open takes the other`s', () => {
  expect(gpt3('dgx-a100', { pipeline: 16, data: 8 })).toEqual(gpt3('dgx-a100 x 1024', { pipeline: 16 }));
});

test('65,536 accelerators: as many nodes as 1,024, and the batch per replica takes as long but for the gradients', () => {
  const small = gpt3('dgx-a100 x 1024', { pipeline: 16, globalBatch: 512 });
  const large = gpt3('dgx-a100 x 65536', { pipeline: 16, globalBatch: 512 * 64 });
  expect(large.engine).toEqual({ ...small.engine, reason: expect.stringMatching(/16 stand for 65536/) });
  const rest = ({ stepNs, breakdown }: typeof small) => stepNs - breakdown.data;
  expect(rest(large) / rest(small)).toBeCloseTo(1, 3);
  expect(large.breakdown.data).toBeGreaterThan(small.breakdown.data);
});

test('recomputation costs a third of the operations and saves memory; overlap hides gradients', () => {
  const full = gpt3('dgx-a100 x 1024', { pipeline: 16 });
  const selective = gpt3('dgx-a100 x 1024', { pipeline: 16, recompute: 'selective', sequenceParallel: true });
  expect(full.breakdown.recomputed).toBeGreaterThan(0.9 * full.breakdown.forward);
  expect(selective.stepNs).toBeLessThan(0.85 * full.stepNs);
  expect(selective.memory.activations).toBeGreaterThan(full.memory.activations);
  const overlapped = gpt3('dgx-a100 x 1024', { pipeline: 16, overlapGradients: true });
  expect(overlapped.breakdown.data).toBeLessThan(full.breakdown.data);
});

test('a plan that does not fit is simulated, and says so', () => {
  const { fits, memory, warnings } = gpt3('dgx-a100 x 64', { pipeline: 1 });
  expect(fits).toBe(false);
  // 16 + 2 bytes of 175 billion parameters over 8 and what activations take.
  expect(memory.weights + memory.gradients + memory.optimizer).toBeGreaterThan((18 * 174e9) / 8);
  expect(warnings.map(({ code }) => code)).toEqual(['out-of-memory']);
  expect(warnings[0]?.message).toMatch(/an NPU needs \d+\.\d GB, A100 80 GB has 80\.0 GB/);
});

test('groups that break off within a box are told', () => {
  const { warnings } = simulateTraining({
    model: 'megatron-22b',
    cluster: 'dgx-a100 x 48',
    plan: { tensor: 2, pipeline: 3, globalBatch: 48, order: ['pipeline', 'tensor', 'context', 'data'] },
  });
  expect(warnings.map(({ code }) => code)).toContain('irregular-groups');
});

describe('links that are used twice at once, each time as if alone', () => {
  const codes = (cluster: string, plan: Partial<PlanSpec>) => gpt3(cluster, plan).warnings.map(({ code }) => code);

  test('gradients beside passes: no longer than either of them communicates', () => {
    const run = (plan: Partial<PlanSpec>) =>
      simulateTraining({
        model: 'megatron-22b',
        cluster: 'dgx-a100 x 64',
        plan: { globalBatch: 64, zero: 3, overlapGradients: true, ...plan },
      });
    // Two replicas of four tensor ranks share the switch of a box.
    const { stepNs, breakdown, warnings } = run({ tensor: 4 });
    const shared = warnings.find(({ code }) => code === 'shared-links');
    expect(shared?.message).toMatch(
      /^gradients or weights and the passes use the same links at the same time for \d\.\d % of the step/,
    );
    const { shareOfStep = Infinity } = shared?.data ?? {};
    expect(Number(shareOfStep) * stepNs).toBeLessThanOrEqual(breakdown.tensor);
    // Tensor ranks fill a box: replicas meet in the network between boxes alone.
    expect(run({ tensor: 8 }).warnings.map(({ code }) => code)).not.toContain('shared-links');
    expect(run({ tensor: 4, zero: 0, overlapGradients: false }).warnings.map(({ code }) => code)).toEqual([
      'out-of-memory',
    ]);
  });

  test('groups that lie interleaved on a ring', () => {
    const { warnings } = simulateTraining({
      model: 'megatron-22b',
      cluster: 'tpu-v4 x 64',
      plan: { tensor: 2, globalBatch: 64, recompute: 'full', zero: 1 },
    });
    expect(warnings.find(({ code }) => code === 'shared-links')?.message).toBe(
      'groups (data) lie interleaved on a ring: up to 2 of them share its links, each timed as if alone',
    );
    expect(codes('dgx-a100 x 64', { tensor: 2 })).not.toContain('shared-links');
  });
});

describe('what is wrong is named as it was written', () => {
  const good: TrainingOptions = { model: 'gpt3-175b', cluster: 'dgx-a100 x 64', plan: { globalBatch: 64, tensor: 8 } };
  test.each<[object, RegExp]>([
    [{ model: 'gpt4' }, /^model: expected one of/],
    [{ model: { style: 'gpt', layers: 2 } }, /model\.hidden: expected a value/],
    [{ cluster: 'dgx-b100 x 8' }, /^cluster: expected one of dgx-a100.*did you mean/],
    [{ cluster: { topology: 'ring(8, 1 GB/s, 1 us)' } }, /cluster\.accelerator: expected a value/],
    [{ plan: { globalBatch: 64, tensor: 7 } }, /^plan\.tensor: expected a divisor of the model's heads/],
    [{ plan: { globalBatch: 64, tensor: 8, data: 4 } }, /^plan: expected degrees whose product is the 64 accelerators/],
    [
      { plan: { globalBatch: 64, tensor: 8, precision: { compute: 'fp8' } } },
      /^plan\.precision\.compute: expected a format/,
    ],
    [{ plan: { globalBatch: 64, tensor: '8' } }, /^plan\.tensor: expected a whole number/],
    [{ plan: { globalBatch: 2 ** 30, tensor: 8 } }, /^plan\.globalBatch: expected at most 4194304 passes/],
    [{ efficiency: 1.5 }, /^efficiency: expected a share above 0/],
    [{ efficiency: () => 0 }, /^efficiency: expected a share above 0/],
    [{ durations: { layer: { forwardNs: 0, backwardNs: 5 } } }, /^durations\.layer\.forwardNs/],
    [{ durations: { forwardNs: 5, backwardNs: 5 } }, /^durations\.forwardNs/],
    [{ durations: { core: { forwardNs: 5 } } }, /^durations\.core\.backwardNs/],
    [{ durations: { optimizerNs: 0.5 } }, /^durations\.optimizerNs/],
    [{ modle: 1 }, /did you mean "model"/],
  ])('%j', (wrong, message) =>
    expect(() => simulateTraining({ ...good, ...wrong } as TrainingOptions)).toThrow(message),
  );
});

test('longer than 2^53 ns is an error, not a wrong number', () => {
  const durations = { layer: { forwardNs: 2 ** 52, backwardNs: 2 ** 52 } };
  const plan: PlanSpec = { globalBatch: 64, tensor: 8 };
  const step = () => simulateTraining({ model: 'gpt3-175b', cluster: 'dgx-a100 x 64', plan, durations });
  expect(step).toThrow(SimulationError);
});

test('written out as a workload it takes as long; a large one is refused', () => {
  const options: TrainingOptions = {
    model: { style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 },
    cluster: 'dgx-a100 x 16',
    plan: { tensor: 8, pipeline: 2, globalBatch: 4 },
  };
  expect(simulateWorkload(trainingWorkload(options)).timeNs).toBe(simulateTraining(options).stepNs);
  const large: TrainingOptions = {
    ...options,
    model: 'gpt3-175b',
    plan: { tensor: 8, pipeline: 2, globalBatch: 2048 },
  };
  expect(() => trainingWorkload(large)).toThrow(/^plan: expected at most 8388608 nodes/);
});

test('whatever is asked for, a time comes out or what is wrong is named', () => {
  const mostly = <T>(good: readonly T[], bad: readonly T[]) =>
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
  const degree = mostly([1, 1, 2, 4], [3, 0, -1, 1.5, Number.NaN]);
  const plan = fc.record(
    {
      globalBatch: mostly([96, 192], [1, 0]),
      ...{ tensor: degree, context: degree, pipeline: degree, data: degree, expert: degree, microBatch: degree },
      schedule: mostly(['gpipe', '1f1b'], ['interleaved', 'other']),
      ...{ zero: mostly([0, 1, 2, 3], [4]), prefetch: mostly([0, 1, 9], [-1]) },
      overlapGradients: fc.boolean(),
      precision: mostly<object>([{}, { weights: 1, activations: 1 }], [{ compute: 'fp4' }, { compute: 'fp8' }]),
    },
    { requiredKeys: ['globalBatch'] },
  );
  const cluster = mostly(['dgx-h100', 'tpu-v4', 'mi300x x 16', 'tpu-v4 x 24', 'gb200-nvl72'], ['x 3', 'dgx']);
  const experts = { count: 8, perToken: 2, feedForward: 96 };
  const model = { style: 'llama', layers: 6, hidden: 96, heads: 24, vocabulary: 96, sequence: 96, experts } as const;
  let simulated = 0;
  fc.assert(
    fc.property(cluster, plan, (where, how) => {
      try {
        const result = simulateTraining({ model, cluster: where, plan: how as PlanSpec });
        simulated++;
        expect(result.stepNs).toBeGreaterThan(0);
        const numbers = [result.stepNs, result.modelFlopsUtilisation, ...Object.values(result.breakdown)];
        for (const number of [...numbers, ...Object.values(result.memory)]) {
          expect(Number.isFinite(number) && number >= 0).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        for (const { path, expected, got } of error.issues) expect(path && expected && got).toBeTruthy();
      }
    }),
    { numRuns: 500 },
  );
  expect(simulated).toBeGreaterThan(10);
}, 60_000);
