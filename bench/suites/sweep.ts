import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSweep } from '../../src/sweep/compile.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { shardRange } from '../../src/sweep/shard.js';
import { writeRows } from '../../src/sweep/task.js';
import type { Case, Suite } from '../suite.js';

/** 1.4 million points like those of the published study: see docs/sweeps.md. */
const MILLION: SweepDefinition = {
  base: {
    collective: 'all-reduce',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the grammar of sweeps
    topology: 'ring(8, 600 GiB/s, 500 ns) x ring(${npus / 8}, ${600 / ratio} GiB/s, 2 us)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the grammar of sweeps
    size: '${sizeMiB} MiB',
  },
  axes: {
    ratio: { from: 1, to: 48 },
    npus: { from: 16, to: 256, factor: 2 },
    sizeMiB: { from: 1, to: 1000, step: 6 },
    algorithms: [['ring', 'ring'], ['ring', 'halving-doubling'], 'one-ring'],
    decomposition: ['baseline', 'local-bw-aware'],
    splits: [4, 16, 64],
    activeChunks: [1, 4],
  },
};

/** A condition that one combination in 8,000 satisfies, looking at the fastest axis too. */
const SPARSE: SweepDefinition = {
  axes: { a: { from: 1, to: 100 }, b: { from: 1, to: 100 }, c: { from: 1, to: 100 } },
  where: 'a * b * c == 5040',
};

const command = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('astra-sim-ts/package.json')));

/** The command on a slice of the space, with so many workers. */
function slice(shards: number, workers: number): Case {
  const points = compileSweep(MILLION);
  const { from, end } = shardRange({ index: 1, of: shards }, points.space.size);
  return {
    name: `command, ${workers} workers`,
    run: () => {
      const folder = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
      const file = join(folder, 'space.yml');
      writeFileSync(file, JSON.stringify(MILLION));
      const flags = ['--workers', String(workers), '--shard', `1/${shards}`, '--out', join(folder, 'rows.csv')];
      const { status, stderr } = spawnSync(process.execPath, [command, 'sweep', file, ...flags], { encoding: 'utf8' });
      rmSync(folder, { recursive: true });
      if (status !== 0) throw new Error(stderr);
    },
    work: { amount: end - from, unit: 'points' },
  };
}

/** What a large sweep costs per point: finding it, simulating it, writing its row. */
export const sweep: Suite = {
  name: 'sweep',
  about:
    'points like the study’s: 2 dimensions, 4 to 64 chunks; a million a minute on 2 cores is 8,333 per core and second',
  samples: 3,
  cases: () => {
    const points = compileSweep(MILLION);
    const sparse = compileSweep(SPARSE);
    const { size } = points.space;
    const indexes = Array.from({ length: 5000 }, (_, i) => size / 2 + i);
    return [
      {
        name: 'rows in this thread',
        run: async () => (await writeRows(points, indexes, 'csv')).text.length,
        work: { amount: indexes.length, unit: 'points' },
        target: { atLeastPerSecond: 8333 },
      },
      {
        name: 'specs only',
        run: () => {
          for (const index of indexes) points.at(index);
        },
        work: { amount: indexes.length, unit: 'points' },
      },
      {
        name: 'conditions',
        run: () => sparse.space.count(0, sparse.space.size),
        work: { amount: sparse.space.size, unit: 'combinations' },
      },
      slice(40, 2),
    ];
  },
};
