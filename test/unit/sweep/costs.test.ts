import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { calibrate } from '../../../src/costs/calibrate/calibrate.js';
import type { Calibration } from '../../../src/costs/calibrate/calibration.js';
import { simulateAllReduce, simulateCollective } from '../../../src/simulate.js';
import type { CollectiveOptions } from '../../../src/spec/spec.js';
import { checkPoints } from '../../../src/sweep/check.js';
import { compileSweep } from '../../../src/sweep/compile.js';
import { sweep } from '../../../src/sweep/sweep.js';
import { tune } from '../../../src/sweep/tune/tune.js';

/** All-reduces on eight ranks that take `us` plus the bytes at 100 GB/s, 10^5 bytes per us. */
function curve(name: string, us: number): Calibration {
  const rows = Array.from({ length: 12 }, (_, i) => {
    const bytes = 1024 * 4 ** i;
    return { bytes, timeUs: us + bytes / 1e5 };
  });
  const about = { collective: 'all-reduce', ranks: 8, nodes: 1, measured: 'out-of-place', info: {} } as const;
  return calibrate([{ name, ...about, rows }], { forms: ['line'] });
}

const fast = curve('fast table', 10);
const slow = curve('slow table', 30);

const base = {
  collective: 'all-reduce',
  topology: 'switch(8, 240 GB/s, 500 ns)',
  // 1,048,576 bytes take 10.48576 us at 100 GB/s.
  size: '1 MiB',
};

describe('costs in a sweep', () => {
  test('as an axis, by name: a column says the name, the result the table', async () => {
    const rows = await sweep({ base, axes: { costs: ['none', 'a', 'b'] }, costs: { a: fast, b: slow } }).collect();
    const plain = simulateAllReduce({ topology: base.topology, size: base.size }).timeNs;
    expect(rows.map(({ values }) => values)).toEqual([{ costs: 'none' }, { costs: 'a' }, { costs: 'b' }]);
    expect(rows.map((row) => row.ok && [row.result.timeNs, row.result.fittedTo, row.result.warnings])).toEqual([
      [plain, undefined, expect.not.arrayContaining(['fitted-costs'])],
      [20486, 'fast table', expect.arrayContaining(['fitted-costs'])],
      [40486, 'slow table', expect.arrayContaining(['fitted-costs'])],
    ]);
  });

  test('in full on an axis, in the base and in cases', async () => {
    const times = async (definition: Parameters<typeof sweep>[0]) =>
      (await sweep(definition).collect()).map((row) => row.ok && row.result.timeNs);
    const inFull = sweep({ base, axes: { costs: [slow, fast, slow] } });
    expect((await inFull.collect()).map((row) => [row.values['costs'], row.ok && row.result.timeNs])).toEqual([
      ['inline 1', 40486],
      ['inline 2', 20486],
      ['inline 1', 40486],
    ]);
    expect(await times({ base: { ...base, costs: fast }, axes: { size: ['1 MiB'] } })).toEqual([20486]);
    const kinds = { quick: { costs: 'a' }, tired: { costs: slow } };
    expect(await times({ base, axes: { kinds }, costs: { a: fast } })).toEqual([20486, 40486]);
    const rows = { 'costs, size': [['a', '2 MiB']] };
    // 10 us and 2,097,152 bytes at 100 GB/s.
    expect(await times({ base, axes: rows, costs: { a: fast } })).toEqual([30972]);
  });

  test('tune rates by them', async () => {
    const result = await tune({ base, axes: { costs: ['b', 'a'] }, costs: { a: fast, b: slow } });
    expect(result.best.map(({ values, timeNs }) => [values['costs'], timeNs])).toEqual([
      ['a', 20486],
      ['b', 40486],
    ]);
  });

  test('a name that nobody gave, and a calibration that is none', async () => {
    const unknown = compileSweep({ base: { ...base, costs: 'c' }, axes: { splits: [1] }, costs: { a: fast } });
    await expect(checkPoints(unknown)).rejects.toThrow('costs: expected a calibration, or one of a, none, got "c"');
    const broken = { ...fast, version: 2 } as unknown as Calibration;
    const compile = () => compileSweep({ base, axes: { costs: ['a'] }, costs: { a: broken } });
    expect(compile).toThrow(ConfigError);
    expect(compile).toThrow('costs.a.version');
  });
});

describe('mappings and weights in a sweep', () => {
  const times = async (definition: Parameters<typeof sweep>[0]) =>
    (await sweep(definition).collect()).map((row) => (row.ok ? row.result.timeNs : row.error));
  const nccl = { ...base, topology: 'switch(8, 360 GB/s, 250 ns)', algorithms: 'nccl' } as const;
  const alone = (spec: Partial<CollectiveOptions>) => simulateAllReduce({ ...nccl, ...spec }).timeNs;

  test('nccl: a field of it, a number of the graph that a preset has, or all of it', async () => {
    const protocols = ['LL', 'LL128', 'Simple'] as const;
    expect(await times({ base: nccl, axes: { 'nccl.protocol': protocols } })).toEqual(
      protocols.map((protocol) => alone({ nccl: { protocol } })),
    );
    const ring = { channels: 12, intraGBps: 20, interGBps: 20 };
    const machine = { preset: 'dgx-a100', ring } as const;
    const definition = {
      base: { ...nccl, algorithms: 'nccl-ring', size: '4 MiB', nccl: { machine } },
      axes: { 'nccl.machine.ring.channels': [2, 12], 'nccl.protocol': ['LL', 'Simple'] },
    };
    const expected = [2, 12].flatMap((channels) =>
      (['LL', 'Simple'] as const).map((protocol) => {
        const own = { machine: { ...machine, ring: { ...ring, channels } }, protocol };
        return alone({ algorithms: 'nccl-ring', size: '4 MiB', nccl: own });
      }),
    );
    expect(await times(definition)).toEqual(expected);
    // The preset's own numbers change nothing; others do.
    expect(expected[3]).toBe(
      alone({ algorithms: 'nccl-ring', size: '4 MiB', nccl: { machine: 'dgx-a100', protocol: 'Simple' } }),
    );
    expect(expected[1]).not.toBe(expected[3]);
    const presets = { old: { nccl: { machine: 'dgx-v100' } }, new: { 'nccl.machine': 'dgx-h100' } };
    expect(await times({ base: nccl, axes: { presets } })).toEqual([
      alone({ nccl: { machine: 'dgx-v100' } }),
      alone({ nccl: { machine: 'dgx-h100' } }),
    ]);
  });

  test('genModel: its terms one by one', async () => {
    const terms = { gammaUsPerByte: 1e-4, deltaUsPerByte: 0, epsilonUsPerByte: 1e-4, incastThreshold: 1 };
    const direct = { ...base, algorithms: 'direct', genModel: terms } as const;
    const rows = await times({
      base: direct,
      axes: { 'genModel.incastThreshold': [1, 8], 'genModel.gammaUsPerByte': [0, 1e-3] },
    });
    const expected = [1, 8].flatMap((incastThreshold) =>
      [0, 1e-3].map((gammaUsPerByte) => {
        const own = { ...terms, incastThreshold, gammaUsPerByte };
        return simulateAllReduce({ topology: base.topology, size: base.size, algorithms: 'direct', genModel: own })
          .timeNs;
      }),
    );
    expect(rows).toEqual(expected);
    expect(new Set(expected).size).toBe(4);
  });

  test('weights of an alltoallv, and what is no mapping', async () => {
    const all = { ...base, collective: 'alltoallv', topology: 'switch(2, 10 GB/s, 500 ns)' };
    const weights = [
      [
        [0, 1],
        [1, 0],
      ],
      [
        [3, 1],
        [1, 0],
      ],
    ];
    const rows = await times({ base: all, axes: { weights } });
    expect(rows).toEqual(
      weights.map((one) => {
        return simulateCollective({ collective: 'alltoallv', topology: all.topology, size: base.size, weights: one })
          .timeNs;
      }),
    );
    expect(rows[0]).not.toBe(rows[1]);
    const none = { base: { ...nccl, nccl: { machine: 'dgx-a100' } }, axes: { 'nccl.machine.ring.channels': [2] } };
    expect(await times(none)).toEqual([
      expect.stringContaining('nccl.machine.ring.channels: expected a mapping around it, got "dgx-a100"'),
    ]);
    const unknown = compileSweep({ base: nccl, axes: { 'nccl.protocoll': ['LL'] } });
    await expect(checkPoints(unknown)).rejects.toThrow(/nccl.protocoll: expected one of the keys machine/);
  });
});
