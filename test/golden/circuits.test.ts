import { describe, expect, test } from 'vitest';
import { type CircuitOptions, circuitSteps, playCircuits, scheduleCircuits } from '../../src/cluster/index.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

/** Times in ms, sizes in MB, bandwidth in MB per ms. */
interface Row {
  readonly algorithm: keyof typeof NAMES;
  readonly p: number;
  readonly k: number;
  readonly m: number;
  readonly B: number;
  readonly T_reconf: number;
  readonly T_lat: number;
  readonly steps: readonly (readonly [number, number])[];
  readonly naiveWithBarrierMs: number;
  readonly idealMs: number;
  readonly oneShotMs: number | null;
  readonly greedyLook1Ms: number;
  readonly greedyLook2Ms: number;
  readonly greedyLook2Plan: readonly (readonly number[])[];
  readonly localSearchMs: number;
  readonly localSearchPlan: readonly (readonly number[])[];
  readonly optimumMs?: number;
  readonly optimumProved?: boolean;
}

const NAMES = {
  'ar_having-doubling': 'all-reduce-halving-doubling',
  'rs_having-doubling': 'reduce-scatter-halving',
  'ag_having-doubling': 'all-gather-doubling',
  'ar_recursive-doubling': 'all-reduce-recursive-doubling',
  a2a_pairwise: 'all-to-all-pairwise',
  ar_ring: 'ring',
  a2a_bruck: 'all-to-all-bruck',
} as const;

const MS = 1e6;

describe('golden swot', () => {
  const rows = goldenRows<Row>('swot');

  test('all rows of the project are there', () => {
    if (ownRows) expect(rows.length).toBe(189);
  });

  test('steps of every algorithm', () => {
    for (const { algorithm, p, m, steps } of rows) {
      const built = circuitSteps(NAMES[algorithm], p, m * MS);
      expect(built.length).toBe(steps.length);
      built.forEach(({ bytes, circuit }, i) => {
        near(bytes, (steps[i]?.[0] as number) * MS, algorithm);
        expect(circuit).toBe(steps[i]?.[1]);
      });
    }
  });

  test('naive, ideal and one-shot times', () => {
    for (const row of rows) {
      const { naiveNs, idealNs, oneShotNs } = scheduleCircuits({ ...options(row), search: 'greedy', lookAhead: 1 });
      near(naiveNs, row.naiveWithBarrierMs * MS, 'naive');
      near(idealNs, row.idealMs * MS, 'ideal');
      const circuits = new Set(row.steps.map(([, circuit]) => circuit)).size;
      // As published the number of switches per circuit is rounded up.
      if (row.oneShotMs === null) expect(oneShotNs).toBeUndefined();
      else if (row.k % circuits === 0) near(oneShotNs ?? 0, row.oneShotMs * MS, 'one-shot');
      else expect(oneShotNs).toBeGreaterThan(row.oneShotMs * MS);
    }
  });

  test('greedy and local search, and their plans played', () => {
    for (const row of rows) {
      const asked = options(row);
      near(scheduleCircuits({ ...asked, search: 'greedy', lookAhead: 1 }).timeNs, row.greedyLook1Ms * MS, 'greedy 1');
      near(scheduleCircuits({ ...asked, search: 'greedy' }).timeNs, row.greedyLook2Ms * MS, 'greedy 2');
      near(playCircuits(asked, row.greedyLook2Plan).timeNs, row.greedyLook2Ms * MS, 'greedy plan');
      near(scheduleCircuits(asked).timeNs, row.localSearchMs * MS, 'local search');
      near(playCircuits(asked, row.localSearchPlan).timeNs, row.localSearchMs * MS, 'local search plan');
    }
  });

  test('the exact optimum where it was proved, and never worse where it was not', () => {
    let proved = 0;
    for (const row of rows.filter(({ optimumMs }) => optimumMs !== undefined)) {
      const { timeNs, quality } = scheduleCircuits({ ...options(row), search: 'exact' });
      const best = (row.optimumMs as number) * MS;
      expect(quality.kind).toBe('optimal');
      expect(timeNs).toBeLessThanOrEqual(row.localSearchMs * MS * (1 + 1e-9));
      if (row.optimumProved === true) {
        near(timeNs, best, 'optimum');
        proved++;
      } else {
        expect(timeNs).toBeLessThanOrEqual(best * (1 + 1e-9));
      }
    }
    if (ownRows) expect(proved).toBe(129);
  });
});

function options({ steps, k, B, T_lat, T_reconf }: Row): CircuitOptions {
  return {
    steps: steps.map(([bytes, circuit]) => ({ bytes: bytes * MS, circuit })),
    switches: k,
    bandwidth: B,
    latency: T_lat * MS,
    reconfiguration: T_reconf * MS,
  };
}

function near(got: number, expected: number, what: string): void {
  expect(Math.abs(got - expected), `${what}: ${got} for ${expected}`).toBeLessThanOrEqual(1e-9 * expected);
}
