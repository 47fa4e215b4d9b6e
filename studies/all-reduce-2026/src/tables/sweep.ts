import type { AlgorithmName, Decomposition } from 'astra-sim-ts';
import type { Values } from './grid.js';
import { MIB, twoTiers } from './networks.js';
import { defineStudy, type StudySpec, studySpec } from './study.js';
import { factor, sizeName } from './wording.js';

/** The 360-point sweep: two tiers against one flat ring over the same NPUs. */
export const SWEEP_AXES = {
  ratio: [1, 4, 8, 16, 48],
  npus: [16, 64, 256],
  sizeMiB: [1, 10, 100, 1000],
  /** The log's names; see {@link ALGORITHMS}. */
  algorithm: ['ring_ring', 'ring_dbt', 'oneRing'],
  decomposition: ['baseline', 'local-bw-aware'],
} as const;

type SweepValues = Values<typeof SWEEP_AXES>;

/** A point of the sweep, or one like it: any ratio, NPU count and size. */
export type SweepPoint = Pick<SweepValues, 'algorithm' | 'decomposition'> &
  Readonly<Record<'ratio' | 'npus' | 'sizeMiB', number>>;

const ALGORITHMS: Readonly<Record<SweepValues['algorithm'], readonly AlgorithmName[]>> = {
  ring_ring: ['ring', 'ring'],
  ring_dbt: ['ring', 'double-binary-tree'],
  oneRing: ['one-ring'],
};

/** The log's names for the decompositions. */
const DECOMPOSITIONS: Readonly<Record<Decomposition, string>> = {
  baseline: 'baseline',
  'local-bw-aware': 'localBWAware',
};

export function sweepId({ ratio, npus, sizeMiB, algorithm, decomposition }: SweepPoint): string {
  return `bw${ratio}-1_n${npus}_msg${sizeMiB}_${algorithm}_${DECOMPOSITIONS[decomposition]}`;
}

export function sweepSpec({ ratio, npus, sizeMiB, algorithm, decomposition }: SweepPoint): StudySpec {
  const [fast, slow] = twoTiers(ratio, 8, npus / 8);
  return studySpec({
    // Undocumented in the log: the tree runs on a fully connected second dimension.
    topology: algorithm === 'ring_dbt' ? [fast, { ...slow, kind: 'fully-connected' }] : [fast, slow],
    size: sizeMiB * MIB,
    algorithms: ALGORITHMS[algorithm],
    decomposition,
    splits: 64,
    activeChunks: 1,
  });
}

export const sweep = defineStudy({
  name: 'sweep-360',
  about: '8 x {2, 8, 32} NPUs: two-tier algorithms against one flat ring, by bandwidth ratio, size and decomposition',
  axes: SWEEP_AXES,
  id: sweepId,
  spec: sweepSpec,
  headline: (measured) => {
    const baseline = measured.rows.filter(
      ({ algorithm, decomposition }) => algorithm === 'ring_ring' && decomposition === 'baseline',
    );
    const slowdowns = baseline.map((row) => {
      const { ratio, npus, sizeMiB, decomposition, timeNs } = row;
      const flat = measured.at({ ratio, npus, sizeMiB, algorithm: 'oneRing', decomposition });
      return { row, slowdown: timeNs / flat.timeNs };
    });
    const slower = slowdowns.filter(({ slowdown }) => slowdown > 1);
    const { row, slowdown } = slowdowns.reduce((worst, cell) => (cell.slowdown > worst.slowdown ? cell : worst));
    return (
      `ring_ring baseline is slower than the flat oneRing in ${slower.length} of ${slowdowns.length} cells, ` +
      `worst ratio ${factor(slowdown)} at ${row.ratio}:1, N=${row.npus}, ${sizeName(row.sizeMiB)}`
    );
  },
});
