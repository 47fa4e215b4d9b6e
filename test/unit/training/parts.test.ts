import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unfolded } from '../../../src/engine/folding.js';
import { playMessages } from '../../../src/engine/run.js';
import { Communication } from '../../../src/training/communication.js';
import { expandStep } from '../../../src/training/expand-step.js';
import { algorithmsInTurn } from '../../../src/training/group-algorithms.js';
import { coordinatesOf } from '../../../src/training/layout.js';
import { inChunks, sizePerNpu, sumOf, type WrittenSize } from '../../../src/training/parts.js';
import { phasesOfGroups } from '../../../src/training/phases-of-group.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import { trainingStep } from '../../../src/training/step.js';
import { checkTraining, type TrainingOptions } from '../../../src/training/training-options.js';
import { QUEUES, trainingWorkload, workloadOf } from '../../../src/training/training-workload.js';
import { planWorkload } from '../../../src/workload/plan-workload.js';
import { Scope } from '../../../src/workload/scope.js';
import type { WorkloadSpec } from '../../../src/workload/spec.js';
import { WorkloadRun } from '../../../src/workload/workload-run.js';

const accelerator = { name: 'any', peak: { bf16: 1e14 }, memoryBytes: 80e9, memoryBandwidth: 1000 };
const dense = { style: 'gpt', layers: 4, hidden: 64, heads: 4, vocabulary: 64, sequence: 64 } as const;
const mixture = {
  ...({ style: 'llama', layers: 4, hidden: 64, heads: 4, vocabulary: 64, sequence: 64 } as const),
  experts: { count: 4, perToken: 2, feedForward: 128 },
} as const;

/** On rings, switches, fully connected dimensions and tori, whole or with latencies in fractions; groups may break off in a dimension. */
const steps: fc.Arbitrary<TrainingOptions> = fc
  .record({
    tensor: fc.constantFrom(1, 2),
    context: fc.constantFrom(1, 1, 2),
    pipeline: fc.constantFrom(1, 2),
    data: fc.constantFrom(1, 2, 3, 4),
    kinds: fc.tuple(...[0, 1].map(() => fc.constantFrom('ring', 'switch', 'fully-connected'))),
    inner: fc.constantFrom(1, 2, 3, 4),
    latency: fc.constantFrom(0, 500, 0.7, 12.34),
    bandwidth: fc.constantFrom(1, 7, 100),
    splits: fc.constantFrom(1, 2, 3),
    zero: fc.constantFrom(0 as const, 1 as const, 3 as const),
    overlapGradients: fc.boolean(),
    overlapPipeline: fc.boolean(),
    isMixture: fc.boolean(),
  })
  .map(({ kinds, inner: wanted, latency, bandwidth, splits, isMixture, ...plan }) => {
    const { tensor, context, pipeline, data } = plan;
    const npus = tensor * context * pipeline * data;
    const inner = npus % wanted === 0 ? wanted : 1;
    const [one, other] = kinds as [string, string];
    const topology = `${one}(${inner}, ${bandwidth} GB/s, ${latency} ns) x ${other}(${npus / inner}, ${bandwidth / 2} GB/s, ${2 * latency} ns)`;
    const expert = isMixture && data % 2 === 0 ? data : 1;
    return {
      ...{ model: isMixture ? mixture : dense, cluster: { accelerator, topology }, splits },
      plan: { ...plan, expert, globalBatch: 2 * data },
    };
  });

/** A step as it is written out to see what waits for links. */
function written(options: TrainingOptions) {
  const checked = checkTraining(options);
  const { model, plan, rates, durations, dimensions, endpoints } = checked;
  const step = trainingStep(model, plan, rates, durations);
  const parts = inChunks(endpoints.splits, new Communication(dimensions, plan, endpoints), phasesOfGroups(dimensions));
  const algorithms = algorithmsInTurn(dimensions);
  const perStage = step.stages.map((stage) => sizePerNpu(plan, stage, parts, algorithms['all-to-all'] === 'ring'));
  const all = Array.from({ length: plan.npus }, (_, npu) => perStage[coordinatesOf(plan, npu).pipeline] as WrittenSize);
  return { size: sumOf(all), workload: { ...workloadOf(checked, expandStep(step, parts)), algorithms } };
}

/** Every NPU on links with queues. */
function play(spec: WorkloadSpec) {
  const workload = planWorkload({ ...spec, ...QUEUES });
  const run = new WorkloadRun(workload, new Scope(workload, unfolded(workload.machine.dimensions)));
  for (const _ of playMessages(run.engine, workload.limits, () => run.progress));
  return run;
}

test('a step that is written out has as many nodes and messages as are counted', () => {
  fc.assert(
    fc.property(steps, (options) => {
      const { size, workload } = written(options);
      const { engine, npus } = play(workload);
      expect(size.messages).toBe(engine.messages);
      expect(size.nodes).toBe(npus.reduce((sum, { graph }) => sum + graph.nodes.length, 0));
    }),
    { numRuns: 40 },
  );
});

test('waiting is never below 0, and it is 0 where no message has waited for a link', () => {
  const seen = { free: 0, waiting: 0 };
  fc.assert(
    fc.property(steps, (options) => {
      const { contention } = simulateTraining({ ...options, network: 'congestion-aware' }).breakdown;
      expect(contention).toBeGreaterThanOrEqual(0);
      const uses = play(written(options).workload).engine.links?.uses() ?? [];
      if (uses.some(({ waitedNs }) => waitedNs > 0)) {
        seen.waiting++;
        return;
      }
      seen.free++;
      expect(contention).toBe(0);
    }),
    { numRuns: 150 },
  );
  // Both happen.
  expect(Math.min(seen.free, seen.waiting)).toBeGreaterThan(20);
});

test('chunks of an all-gather that has fewer bytes are refused', () => {
  const options: TrainingOptions = {
    ...{ model: dense, cluster: { accelerator, topology: 'switch(4, 100 GB/s, 500 ns)' }, splits: 2 ** 19 },
    plan: { globalBatch: 4, data: 4, zero: 1 },
  };
  expect(() => trainingWorkload(options)).toThrow(/^splits: expected at most as many as an all-gather has bytes/);
});
