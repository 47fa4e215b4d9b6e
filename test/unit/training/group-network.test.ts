import { expect, test } from 'vitest';
import type { Dimension } from '../../../src/topology/dimension.js';
import { groupNetwork, isAligned } from '../../../src/training/group-network.js';
import { readModel } from '../../../src/training/model.js';
import { readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { MODEL_PRESETS } from '../../../src/training/presets.js';

const box: Dimension = { kind: 'switch', npus: 8, bandwidth: 300, latency: 500 };
const boxes: Dimension = { kind: 'switch', npus: 4, bandwidth: 25, latency: 1000 };
const ring: Dimension = { kind: 'ring', npus: 8, bandwidth: 50, latency: 500 };

test('members of one box see its switch alone; equal places of all boxes the network alone', () => {
  expect(groupNetwork([box, boxes], [8, 9, 10, 11])).toEqual({
    dimensions: [{ ...box, npus: 4 }],
    isGrid: true,
    spans: [0],
  });
  expect(groupNetwork([box, boxes], [3, 11, 19, 27])).toEqual({ dimensions: [boxes], isGrid: true, spans: [1] });
});

test('four places of two boxes are a grid of four by two', () => {
  const members = [0, 2, 4, 6, 16, 18, 20, 22];
  expect(groupNetwork([box, boxes], members)).toEqual({
    dimensions: [
      { ...box, npus: 4 },
      { ...boxes, npus: 2 },
    ],
    isGrid: true,
    spans: [0, 1],
  });
});

test('six in a row over two boxes are none: the slowest links stand for all', () => {
  const dimensions = [{ kind: 'switch', npus: 6, bandwidth: 25, latency: 1000 }];
  expect(groupNetwork([box, boxes], [5, 6, 7, 8, 9, 10])).toEqual({ dimensions, isGrid: false, spans: [0, 1] });
});

test('in a ring every second NPU pays for two hops; four in a row for the way back', () => {
  expect(groupNetwork([ring], [0, 2, 4, 6]).dimensions).toEqual([{ ...ring, npus: 4, latency: 1000 }]);
  expect(groupNetwork([ring], [0, 1, 2, 3]).dimensions).toEqual([{ ...ring, npus: 4, latency: 1500 }]);
  expect(groupNetwork([ring], [0, 1, 2, 3, 4, 5, 6, 7]).dimensions).toEqual([ring]);
});

test('in a row in a ring each pays for its own hops, up to 256', () => {
  const { hops } = groupNetwork([ring], [0, 1, 2, 3]);
  expect(hops?.links.map(({ latency }) => latency)).toEqual([500, 500, 500, 1500]);
  expect(groupNetwork([ring], [0, 2, 4, 6]).hops).toBeUndefined();
  expect(groupNetwork([ring, boxes], [0, 1, 2, 8, 9, 10]).hops).toBeUndefined();
  const long = { ...ring, npus: 1024 };
  const row = (npus: number) => Array.from({ length: npus }, (_, i) => i);
  expect(groupNetwork([long], row(256)).hops?.npus).toBe(256);
  expect(groupNetwork([long], row(257)).hops).toBeUndefined();
});

test('aligned: axes end where dimensions do, or within one that they divide', () => {
  const aligned = (plan: Omit<PlanSpec, 'globalBatch'>) =>
    isAligned(readPlan({ globalBatch: 64, ...plan }, readModel({ ...MODEL_PRESETS['gpt3-175b'], vocabulary: 49152 })), [
      box,
      boxes,
    ]);
  expect(aligned({ tensor: 8, pipeline: 4 })).toBe(true);
  expect(aligned({ tensor: 4, data: 8 })).toBe(true);
  expect(aligned({ tensor: 2, data: 16 })).toBe(true);
  expect(aligned({ tensor: 3, data: 8, pipeline: 4 })).toBe(false);
});
