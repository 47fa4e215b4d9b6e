import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { tuneLines } from '../../../src/cli/sweep/tune-text.js';
import { tune } from '../../../src/sweep/tune/tune.js';

/** An all-reduce of 1 GiB puts 2 x 1023/1024 of it on every link of a ring: 42.9 ms at 50 GB/s, whatever the algorithm. */
const definition = {
  base: { collective: 'all-reduce', topology: 'ring(1024, 50 GB/s, 500 ns)', size: '1 GiB' },
  axes: { algorithms: ['ring', 'direct', 'halving-doubling'] },
};
const WIRE_NS = (2 * (1023 / 1024) * 2 ** 30) / 50;

describe('points that are faster than their wires', () => {
  test('are left out and counted', async () => {
    const result = await tune(definition);
    expect(result).toMatchObject({ evaluated: 3, failed: 0, unphysical: 2 });
    for (const list of [result.best, result.pareto]) {
      expect(list.map(({ values }) => values['algorithms'])).toEqual(['ring']);
      expect(list.every(({ timeNs, warnings }) => timeNs >= WIRE_NS && warnings.length === 0)).toBe(true);
    }
    expect(result.sensitivity[0]?.alternatives.map(({ state, ratio }) => [state, ratio])).toEqual([
      ['unphysical', Number.POSITIVE_INFINITY],
      ['unphysical', Number.POSITIVE_INFINITY],
    ]);
    const lines = tuneLines(result).join('\n');
    expect(lines).toContain('\n2 points beat their own wires: left out; --unphysical keeps them\n');
    expect(lines).toContain('direct beats its wires; halving-doubling beats its wires');
  });

  test('are kept when asked for, with their warnings', async () => {
    const result = await tune({ ...definition, tune: { unphysical: true } });
    expect(result.unphysical).toBe(0);
    expect(result.best[0]?.timeNs).toBeLessThan(WIRE_NS / 20);
    expect(result.best.map(({ values, warnings }) => [values['algorithms'], [...warnings].sort()])).toEqual([
      ['direct', ['below-plan-bound', 'more-than-the-wire']],
      ['halving-doubling', ['below-plan-bound']],
      ['ring', []],
    ]);
    expect(tuneLines(result).join('\n')).toMatch(
      /algorithms +warnings\n.* direct +more-than-the-wire, below-plan-bound\n/,
    );
  });

  test('and nothing else is an error that says how to go on', async () => {
    const only = { ...definition, axes: { algorithms: ['direct', 'halving-doubling'] } };
    await expect(tune(only)).rejects.toThrow(ConfigError);
    await expect(tune(only)).rejects.toThrow(
      /a point that does not beat its own wires, got 2 that do \(.*--unphysical/,
    );
    // Where messages wait for links there is nothing to leave out.
    const small = { ...only.base, topology: 'ring(16, 50 GB/s, 500 ns)', size: '1 MiB', network: 'congestion-aware' };
    expect(await tune({ ...only, base: small })).toMatchObject({ unphysical: 0, evaluated: 2 });
  });

  test('do not lead a search astray', async () => {
    const wide = { ...definition, axes: { ...definition.axes, splits: { from: 1, to: 64 }, activeChunks: [1, 2, 4] } };
    wide.base = { ...wide.base, topology: 'ring(16, 50 GB/s, 500 ns)', size: '16 MiB' };
    const optimum = await tune(wide, { method: 'exhaustive' });
    const found = await tune({ ...wide, tune: { budget: 120 } }, { method: 'search' });
    expect(found.best[0]?.objective).toBe(optimum.best[0]?.objective);
    expect(found.unphysical).toBeGreaterThan(0);
  });
});
