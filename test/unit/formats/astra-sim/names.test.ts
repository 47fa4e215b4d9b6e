import { describe, expect, test } from 'vitest';
import {
  algorithmName,
  OPTIMIZATION_NAMES,
  POLICY_NAMES,
  TOPOLOGY_NAMES,
} from '../../../../src/formats/astra-sim/names.js';

describe("the reference's names", () => {
  test.each([
    ['ring', 'ring'],
    ['direct', 'direct'],
    ['direct4', 'direct:4'],
    ['direct16', 'direct:16'],
    ['halvingDoubling', 'halving-doubling'],
    ['oneRing', 'one-ring'],
    ['oneDirect', 'one-direct'],
    ['oneDirect2', 'one-direct:2'],
    ['oneHalvingDoubling', 'one-halving-doubling'],
  ])('%s is %s', (theirs, ours) => expect(algorithmName(theirs)).toBe(ours));

  // biome-ignore format: one long list
  test.each([
    '', 'Ring', 'ring2', 'halvingDoubling2', 'direct0', 'direct04', 'direct-1', 'one-ring', 'halving-doubling', 'oneoneRing',
    'constructor', 'toString', 'hasOwnProperty', 'valueOf',
  ])('%j is none', (name) => expect(algorithmName(name)).toBeUndefined());

  test('of everything else', () => {
    expect(TOPOLOGY_NAMES).toEqual({ Ring: 'ring', Switch: 'switch', FullyConnected: 'fully-connected' });
    expect(POLICY_NAMES).toEqual({ FIFO: 'fifo', LIFO: 'lifo', EXPLICIT: 'explicit' });
    expect(OPTIMIZATION_NAMES).toEqual({ baseline: 'baseline', localBWAware: 'local-bw-aware' });
  });
});
