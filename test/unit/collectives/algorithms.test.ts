import { describe, expect, test } from 'vitest';
import { ALGORITHM_NAMES, readAlgorithm } from '../../../src/collectives/algorithms.js';

describe('the name of an algorithm', () => {
  test.each([
    ['ring', 'ring', false, undefined],
    ['direct', 'direct', false, undefined],
    ['direct:1', 'direct', false, 1],
    ['direct:17', 'direct', false, 17],
    ['halving-doubling', 'halving-doubling', false, undefined],
    ['one-ring', 'ring', true, undefined],
    ['one-direct', 'direct', true, undefined],
    ['one-direct:3', 'direct', true, 3],
    ['one-halving-doubling', 'halving-doubling', true, undefined],
  ])('%s', (name, definition, flat, window) => {
    const algorithm = readAlgorithm(name);
    expect(algorithm).toMatchObject({ name, flat, definition: { name: definition } });
    expect(algorithm?.window).toBe(window);
  });

  // biome-ignore format: one long list
  test.each([
    '', 'Ring', 'ring ', 'one', 'one-', 'one-one-ring', 'ring:2', 'halving-doubling:2', 'direct:', 'direct:0', 'direct:01', 'direct:-1',
    'direct:1.5', 'direct:W', 'direct:1e3', 'direct:9999999999', 'direct2', 'constructor', '__proto__',
  ])('%j is none', (name) => expect(readAlgorithm(name)).toBeUndefined());

  test('shown to users can be read back', () => {
    expect(ALGORITHM_NAMES).toEqual(
      expect.arrayContaining(['ring', 'direct', 'direct:W', 'one-direct:W', 'halving-doubling']),
    );
    expect(new Set(ALGORITHM_NAMES).size).toBe(ALGORITHM_NAMES.length);
    for (const name of ALGORITHM_NAMES) expect(readAlgorithm(name.replace('W', '4')), name).toBeDefined();
  });
});
