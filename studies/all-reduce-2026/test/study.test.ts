import { describe, expect, test } from 'vitest';
import { study } from './study.js';

describe('study', () => {
  test('counts every table, and all of them', async () => {
    const { code, out, err } = await study();
    const counts = Object.fromEntries(
      [...out.matchAll(/^([a-z][a-z0-9-]*) +(\d+) +(\d+) +(\d+)$/gm)].map(([, name, ...numbers]) => [
        name,
        numbers.map(Number),
      ]),
    );
    expect(counts).toEqual({
      'sweep-360': [360, 360, 0],
      'active-chunks': [36, 36, 0],
      'asymmetric-topology': [18, 18, 0],
      'chunk-granularity': [45, 45, 0],
      'bandwidth-crossover': [36, 36, 0],
      'active-chunks-saturation': [18, 18, 0],
      'active-chunks-x-splits': [25, 25, 0],
      'under-provisioning': [15, 15, 0],
      'three-tiers': [45, 45, 0],
      'three-tiers-rescue': [120, 120, 0],
      'three-vs-two': [66, 66, 0],
      'three-tiers-active-chunks': [72, 72, 0],
      'tiers-vs-active-chunks': [120, 120, 0],
      total: [976, 976, 0],
    });
    expect(out).toContain('All 976 numbers equal the published ones.');
    expect([code, err]).toEqual([0, '']);
  });

  test('the anti-benefit table and its claims', async () => {
    const { out } = await study('sweep-360');
    expect(out).toContain('1000 MiB  N=64   0.70   1.62*  2.85*  5.32*  15.17!');
    expect(out).toContain('  10 MiB  N=16   0.49   0.49   0.49   0.52    1.03*');
    const flowing = out.replaceAll(/\s+/g, ' ');
    expect(flowing).toContain('here 19 of 60, worst 15.2x at 48:1, N=64, 1000 MiB: confirmed.');
    expect(flowing).toContain('here 16 of 19: confirmed.');
    expect(flowing).toContain('of the 18 cells at or beyond it 15 are slower, and 4 lie outside');
    expect(flowing).toContain('gives 0.80x: refuted, as the log says.');
  });

  test('only the tables asked for; without the sweep no anti-benefit', async () => {
    const { code, out } = await study('three-vs-two', 'active-chunks');
    expect(out).toContain('three-vs-two');
    expect(out).toMatch(/^total +102 +102 +0$/m);
    expect(out).not.toMatch(/sweep-360|Anti-benefit/);
    expect(code).toBe(0);
  });

  test('json: every point with what it was and what it gave', async () => {
    const { code, out } = await study('three-vs-two', '--json');
    const { studies, antiBenefit } = JSON.parse(out);
    expect(studies).toHaveLength(1);
    expect(studies[0].points[1]).toMatchObject({
      id: '100MB-r1-ac1-2d',
      variables: { sizeMiB: 100, ratio: 1, activeChunks: 1, network: '2d' },
      publishedNs: 514128,
      timeNs: 514128,
    });
    expect(antiBenefit).toBeUndefined();
    expect(code).toBe(0);
    expect(JSON.parse((await study('sweep-360', '--json')).out).antiBenefit.slower).toHaveLength(19);
  });

  test('an unknown name is refused with what was probably meant', async () => {
    const { code, out, err } = await study('three-teirs');
    expect(err).toMatch(
      /^error: study: expected one of sweep-360, .* got "three-teirs" \(did you mean "three-tiers"\?\)\n$/,
    );
    expect([code, out]).toEqual([2, '']);
  });

  test('an unknown flag is refused', async () => {
    expect((await study('--jason')).code).toBe(2);
  });
});
