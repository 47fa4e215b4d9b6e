import { describe, expect, test } from 'vitest';
import {
  type CircuitOptions,
  circuitProgram,
  circuitSteps,
  playCircuits,
  scheduleCircuits,
  type Transfer,
} from '../../src/cluster/index.js';
import { simulateCollective } from '../../src/simulate.js';
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

/** In the message engine: messages that contend for ports whose circuits change. */
describe('golden swot, played', () => {
  const rows = goldenRows<Row>('swot');

  /** The time of a schedule in the engine. */
  function played({ algorithm, p, k, B }: Row, scale: number, asked: CircuitOptions, transfers: readonly Transfer[]) {
    const { program, collective } = circuitProgram(NAMES[algorithm], p, { transfers });
    const { latency = 0, reconfiguration } = asked;
    const size = scale * MS;
    const topology = [{ kind: 'circuits', npus: p, switches: k, bandwidth: B, latency, reconfiguration }] as const;
    const free = { endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;
    return simulateCollective({ topology, collective, program, size, ...free }).timeNs;
  }

  /**
   * A plan at the smallest scale, if any, at which every transfer takes whole ns for whole bytes:
   * the engine truncates the rest, the model does not.
   */
  function atScale(row: Row, plan: readonly (readonly number[])[]) {
    for (const scale of SCALES) {
      const asked = options(row, scale);
      const times = playCircuits(asked, plan);
      const whole = (value: number) => Math.abs(value - Math.round(value)) <= 1e-6;
      const isWhole = times.transfers.every(
        ({ startNs, endNs, bytes }) => whole(startNs) && whole(endNs) && whole(bytes),
      );
      if (isWhole || scale === SCALES.at(-1)) return { scale, asked, isWhole, ...times };
    }
    return undefined;
  }

  test('all switches together, the greedy plan and that of the local search: the time of the model', () => {
    let exact = 0;
    let near = 0;
    for (const row of rows) {
      const together = row.steps.map(() => Array.from({ length: row.k }, (_, place) => place));
      for (const plan of [together, row.greedyLook2Plan, row.localSearchPlan]) {
        const { scale, asked, isWhole, timeNs, transfers } = atScale(row, plan) as NonNullable<
          ReturnType<typeof atScale>
        >;
        const ns = played(row, scale, asked, transfers);
        if (isWhole) {
          expect(ns, `${row.algorithm} ${row.p} ${row.k}`).toBe(Math.round(timeNs));
          exact++;
        } else {
          // Every step ends less than 1 ns early, and half a byte more or less of what a switch sends.
          expect(timeNs - ns).toBeGreaterThan(-0.02 * row.steps.length);
          expect(timeNs - ns).toBeLessThan(1.02 * row.steps.length);
          near++;
        }
      }
    }
    console.log(`swot, played: ${exact} times equal, ${near} that no scale makes whole within 1 ns a step`);
    if (ownRows) expect([exact, near]).toEqual([567, 0]);
  });

  test('the exact optimum, in which switches stop early', () => {
    for (const row of rows.filter(({ optimumMs }) => optimumMs !== undefined)) {
      const asked = options(row);
      const { timeNs, transfers } = scheduleCircuits({ ...asked, search: 'exact' });
      const ns = played(row, 1, asked, transfers);
      expect(timeNs - ns).toBeGreaterThan(-0.02 * row.steps.length);
      expect(timeNs - ns).toBeLessThan(1.02 * row.steps.length);
    }
  });

  test('built-in algorithms with the circuits that they set themselves: the naive time', () => {
    const builtIn = {
      'ar_having-doubling': { collective: 'all-reduce', algorithms: 'halving-doubling' },
      ar_ring: { collective: 'reduce-scatter', algorithms: 'ring' },
      a2a_pairwise: { collective: 'all-to-all', algorithms: 'direct' },
    } as const;
    const scale = 1260;
    let equal = 0;
    for (const row of rows) {
      const { algorithm, p, k, B, m } = row;
      const how = builtIn[algorithm as keyof typeof builtIn];
      if (how === undefined) continue;
      const asked = options(row, scale);
      const { latency = 0, reconfiguration } = asked;
      const { naiveNs } = scheduleCircuits({ ...asked, search: 'greedy', lookAhead: 1 });
      const topology = [{ kind: 'circuits', npus: p, switches: k, bandwidth: B, latency, reconfiguration }] as const;
      // The file's buffer of pairwise and ring is what is sent in all: (p - 1) / p of what a rank has.
      const size = m * MS * scale * (how.algorithms === 'halving-doubling' ? 1 : p / (p - 1));
      const free = { splits: 1, endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;
      expect(simulateCollective({ topology, size, ...how, ...free }).timeNs).toBe(Math.round(naiveNs));
      equal++;
    }
    if (ownRows) expect(equal).toBe(117);
  });
});

/** Products of small primes: what steps, switches and shares divide by. */
const SCALES = [1, 12, 420, 2 ** 6 * 27, 2 ** 10 * 27, 2 ** 6 * 3 ** 5, 2 ** 8 * 3 ** 3 * 35, 2 ** 10 * 3 ** 6 * 35];

function options({ steps, k, B, T_lat, T_reconf }: Row, scale = 1): CircuitOptions {
  return {
    steps: steps.map(([bytes, circuit]) => ({ bytes: bytes * MS * scale, circuit })),
    switches: k,
    bandwidth: B,
    latency: Math.round(T_lat * MS) * scale,
    reconfiguration: Math.round(T_reconf * MS) * scale,
  };
}

function near(got: number, expected: number, what: string): void {
  expect(Math.abs(got - expected), `${what}: ${got} for ${expected}`).toBeLessThanOrEqual(1e-9 * expected);
}
