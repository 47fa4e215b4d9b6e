import { describe, expect, test } from 'vitest';
import { planSpace } from '../../../src/training/plan-space.js';
import { tuneTraining } from '../../../src/training/tune-training.js';

describe('what is worth a look', () => {
  test('tensor within a box, stages that divide the accelerators, what the plan leaves open', () => {
    const space = planSpace({ model: 'gpt3-175b', cluster: 'dgx-a100 x 96', plan: { globalBatch: 96, zero: 1 } });
    expect(space).toMatchObject({ tensor: [1, 2, 4, 8], pipeline: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48] });
    for (const knob of ['zero', 'context', 'expert', 'globalBatch']) expect(space).not.toHaveProperty(knob);
  });

  test('long sequences are split, experts spread', () => {
    const space = planSpace({ model: 'mixtral-8x7b', cluster: 'gb200-nvl72 x 144', plan: { globalBatch: 96 } });
    expect(space).toMatchObject({ context: [1, 2, 4, 8], expert: [1, 2, 4, 8], tensor: [1, 2, 4, 8, 16] });
  });

  test('a cluster of no size has none', () => {
    expect(() => planSpace({ model: 'gpt3-175b', cluster: 'dgx-a100', plan: { globalBatch: 8 } })).toThrow(
      /^cluster: expected a number of accelerators/,
    );
  });

  test('it is what is searched when no space is given', () => {
    const options = {
      model: { style: 'gpt', layers: 4, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 },
      cluster: 'dgx-a100 x 4',
      plan: { globalBatch: 8, recompute: 'none', chunks: 1 },
    } as const;
    expect(tuneTraining(options)).toEqual(tuneTraining(options, planSpace(options)));
  });
});
