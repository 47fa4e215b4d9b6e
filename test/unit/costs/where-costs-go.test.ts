import { expect, test } from 'vitest';
import { judgeAllocation } from '../../../src/cluster/bandwidth/judge.js';
import { simulateJobs } from '../../../src/cluster/jobs.js';
import { placeJob } from '../../../src/cluster/placement/on-network.js';
import type { Calibration } from '../../../src/costs/calibrate/calibration.js';
import { explainCollective } from '../../../src/explain/explain.js';
import { compare } from '../../../src/synthesis/compare/compare.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import type { TrainingOptions } from '../../../src/training/training-options.js';
import { trainingWorkload } from '../../../src/training/training-workload.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import { pathsOf } from '../../support/issue-paths.js';
import { madeUpCosts } from '../../support/made-up-costs.js';

const curves = madeUpCosts({ collective: 'all-reduce', ranks: 8, nodes: 1, us: 5 });
const heldOut = { medianPercent: 1, p90Percent: 2, count: 3 };
const fittedTo = (source: string, bandwidthGBps: number, ...npus: readonly number[]): Calibration => ({
  ...curves,
  dimensions: [
    {
      ...{ collective: 'all-reduce', source, heldOut },
      dimensions: npus.map((size) => ({ kind: 'switch', npus: size, bandwidthGBps, latencyNs: 700 })),
    },
  ],
});

const job = (name: string, npus: readonly number[]) => ({ name, npus, collective: 'all-reduce' as const, size: 1e6 });

test('jobs and placements take fitted dimensions, and no curves, which know no other jobs', () => {
  const machine = { topology: 'switch(8, 100 GB/s, 500 ns)' };
  const jobs = [job('a', [0, 1]), job('b', [2, 3])];
  const half = simulateJobs(jobs, { ...machine, costs: fittedTo('half as fast', 50, 8) });
  const same = simulateJobs(jobs, { topology: 'switch(8, 50 GB/s, 700 ns)' });
  expect(half).toEqual({ ...same, warnings: [half.warnings[0], ...same.warnings] });
  expect(half.warnings[0]?.code).toBe('fitted-costs');
  expect(pathsOf(() => simulateJobs(jobs, { ...machine, costs: curves }))).toEqual(['machine.costs']);
  const wanted = { hosts: 4, npus: 4, collective: 'all-reduce', size: 1e6 } as const;
  expect(pathsOf(() => placeJob({ ...wanted, machine: { ...machine, costs: curves } }))).toEqual(['machine.costs']);
});

test('what is explained, compared or allocated has no curves', () => {
  const spec = { collective: 'all-reduce', topology: 'switch(8, 100 GB/s, 500 ns)', size: 1e6 } as const;
  expect(pathsOf(() => explainCollective({ ...spec, costs: curves }))).toEqual(['costs']);
  const compared = { ...spec, sizes: [1e6], algorithms: ['ring', 'direct'] as const, crossovers: false };
  const { size: _, ...comparison } = compared;
  expect(pathsOf(() => compare({ ...comparison, costs: curves }))).toEqual(['costs']);
  expect(pathsOf(() => compare({ ...comparison, costs: fittedTo('half as fast', 50, 8) }))).toEqual([]);
  const explained = explainCollective({ ...spec, costs: fittedTo('half as fast', 50, 8) });
  expect(explained.result.warnings.map(({ code }) => code)).toContain('fitted-costs');
  const asked = {
    collectives: [{ collective: 'all-reduce', bytes: 1e6 }],
    dimensions: [{ npus: 8, kind: 'switch', latency: 500 }],
    total: 100,
    simulation: { costs: curves },
  } as const;
  expect(pathsOf(() => judgeAllocation(asked))).toEqual(['simulation.costs']);
});

const training: TrainingOptions = {
  model: { style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 },
  cluster: 'dgx-a100 x 16',
  plan: { tensor: 8, pipeline: 2, globalBatch: 4 },
};

test('a training step takes curves of its groups, and its workload the same', () => {
  const plain = simulateTraining(training);
  const fitted = simulateTraining({ ...training, costs: curves });
  // Eight tensor ranks are one node; first and last stage, which share the embedding, are two.
  expect(fitted.warnings.map(({ code }) => code)).toEqual(['fitted-costs', 'fitted-costs', 'no-fitted-costs']);
  expect(fitted.warnings[1]?.message).toContain('; 512 bytes are outside of what was measured');
  expect(fitted.warnings[2]?.message).toContain('no table of all-reduce on 2 ranks of 2 nodes');
  expect(fitted.breakdown.tensor).not.toBe(plain.breakdown.tensor);
  expect(fitted.breakdown.forward).toBe(plain.breakdown.forward);
  expect(simulateWorkload(trainingWorkload({ ...training, costs: curves })).timeNs).toBe(fitted.stepNs);
  const slower = madeUpCosts({ collective: 'all-reduce', ranks: 8, nodes: 1, us: 10 });
  // 4 layers in 2 stages; two all-reduces of a layer in each pass, 5 us more each, and 4 micro-batches of one sequence.
  const more = simulateTraining({ ...training, costs: slower }).breakdownByStage.map(({ tensor }, i) => {
    return tensor - (fitted.breakdownByStage[i]?.tensor ?? 0);
  });
  expect(more.every((ns) => ns > 0 && ns % 5000 === 0)).toBe(true);
});

test('a training step takes fitted dimensions', () => {
  const costs = fittedTo('eight and two', 50, 8, 2);
  const { stepNs, warnings } = simulateTraining({ ...training, costs });
  expect(warnings.map(({ code }) => code)).toEqual(['fitted-costs']);
  expect(stepNs).not.toBe(simulateTraining(training).stepNs);
});
