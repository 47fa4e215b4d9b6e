import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { type CalibrateOptions, calibrate } from '../../../../src/costs/calibrate/calibrate.js';
import { calibrated } from '../../../../src/costs/calibrate/calibrated.js';
import { STATEMENT } from '../../../../src/costs/calibrate/calibration.js';
import { type MeasuredTable, samplesOf } from '../../../../src/costs/calibrate/measured-table.js';
import { readCalibration } from '../../../../src/costs/calibrate/read-calibration.js';
import { ncclChoose } from '../../../../src/costs/nccl/choose.js';
import { ncclMachine } from '../../../../src/costs/nccl/presets.js';

const SIZES = Array.from({ length: 24 }, (_, i) => 2 ** (i + 3));

function tableOf(nodes: number, timeUs: (bytes: number) => number, sizes: readonly number[] = SIZES): MeasuredTable {
  return {
    name: `on ${nodes}`,
    collective: 'all-reduce',
    nodes,
    ranks: 8 * nodes,
    measured: 'out-of-place',
    info: { gpu: 'some' },
    rows: sizes.map((bytes) => ({ bytes, timeUs: timeUs(bytes) })),
  };
}

describe('one table', () => {
  test('of a line is fitted without error, and says where it comes from', () => {
    const { tables, acrossNodes, warnings, statement } = calibrate([tableOf(2, (bytes) => 20 + bytes * 1e-4)], {
      forms: ['line', 'root'],
    });
    const [one] = tables;
    expect(one?.curve).toMatchObject({ constantUs: expect.closeTo(20, 6), usPerByte: expect.closeTo(1e-4, 10) });
    expect(one?.heldOut.medianPercent).toBeLessThan(1e-6);
    expect(one?.heldOut.count).toBe(24);
    // 8 B to 16 KiB, 32 KiB to 16 MiB, 32 MiB and 64 MiB.
    expect(one?.heldOut.bands.map(({ count }) => count)).toEqual([12, 10, 2]);
    expect(one?.source).toEqual({
      name: 'on 2',
      collective: 'all-reduce',
      ranks: 16,
      nodes: 2,
      sizes: 24,
      smallestBytes: 8,
      largestBytes: 2 ** 26,
      measured: 'out-of-place',
      info: { gpu: 'some' },
    });
    expect([acrossNodes, warnings]).toEqual([[], []]);
    expect(statement).toBe(STATEMENT);
    expect(statement).toContain('not properties of the hardware');
  });

  test('errors are those on sizes that the fit has not seen', () => {
    // Every other time is twice as long: half of the sizes predict the other half, by 2 or by 1/2.
    const bumpy = tableOf(2, (bytes) => (Math.log2(bytes) % 2 === 0 ? 20 : 10));
    const [one] = calibrate([bumpy], { forms: ['table'] }).tables;
    expect(one?.heldOut.medianPercent).toBeCloseTo((100 + 50) / 2, 9);
    expect(one?.heldOut.p90Percent).toBeCloseTo(100, 9);
  });

  test('poor fits are said to be, over all and by band', () => {
    const bumpy = tableOf(2, (bytes) => (Math.log2(bytes) % 2 === 0 ? 20 : 10));
    const { warnings } = calibrate([bumpy], { forms: ['table'] });
    expect(warnings[0]).toBe('on 2: form "table" errs by 75 % at the median of unseen sizes');
    expect(warnings).toHaveLength(4);
  });

  test('too few sizes, too narrow, or none are refused by name', () => {
    const line = (bytes: number) => bytes;
    const few = tableOf(2, line, [8, 1024, 65536]);
    const narrow = { ...tableOf(2, line, [1000, 2000, 4000, 999_999]), name: 'narrow' };
    const unmeasured = tableOf(2, () => Number.NaN);
    const error = errorOf(() => calibrate([few, narrow, unmeasured]));
    expect(error.issues.map(({ path, got }) => [path, got])).toEqual([
      ['tables[0] (on 2)', '3'],
      ['tables[1] (narrow)', '1000 to 999999 bytes'],
      ['tables[2] (on 2)', '0'],
    ]);
    expect(() => calibrate([])).toThrow(/tables: expected at least one table/);
    // Exactly four sizes over exactly three decades will do.
    expect(calibrate([tableOf(2, line, [1, 10, 100, 1000])]).tables).toHaveLength(1);
  });

  test('every field of every table is looked at', () => {
    const good = tableOf(2, (bytes) => bytes);
    const head = { ...good, nodes: 0, colour: 'red' };
    const row = { ...good, rows: [{ bytes: '8', timeUs: 1 }] };
    const error = errorOf(() => calibrate([head, good, row] as unknown as MeasuredTable[], { forms: [] }));
    expect(error.issues.map(({ path }) => path)).toEqual([
      'tables[0].nodes',
      'tables[0].colour',
      'tables[2].rows[0].bytes',
      'forms',
    ]);
  });

  test('options that are none are refused', () => {
    const options = { forms: ['cubic'], form: 'line' } as unknown as CalibrateOptions;
    const error = errorOf(() => calibrate([tableOf(2, (bytes) => bytes)], options));
    expect(error.issues.map(({ path }) => path)).toEqual(['forms[0]', 'form']);
  });

  test('repeated sizes count once, with their median', () => {
    const rows = [3, 9, 4].map((timeUs) => ({ bytes: 8, timeUs, inPlaceUs: 1 }));
    expect(samplesOf({ rows, measured: 'out-of-place' })).toEqual({ bytes: [8], timesUs: [4] });
    expect(samplesOf({ rows, measured: 'in-place' })).toEqual({ bytes: [8], timesUs: [1] });
  });
});

describe('several numbers of nodes', () => {
  // 10 + 5 log2 m + (0.01 + 0.02 log2 m) sqrt(S) + 1e-4 S, and a bump at every other size.
  const depth = (nodes: number) => (bytes: number) => {
    const levels = Math.log2(nodes);
    const bump = Math.log2(bytes) % 2 === 0 ? 1.1 : 1;
    return bump * (10 + 5 * levels + (0.01 + 0.02 * levels) * Math.sqrt(bytes) + 1e-4 * bytes);
  };
  const tables = [2, 4, 16].map((nodes) => tableOf(nodes, depth(nodes)));

  test('the law carries over, what it misses at a size included', () => {
    const calibration = calibrate(tables);
    const [law] = calibration.acrossNodes;
    expect(law?.sources).toEqual(['on 2', 'on 4', 'on 16']);
    expect(law?.heldOut.map(({ nodes, fittedOn }) => [nodes, fittedOn])).toEqual([
      [2, [4, 16]],
      [4, [2, 16]],
      [16, [2, 4]],
    ]);
    for (const { p90Percent } of law?.heldOut ?? []) expect(p90Percent).toBeLessThan(1);
    const predict = calibrated(calibration);
    for (const bytes of [64, 4096, 2 ** 21]) {
      const time = predict({ bytes, nodes: 64 });
      expect(time.timeUs / depth(64)(bytes)).toBeCloseTo(1, 2);
      expect(time).toMatchObject({ from: 'extrapolated', outside: false });
    }
    expect(predict({ bytes: 4, nodes: 64 }).outside).toBe(true);
  });

  test('the kind that errs least on other numbers of nodes is kept', () => {
    // A bump at a random size on each number of nodes: nothing that a shape could carry over.
    const lone = (nodes: number) => (bytes: number) =>
      (bytes === 2 ** (nodes + 3) ? 3 : 1) * (10 + nodes + bytes * 1e-4);
    const [law] = calibrate([2, 4, 8, 16].map((nodes) => tableOf(nodes, lone(nodes)))).acrossNodes;
    expect(law?.tried).toHaveLength(2);
    const [best, other] = law?.tried ?? [];
    const mean = (one: typeof best) => (one?.heldOut ?? []).reduce((sum, { medianPercent }) => sum + medianPercent, 0);
    expect(mean(best)).toBeLessThanOrEqual(mean(other));
    expect(law?.heldOut).toEqual(best?.heldOut);
    expect((law?.law.shape.length ?? 0) > 0).toBe(best?.name === 'depth, shaped');
  });

  test("NCCL's formula with factors finds them again", () => {
    const machine = ncclMachine('dgx-h100', { nodes: 2 });
    const scaled = (nodes: number) => (bytes: number) => {
      const { timeUs, latencyUs } = ncclChoose({ collective: 'all-reduce', bytes, machine: { ...machine, nodes } });
      return 2 * latencyUs + 1.5 * (timeUs - latencyUs) + 7;
    };
    const calibration = calibrate([tableOf(4, scaled(4)), tableOf(8, scaled(8))], { machine });
    const base = calibration.acrossNodes[0]?.law.base;
    expect(base).toMatchObject({
      kind: 'nccl',
      latencyFactor: expect.closeTo(2, 6),
      bytesFactor: expect.closeTo(1.5, 6),
      constantUs: expect.closeTo(7, 4),
    });
    expect(calibrated(calibration)({ bytes: 2 ** 20, nodes: 32 }).timeUs).toBeCloseTo(scaled(32)(2 ** 20), 4);
  });

  test('a law of one number of nodes says that nothing checks it', () => {
    const machine = ncclMachine('dgx-h100', { nodes: 2 });
    expect(calibrate([tableOf(4, depth(4))], { machine }).warnings).toEqual([
      'all-reduce: measured on 4 nodes only, so nothing says how it errs on other numbers of nodes',
    ]);
  });
});

describe('a calibration as a file', () => {
  const tables = [2, 4].map((nodes) => tableOf(nodes, (bytes) => 10 * nodes + bytes * 1e-4));
  const calibration = calibrate(tables, { machine: ncclMachine('dgx-a100', { nodes: 2 }) });

  test('comes back as it was', () => {
    expect(readCalibration(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
    for (const form of ['line', 'root', 'lines', 'power', 'table'] as const) {
      const one = calibrate(tables, { forms: [form] });
      expect(readCalibration(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }
  });

  test('is refused by field when it is not one', () => {
    const broken = JSON.parse(JSON.stringify(calibration));
    broken.version = 2;
    broken.tables[0].curve = { form: 'table', bytes: [8, 4], timesUs: [1, 1] };
    broken.acrossNodes[0].law.base.latencyFactor = -1;
    const error = errorOf(() => readCalibration(broken));
    expect(error.issues.map(({ path }) => path)).toEqual([
      'version',
      'tables[0].curve',
      'acrossNodes[0].law.base.latencyFactor',
    ]);
    expect(() => readCalibration(null)).toThrow(ConfigError);
  });

  test('answers for what was measured, and refuses what was not', () => {
    const predict = calibrated(calibration);
    expect(predict({ bytes: 1024, nodes: 4 })).toMatchObject({
      timeUs: expect.closeTo(40 + 0.1024, 2),
      from: 'measured',
      outside: false,
    });
    expect(predict({ bytes: 2 ** 30, nodes: 4 }).outside).toBe(true);
    expect(predict({ bytes: 8, table: 'on 2' }).from).toBe('measured');
    expect(() => predict({ bytes: 8 })).toThrow(/table: expected one of on 2 \(all-reduce on 2 nodes\), on 4/);
    expect(() => predict({ bytes: 8, nodes: 1 })).toThrow(/another number of nodes from 2 on/);
    expect(() => predict({ bytes: 8, collective: 'all-gather', nodes: 2 })).toThrow(ConfigError);
    expect(() => predict({ bytes: Number.NaN, nodes: 2 })).toThrow(/bytes: expected/);
  });
});

function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
