// biome-ignore-all lint/suspicious/noTemplateCurlyInString: holes are the grammar under test
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

import { describe, expect, test } from 'vitest';
import { SimulationError } from '../../../src/base/errors.js';
import { simulateCollective } from '../../../src/simulate.js';
import { compileSweep } from '../../../src/sweep/compile.js';
import type { SweepDefinition } from '../../../src/sweep/definition.js';
import { header } from '../../../src/sweep/format.js';
import { inOrder } from '../../../src/sweep/in-order.js';
import { sweep } from '../../../src/sweep/sweep.js';
import { writeRows } from '../../../src/sweep/task.js';
import { PUBLISHED } from '../../../studies/all-reduce-2026/src/tables/published.js';

const definition = {
  base: { collective: 'all-reduce', topology: 'ring(${n}, 100 GB/s, 1 us)', size: '1 MiB' },
  axes: { n: [4, 6], algorithms: ['ring', 'halving-doubling', ['direct:2']] },
};

describe('sweep', () => {
  test('a row is what the simulation of its spec gives', async () => {
    const [row] = await sweep(definition).collect();
    const { timeNs, busbwGBps } = simulateCollective({
      collective: 'all-reduce',
      topology: 'ring(4, 100 GB/s, 1 us)',
      size: '1 MiB',
    });
    expect(row).toMatchObject({ point: 0, values: { n: 4, algorithms: 'ring' }, ok: true });
    expect(row).toMatchObject({ result: { timeNs, busbwGBps, totalNpus: 4, bottleneck: 0, engine: 'phase' } });
  });

  test('a point that fails is a row with its error', async () => {
    const rows = await sweep(definition).collect();
    expect(rows.map(({ ok }) => ok)).toEqual([true, true, true, true, false, true]);
    expect(rows[4]).toMatchObject({ error: expect.stringContaining('a power of two') });
  });

  test('points, counted without being run', async () => {
    const { columns, count, point } = sweep(definition);
    expect([columns, await count()]).toEqual([['n', 'algorithms'], { points: 6, exact: true, looked: 6 }]);
    expect(point(5).spec).toMatchObject({ algorithms: ['direct:2'], topology: [{ npus: 6 }] });
  });

  test('shards in order are the whole', async () => {
    const whole = await sweep(definition).collect();
    const parts = [1, 2, 3, 4].map((index) => sweep(definition, { shard: { index, of: 4 } }).collect());
    expect((await Promise.all(parts)).flat()).toEqual(whole);
  });

  test('an abort ends it', async () => {
    const axes = { ...definition.axes, splits: { from: 1, to: 1e6 } };

    const running = sweep({ ...definition, axes }, { signal: AbortSignal.abort() }).collect();
    await expect(running).rejects.toThrow(SimulationError);
  });

  test('the published study as a sweep file', async () => {
    const file = new URL('../../../examples/sweeps/study-360.yml', import.meta.url);
    const rows = await sweep(load(readFileSync(file, 'utf8')) as SweepDefinition).collect();
    expect(rows.map((row) => row.ok && row.result.timeNs)).toEqual(PUBLISHED['sweep-360']);
  });
});

describe('rows as text', () => {
  const points = compileSweep(definition);

  test('csv: lists as words, errors in the last column, always one line', async () => {
    const { text } = await writeRows(points, [0, 1, 2, 3, 4, 5], 'csv');
    const lines = (header('csv', points.columns) + text).split('\n');
    expect(lines[0]).toBe(
      'point,n,algorithms,total_npus,ranks,chunks,time_ns,algbw_GBps,busbw_GBps,' +
        'bottleneck_dimension,utilisation,engine,fitted_to,warnings,error',
    );
    expect(lines[1]).toMatch(/^0,4,ring,4,4,4,\d+,[\d.]+,[\d.]+,0,[\d.]+,phase,,,$/);
    expect(lines[5]).toMatch(/^4,6,halving-doubling,,,,,,,,,,,,"?algorithms: expected /);
    expect(lines).toHaveLength(8);
    expect(lines.slice(0, -1).every((line) => line.replaceAll(/"[^"]*"/g, '').split(',').length === 15)).toBe(true);
  });

  test('json lines: the same, by name', async () => {
    const { text, points: count, failed } = await writeRows(points, [3, 4, 5], 'jsonl');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([count, failed]).toEqual([3, 1]);
    expect(rows[0]).toMatchObject({ point: 3, n: 6, algorithms: 'ring', total_npus: 6, bottleneck_dimension: 0 });
    expect(rows[1]).toEqual({ point: 4, n: 6, algorithms: 'halving-doubling', error: expect.any(String) });
  });
});

describe('inOrder', () => {
  async function* upTo(count: number) {
    for (let i = 0; i < count; i++) yield i;
  }

  test('keeps the order of jobs, whichever ends first, and the limit', async () => {
    let running = 0;
    let most = 0;
    const run = async (job: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, (job * 7) % 5));
      running--;
      return job;
    };
    const results: number[] = [];
    for await (const result of inOrder(upTo(20), run, 4)) results.push(result);
    expect(results).toEqual([...Array(20).keys()]);
    expect(most).toBe(4);
  });

  test('what has ended does not wait for the next job', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* gated() {
      yield 1;
      await gate;
      yield 2;
    }
    const results: number[] = [];
    for await (const result of inOrder(gated(), async (job) => job, 4)) {
      results.push(result);
      open();
    }
    expect(results).toEqual([1, 2]);
  });

  test('a failure comes when its turn does', async () => {
    const results: number[] = [];
    const all = async () => {
      const run = async (job: number) => (job === 2 ? Promise.reject(new Error('two')) : job);
      for await (const result of inOrder(upTo(5), run, 5)) results.push(result);
    };
    await expect(all()).rejects.toThrow('two');
    expect(results).toEqual([0, 1]);
  });
});
