import { expect, test } from 'vitest';
import { scaleFront, scaleTraining } from '../../../src/training/scale-training.js';
import type { TrainingOptions } from '../../../src/training/training-options.js';
import { tuneTraining } from '../../../src/training/tune-training.js';

const options: TrainingOptions = {
  model: { style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 },
  cluster: 'dgx-a100',
  plan: { globalBatch: 16 },
};
const space = { tensor: [1, 2], pipeline: [1, 2], zero: [0, 1] } as const;

test('each number of accelerators is tuned by itself, fewest first', () => {
  const shares: number[] = [];
  const { sizes, front } = scaleTraining(options, [8, 4, 16, 4], space, { onProgress: (share) => shares.push(share) });
  expect(sizes).toEqual(
    [4, 8, 16].map((accelerators) => {
      return { accelerators, ...tuneTraining({ ...options, cluster: `dgx-a100 x ${accelerators}` }, space) };
    }),
  );
  for (const { accelerators, best } of sizes) expect(best?.npus).toBe(accelerators);
  expect(front).toEqual(scaleFront(sizes.map(({ best }) => best)));
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('tokens per second are those of the batch over the step', () => {
  const { best } = scaleTraining(options, [4], space).sizes[0] ?? {};
  expect(best?.tokensPerSecond).toBeCloseTo((16 * 128 * 1e9) / (best?.stepNs ?? 0), 6);
});

test('the front: faster than on all smaller numbers; where nothing fits there is no point', () => {
  const point = (npus: number, stepNs: number) => ({
    ...{ npus, stepNs, plan: { globalBatch: 1 } },
    ...{ tokensPerSecond: 1, memoryBytes: 1, modelFlopsUtilisation: 1 },
  });
  const bests = [undefined, point(4, 9), point(8, 10), point(16, 9), point(32, 5)];
  expect(scaleFront(bests).map(({ npus }) => npus)).toEqual([4, 32]);
});

test.each<[unknown, unknown, RegExp]>([
  ['dgx-a100 x 8', [8], /^cluster: expected the name of a cluster without its size.*got "dgx-a100 x 8"/],
  ['dgx-a10', [8], /^cluster: expected the name of a cluster/],
  ['dgx-a100', [], /^accelerators: expected at least one number/],
  ['dgx-a100', [8, 0], /^accelerators\[1\]: expected a whole number/],
  ['dgx-a100', [8, 12], /npus: expected at most 8, or a multiple of 8/],
])('what is wrong: %j, %j', (cluster, accelerators, message) => {
  const asked = { ...options, cluster } as TrainingOptions;
  expect(() => scaleTraining(asked, accelerators as number[], space)).toThrow(message);
});

test.each<[unknown, RegExp]>([
  [null, /^run: expected an object, got null$/],
  [{ onProgress: 5 }, /^run\.onProgress: expected a function, got 5$/],
  [{ signal: {} }, /^run\.signal: expected an AbortSignal/],
  [{ shard: { index: 0, of: 2 } }, /^run\.shard: expected one of the keys signal, onProgress/],
])('ways to watch it that are none: %#', (run, message) => {
  expect(() => scaleTraining(options, [4], space, run as object)).toThrow(message);
});

test('an abort ends it', () => {
  expect(() => scaleTraining(options, [4, 8], space, { signal: AbortSignal.abort() })).toThrow('aborted');
});
