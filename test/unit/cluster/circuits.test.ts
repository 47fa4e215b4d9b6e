import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { maximise } from '../../../src/cluster/circuits/simplex.js';
import { type CircuitSearchOptions, circuitSteps, playCircuits, scheduleCircuits } from '../../../src/cluster/index.js';

/** 1 byte per ns, latency 1, a change takes 10. */
const base = { switches: 2, bandwidth: 1, latency: 1, reconfiguration: 10 };

describe('steps', () => {
  test('halving: 1/2, 1/4, 1/8 of the buffer, and back', () => {
    expect(circuitSteps('all-reduce-halving-doubling', 8, 80).map(({ bytes }) => bytes)).toEqual([
      40, 20, 10, 10, 20, 40,
    ]);
    expect(circuitSteps('all-reduce-halving-doubling', 8, 80).map(({ circuit }) => circuit)).toEqual([
      1, 2, 3, 3, 2, 1,
    ]);
  });

  test('pairwise has a circuit per step, the ring one for all', () => {
    expect(circuitSteps('all-to-all-pairwise', 4, 30).map(({ circuit }) => circuit)).toEqual([1, 2, 3]);
    expect(circuitSteps('ring', 4, 30)).toEqual([
      { bytes: 10, circuit: 1 },
      { bytes: 10, circuit: 1 },
      { bytes: 10, circuit: 1 },
    ]);
  });

  test.each([0, 1, 3, 6, 12, -4, 2.5, Number.NaN])('%s NPUs are no power of two', (npus) => {
    expect(() => circuitSteps('ring', npus, 100)).toThrow(/npus: expected a power of two/);
  });

  test('sizes have units', () => {
    expect(circuitSteps('ring', 2, '4 kB')).toEqual([{ bytes: 4000, circuit: 1 }]);
    expect(() => circuitSteps('ring', 2, '4 us')).toThrow(/size: expected/);
  });

  test('unknown algorithm and no bytes are both reported', () => {
    try {
      circuitSteps('tree' as 'ring', 4, 0);
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).issues.map(({ path }) => path)).toEqual(['algorithm', 'size']);
    }
  });
});

describe('playing a plan', () => {
  test('two switches share a step: 10 for the circuit, 20 bytes over two, latency 1', () => {
    const { timeNs, transfers } = playCircuits({ ...base, steps: [{ bytes: 20, circuit: 1 }] }, [[0, 1]]);
    expect(timeNs).toBe(21);
    expect(transfers).toEqual([
      { step: 0, switch: 0, reconfigureNs: 0, startNs: 10, endNs: 21, bytes: 10 },
      { step: 0, switch: 1, reconfigureNs: 0, startNs: 10, endNs: 21, bytes: 10 },
    ]);
  });

  test('an idle switch changes its circuit ahead of its step', () => {
    const steps = [
      { bytes: 30, circuit: 1 },
      { bytes: 5, circuit: 2 },
    ];
    // The first step ends at 10 + 30 + 1; the second switch is ready since 10.
    expect(playCircuits({ ...base, steps }, [[0], [1]]).timeNs).toBe(47);
  });

  test('a switch that is ready late gets less, so that both end together', () => {
    const steps = [
      { bytes: 30, circuit: 1 },
      { bytes: 30, circuit: 2 },
    ];
    // Ready at 51 and 41: (30 + 52 + 42) / 2 = 62.
    const { timeNs, transfers } = playCircuits({ ...base, steps }, [[0], [0, 1]]);
    expect(timeNs).toBe(62);
    expect(transfers.slice(1).map(({ bytes }) => bytes)).toEqual([10, 20]);
  });

  test('one that could send nothing keeps its circuit', () => {
    const steps = [
      { bytes: 30, circuit: 1 },
      { bytes: 5, circuit: 2 },
      { bytes: 5, circuit: 1 },
    ];
    // Switch 1 does the second step alone, 41 to 47; switch 0 still holds circuit 1.
    expect(playCircuits({ ...base, steps }, [[0], [0, 1], [0]]).timeNs).toBe(53);
  });
});

describe('searches', () => {
  test('a circuit that is kept is not paid for again', () => {
    const steps = [1, 2, 1, 2].map((circuit) => ({ bytes: 4, circuit }));
    // One switch each: 10, then four times 4 + 1.
    const { timeNs, oneShotNs, naiveNs, idealNs, plan } = scheduleCircuits({ ...base, steps });
    expect(timeNs).toBe(30);
    expect(oneShotNs).toBe(30);
    // Together: four times 10 + 2 + 1.
    expect(naiveNs).toBe(52);
    expect(idealNs).toBe(12);
    expect(plan[0]).toEqual(plan[2]);
  });

  test('the exact search lets a switch stop early', () => {
    const steps = [
      { bytes: 16, circuit: 1 },
      { bytes: 8, circuit: 2 },
    ];
    // Switch 0 sends 13 bytes until 24, switch 1 sends 3 until 14 and is set anew at 24: 24 + 8 + 1.
    const exact = scheduleCircuits({ ...base, steps, search: 'exact' });
    expect(exact.timeNs).toBeCloseTo(33, 9);
    expect(exact.quality.kind).toBe('optimal');
    expect(exact.plan[1]?.length).toBe(1);
    // Together: 10 + 8 + 1, and 10 + 4 + 1.
    expect(scheduleCircuits({ ...base, steps }).timeNs).toBe(34);
  });

  test('no more is sent than there is, where there is time for more', () => {
    // The last circuit but one is late, so the switches of the second step have time to spare.
    const steps = [1, 18, 10, 1].map((bytes, i) => ({ bytes, circuit: [1, 3, 2, 1][i] as number }));
    const options = { steps, switches: 3, bandwidth: 2, latency: 5, reconfiguration: 13 };
    const { transfers, timeNs } = scheduleCircuits({ ...options, search: 'exact' });
    const sent = steps.map((_, s) => transfers.filter(({ step }) => step === s).reduce((sum, t) => sum + t.bytes, 0));
    sent.forEach((bytes, i) => {
      expect(bytes).toBeCloseTo(steps[i]?.bytes as number, 9);
    });
    expect(Math.max(...transfers.map(({ endNs }) => endNs))).toBeCloseTo(timeNs, 9);
  });

  test('without nodes to look at, a bound and the best heuristic', () => {
    const steps = circuitSteps('all-reduce-halving-doubling', 8, 100);
    const { quality, timeNs } = scheduleCircuits({ ...base, steps, search: 'exact', maxNodes: 0 });
    if (quality.kind !== 'bounded') throw new Error(quality.kind);
    expect(quality.lowerBoundNs).toBeLessThan(timeNs);
    expect(quality.lowerBoundNs).toBeGreaterThan(0);
  });
});

test('a search that runs out of nodes is not worse than the local search it started from', () => {
  const bytes = [29.57, 187144.8, 71000162.67, 54.06, 2.127, 9.332, 618.2];
  const circuits = [1, 2, 3, 0, 2, 0, 1];
  const options = {
    steps: bytes.map((size, i) => ({ bytes: size, circuit: circuits[i] as number })),
    switches: 4,
    bandwidth: 3.5378,
    latency: 3.4,
    reconfiguration: 20404.16,
  };
  const local = scheduleCircuits(options);
  const cut = scheduleCircuits({ ...options, search: 'exact', maxNodes: 20 });
  expect(cut.quality.kind).toBe('bounded');
  expect(cut.timeNs).toBeLessThanOrEqual(local.timeNs * (1 + 1e-9));
});

test('the simplex method: 3x + 2y with x + y <= 4, x + 3y <= 6, x <= 3', () => {
  const { value, prices } = maximise({ objective: [3, 2], rows: Float64Array.of(1, 1, 1, 3, 1, 0), limits: [4, 6, 3] });
  // At (3, 1): the first and third limit bind, 2 (x + y) + 1 x = 3x + 2y.
  expect(value).toBeCloseTo(11, 12);
  expect(prices).toEqual([2, 0, 1]);
});

describe('bad input', () => {
  const good: CircuitSearchOptions = { ...base, steps: [{ bytes: '1 MB', circuit: 1 }] };

  test.each<[string, object, string]>([
    ['unknown key', { switchs: 2 }, 'switchs'],
    ['no steps', { steps: [] }, 'steps'],
    ['bytes', { steps: [{ bytes: 0, circuit: 1 }] }, 'steps[0].bytes'],
    ['circuit', { steps: [{ bytes: 1, circuit: 0.5 }] }, 'steps[0].circuit'],
    ['switches', { switches: 0 }, 'switches'],
    ['unit', { reconfiguration: '5 GB/s' }, 'reconfiguration'],
    ['search', { search: 'luck' }, 'search'],
    ['too much work', { switches: 12 }, 'switches'],
    ['too long for an exact search', { search: 'exact', steps: Array(33).fill({ bytes: 1, circuit: 1 }) }, 'steps'],
  ])('%s', (_, change, path) => {
    try {
      scheduleCircuits({ ...good, ...change } as CircuitSearchOptions);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.issues.map((issue) => issue.path)).toContain(path);
    }
  });

  test.each<[string, unknown, string]>([
    ['length', [], 'plan'],
    ['empty set', [[]], 'plan[0]'],
    ['unknown switch', [[2]], 'plan[0]'],
    ['no set', [3], 'plan[0]'],
  ])('plan: %s', (_, plan, path) => {
    const { steps } = good;
    expect(() => playCircuits({ ...base, steps }, plan as number[][])).toThrow(`${path}: expected`);
  });
});
