import { describe, expect, test } from 'vitest';
import { type CollectiveSpec, ConfigError, simulateCollective } from '../../../src/index.js';

const plain = {
  ...{ collective: 'all-reduce', topology: 'switch(4, 1 GB/s, 0 ns)', size: 4000, splits: 1, endpointDelay: 0 },
  ...{ localMemoryBandwidth: 'unlimited' },
} as const;

const time = (spec: Partial<CollectiveSpec>) => simulateCollective({ ...plain, ...spec } as CollectiveSpec).timeNs;

function issuesOf(spec: object): string[] {
  try {
    time(spec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

// Shares of 1000 bytes, 1000 ns on the wire; 0.001 us per byte is 1 ns.
describe('terms by hand', () => {
  test('none cost nothing', () => {
    for (const algorithms of ['ring', 'direct', 'halving-doubling', 'double-binary-tree'] as const) {
      expect(time({ algorithms, genModel: {} })).toBe(time({ algorithms }));
    }
  });

  test('a ring reduces a share three times, two inputs each', () => {
    expect(time({ genModel: { gammaUsPerByte: 0.001 } })).toBe(6 * 1000 + 3 * 1000);
    expect(time({ genModel: { deltaUsPerByte: 0.001 } })).toBe(6 * 1000 + 3 * 3000);
  });

  test('direct reduces four inputs at once: three additions, four reads and a write', () => {
    expect(time({ algorithms: 'direct', genModel: { gammaUsPerByte: 0.001 } })).toBe(2 * 1000 + 3 * 1000);
    expect(time({ algorithms: 'direct', genModel: { deltaUsPerByte: 0.001 } })).toBe(2 * 1000 + 5 * 1000);
  });

  test('three senders are two above a threshold of one, in both rounds', () => {
    const genModel = { epsilonUsPerByte: 0.001, incastThreshold: 1 };
    expect(time({ algorithms: 'direct', genModel })).toBe(2 * (1000 + 2 * 3000));
    expect(time({ algorithms: 'ring', genModel })).toBe(6 * 1000);
    expect(time({ algorithms: 'direct', genModel: { epsilonUsPerByte: 0.001 } })).toBe(2 * 1000);
  });

  test('what is spelled out pays for its reductions', () => {
    const spec = { collective: 'reduce', algorithms: 'tree' } as const;
    expect(time({ ...spec, genModel: { gammaUsPerByte: 0.001 } })).toBe(2 * (4000 + 4000));
  });
});

test('what cannot be is refused by name', () => {
  expect(issuesOf({ genModel: { gammaUsPerByte: -1 } })).toEqual(['genModel.gammaUsPerByte']);
  expect(issuesOf({ genModel: { alphaUs: 1 } })).toEqual(['genModel.alphaUs']);
  expect(issuesOf({ genModel: { incastThreshold: Number.NaN } })).toEqual(['genModel.incastThreshold']);
  expect(issuesOf({ algorithms: 'nccl', genModel: {} })).toEqual(['genModel']);
});
