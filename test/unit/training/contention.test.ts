import { describe, expect, test } from 'vitest';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import type { TrainingOptions } from '../../../src/training/training-options.js';
import { trainingWorkload } from '../../../src/training/training-workload.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import type { WorkGraph } from '../../../src/workload/work-graph.js';
import { madeUpCosts } from '../../support/made-up-costs.js';

const model = { style: 'gpt', layers: 4, hidden: 1024, heads: 8, vocabulary: 1024, sequence: 256 } as const;
const accelerator = { name: 'any', peak: { bf16: 1e14 }, memoryBytes: 80e9, memoryBandwidth: 1000 };
const on = (topology: string, plan: object): TrainingOptions => {
  return { model, cluster: { accelerator, topology }, plan: { globalBatch: 16, ...plan } };
};
const aware = (options: TrainingOptions) => simulateTraining({ ...options, network: 'congestion-aware' });

describe('links that groups share', () => {
  test('where nothing is sent at once queues change nothing', () => {
    // One kind of group, on a switch: every NPU has its port for itself.
    const options = on('switch(8, 100 GB/s, 500 ns)', { data: 8, zero: 1 });
    const [alone, queued] = [simulateTraining(options), aware(options)];
    expect(queued.stepNs).toBe(alone.stepNs);
    expect(queued.breakdown).toEqual(alone.breakdown);
    expect(alone.breakdown.contention).toBe(0);
    expect(queued.engine.reason).toContain('for what links add, all NPUs do the same: 1 stands for 8');
  });

  test('tokens on their way to experts wait at their own port, which both know', () => {
    const mixture = { ...model, style: 'llama', experts: { count: 4, perToken: 2, feedForward: 512 } } as const;
    const options = { ...on('switch(4, 100 GB/s, 500 ns)', { data: 4, expert: 4 }), model: mixture };
    expect(simulateTraining(options).breakdown.expert).toBeGreaterThan(0);
    expect(aware(options).stepNs).toBe(simulateTraining(options).stepNs);
  });

  test.each(['switch', 'fully-connected'])('chunks come one after the other with queues as without: %s', (kind) => {
    const options = { ...on(`${kind}(4, 100 GB/s, 500 ns)`, { data: 4 }), splits: 8 };
    expect(aware(options).breakdown).toEqual(simulateTraining(options).breakdown);
  });

  // Gradients go through the ports that the passes use too, tensor 2 and data 4 on one switch.
  const shared = on('switch(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4, overlapGradients: true, globalBatch: 8 });

  test('gradients beside passes wait for them, and the passes for gradients', () => {
    const [alone, queued] = [simulateTraining(shared), aware(shared)];
    expect(alone.warnings.map(({ code }) => code)).toContain('shared-links');
    expect(queued.warnings.map(({ code }) => code)).not.toContain('shared-links');
    const { contention } = queued.breakdown;
    expect(contention).toBeGreaterThan(0.005 * alone.stepNs);
    expect(queued.stepNs).toBe(alone.stepNs + contention);
    const sum = Object.values(queued.breakdown).reduce((all, ns) => all + ns, 0);
    expect(sum).toBeCloseTo(queued.stepNs, 3);
  });

  test('the share of the step that a warning names is no bound of it, and the warning claims none', () => {
    const ratio = (options: TrainingOptions) => {
      const { stepNs, warnings } = simulateTraining(options);
      const warning = warnings.find(({ code }) => code === 'shared-links');
      expect(warning?.message).toMatch(/waiting may add less than that, or more/);
      return aware(options).breakdown.contention / ((warning?.data?.['shareOfStep'] as number) * stepNs);
    };
    expect(ratio(shared)).toBeLessThan(1);
    // Messages of a few kilobytes, behind gradients of megabytes.
    const small = on('switch(8, 100 GB/s, 500 ns)', { ...shared.plan, zero: 2, recompute: 'full' });
    expect(ratio({ ...small, model: { ...model, sequence: 16 } })).toBeGreaterThan(2);
  });

  test('by as much as the step, written out for every NPU, takes longer with queues than without', () => {
    const workload = trainingWorkload(shared);
    const queues = { network: 'congestion-aware', switching: 'cut-through' } as const;
    expect(trainingWorkload({ ...shared, network: 'congestion-aware' })).toEqual({ ...workload, ...queues });
    const alone = simulateWorkload(workload).timeNs;
    expect(alone).toBe(simulateTraining(shared).stepNs);
    expect(aware(shared).stepNs).toBe(simulateWorkload({ ...workload, ...queues }).timeNs);
  });

  test('groups that lie interleaved on a ring wait for each other', () => {
    // Ranks of a data group are two apart: each message passes the link of another group.
    const options = on('ring(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4, globalBatch: 8 });
    const [alone, queued] = [simulateTraining(options), aware(options)];
    expect(alone.warnings.map(({ code }) => code)).toContain('shared-links');
    expect(queued.stepNs).toBeGreaterThan(alone.stepNs);
  });

  test('what NPUs pass on is not stored: two hops cost what they cost without queues, but for the wait', () => {
    const pass = { forwardNs: 1000, backwardNs: 1000 };
    const options: TrainingOptions = {
      ...on('ring(4, 1 GB/s, 500 ns)', { tensor: 2, data: 2, globalBatch: 2 }),
      model: { style: 'gpt', layers: 2, hidden: 64, heads: 2, vocabulary: 64, sequence: 2 },
      durations: { layer: pass, embedding: pass, output: pass, optimizerNs: 1000 },
    };
    // NPUs of a data group are two apart, and all go clockwise: half of the gradients to the other, then half of the sums.
    // A message of time s holds its first link for s, and its head comes to the second after a latency of 500,
    // where that of another has begun with it. So it waits s - 500, in each of the two rounds; 0 to 1 and back does not wait.
    const [graph] = trainingWorkload(options).graphs as readonly WorkGraph[];
    const sent = (graph as WorkGraph).nodes.flatMap((node) =>
      node.kind === 'collective' && node.group === 'data 0' ? [node.bytes / 2] : [],
    );
    const bytes = sent.reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeGreaterThan(500 * sent.length);
    expect(aware(options).breakdown.contention).toBe(2 * (bytes - sent.length * 500));
  });

  test.each([
    ['switch(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4 }],
    ['ring(8, 10 GB/s, 500 ns)', { data: 8, zero: 1 }],
    ['fully-connected(4, 10 GB/s, 500 ns)', { tensor: 2, data: 2 }],
    ['ring(4, 10 GB/s, 500 ns) x ring(2, 10 GB/s, 500 ns)', { tensor: 4, data: 2 }],
    ['switch(4, 10 GB/s, 500 ns) x switch(2, 5 GB/s, 1 us)', { tensor: 2, data: 4 }],
    ['switch(4, 10 GB/s, 500 ns)', { pipeline: 2, data: 2, overlapPipeline: true }],
  ])('in chunks, where nothing is sent at once, nothing waits: %s, %o', (topology, plan) => {
    for (const splits of [1, 2, 5]) expect(aware({ ...on(topology, plan), splits }).breakdown.contention).toBe(0);
  });

  test('chunks go one after the other in the step and in the workload that it is written out as', () => {
    const options = { ...shared, splits: 4 };
    expect(simulateWorkload(trainingWorkload(options)).timeNs).toBe(simulateTraining(options).stepNs);
    expect(simulateTraining(options).stepNs).toBeGreaterThan(simulateTraining(shared).stepNs);
  });

  test('end-point delays of groups, 10 ns each, are no waiting', () => {
    const options = on('switch(8, 100 GB/s, 500 ns)', { tensor: 2, data: 4 });
    expect(aware({ ...options, endpointDelay: 1000 }).breakdown.contention).toBe(0);
    expect(aware({ ...options, endpointDelay: 0 }).breakdown.contention).toBe(0);
  });

  test('a measured time stays whole', () => {
    const costs = madeUpCosts({ collective: 'all-reduce', ranks: 2, nodes: 1, us: 10 });
    const options = { ...on('switch(8, 100 GB/s, 500 ns)', { tensor: 2, data: 4 }), costs, splits: 4 };
    expect(simulateWorkload(trainingWorkload(options)).timeNs).toBe(simulateTraining(options).stepNs);
    expect(aware(options).breakdown.contention).toBe(0);
  });

  test('groups that span several dimensions go through them one after the other', () => {
    // A box is two tensor ranks by two replicas; the other replicas are in the other box. Nothing is sent at once.
    const options = on('switch(4, 100 GB/s, 500 ns) x switch(2, 10 GB/s, 500 ns)', { tensor: 2, data: 4 });
    const queued = aware(options);
    expect(queued.stepNs).toBe(simulateTraining(options).stepNs);
    expect(queued.warnings).toEqual([]);
    const { warnings } = aware({ ...options, splits: 2 });
    expect(warnings).toMatchObject([{ code: 'phases-in-turn', data: { groups: 'data' } }]);
  });

  test('a thousand accelerators cost no more than the stages that differ', () => {
    const options: TrainingOptions = {
      ...{ model: 'gpt3-175b', cluster: 'dgx-a100 x 1024' },
      plan: { globalBatch: 256, tensor: 8, pipeline: 4, chunks: 2, recompute: 'full' },
    };
    const [alone, queued] = [simulateTraining(options), aware(options)];
    expect(queued.engine.reason).toContain('for what links add, 4 NPUs stand for 1024');
    expect(queued.stepNs).toBe(alone.stepNs + queued.breakdown.contention);
  });

  test('too many messages are refused before they are sent', () => {
    const options: TrainingOptions = {
      ...{ model: 'gpt3-175b', cluster: 'dgx-a100 x 1024' },
      plan: { globalBatch: 98304, tensor: 8, pipeline: 16 },
    };
    expect(() => aware(options)).toThrow(
      /^network: expected congestion-unaware for a step of more than 4194304 messages .* of 16 NPUs of 1024$/,
    );
    // Of the one NPU that stands for all, per micro-batch: all-reduces of 8 ranks, of 14 messages each: 2 per layer and direction, 3 of the loss,
    // one behind the embedding and one for the gradient in front of the logits.
    const small = on('switch(8, 100 GB/s, 500 ns)', { tensor: 8, globalBatch: 100 });
    const messages = 100 * 14 * (2 * 2 * 4 + 3 + 2);
    for (const splits of [256, 512]) {
      expect(() => aware({ ...small, splits })).toThrow(`with ${splits * messages} messages`);
    }
  });
});
