import { InvariantError, simulateCollective } from 'astra-sim-ts';
import type { StudyReport } from './run-study.js';
import { SWEEP_AXES, type SweepPoint, sweepId, sweepSpec } from './sweep.js';

/** Hierarchical against flat at one ratio, NPU count and size of the sweep. */
export interface AntiBenefitCell {
  readonly ratio: number;
  readonly npus: number;
  readonly sizeMiB: number;
  /** ring_ring baseline over the flat oneRing: above 1 the hierarchy is slower. */
  readonly baseline: number;
  /** ring_ring local-bw-aware over the flat oneRing. */
  readonly localBwAware: number;
}

/** Claims 1 to 3 of the log, from our own run. */
export interface AntiBenefit {
  readonly cells: readonly AntiBenefitCell[];
  /** Cells where ring_ring baseline is slower than flat. */
  readonly slower: readonly AntiBenefitCell[];
  /** The slowest of all. */
  readonly worst: AntiBenefitCell;
  /** Those of `slower` where local-bw-aware is faster than flat. */
  readonly rescued: readonly AntiBenefitCell[];
  readonly boundary: Boundary;
  /** The test that the log registered beforehand: 6:1, 64 NPUs, 100 MiB, at least 1.1 expected. */
  readonly preRegistered: AntiBenefitCell;
  /** Whether the flat ring takes the same time at every ratio: it never pays for the slow dimension. */
  readonly flatIgnoresRatio: boolean;
}

/** The claimed region (ratio >= 8 and size >= 100 MiB) against what was found. */
export interface Boundary {
  readonly inside: number;
  readonly insideSlower: number;
  /** Slower cells that the claim leaves out. */
  readonly outsideSlower: readonly AntiBenefitCell[];
}

type Place = Pick<AntiBenefitCell, 'ratio' | 'npus' | 'sizeMiB'>;

/** Time of one point, ns. */
type TimeOf = (point: SweepPoint) => number;

/** Works out the anti-benefit table from a run of the sweep. */
export function antiBenefit(sweep: StudyReport): AntiBenefit {
  const times = new Map(sweep.points.map(({ id, timeNs }) => [id, timeNs]));
  const measured: TimeOf = (point) => {
    const time = times.get(sweepId(point));
    if (time === undefined) throw new InvariantError(`${sweepId(point)} was not measured`);
    return time;
  };

  const { ratio: ratios, npus: counts, sizeMiB: sizes } = SWEEP_AXES;
  const cells = sizes.flatMap((sizeMiB) =>
    counts.flatMap((npus) => ratios.map((ratio) => cellAt({ ratio, npus, sizeMiB }, measured))),
  );
  const slower = cells.filter(({ baseline }) => baseline > 1);
  const claimed = ({ ratio, sizeMiB }: Place) => ratio >= 8 && sizeMiB >= 100;
  return {
    cells,
    slower,
    worst: cells.reduce((most, cell) => (cell.baseline > most.baseline ? cell : most)),
    rescued: slower.filter(({ localBwAware }) => localBwAware < 1),
    boundary: {
      inside: cells.filter(claimed).length,
      insideSlower: slower.filter(claimed).length,
      outsideSlower: slower.filter((cell) => !claimed(cell)),
    },
    preRegistered: cellAt({ ratio: 6, npus: 64, sizeMiB: 100 }, simulated),
    flatIgnoresRatio: cells.every((place) => flatTime({ ...place, ratio: 1 }, measured) === flatTime(place, measured)),
  };
}

function cellAt(place: Place, time: TimeOf): AntiBenefitCell {
  const flat = flatTime(place, time);
  const { ratio, npus, sizeMiB } = place;
  return {
    ratio,
    npus,
    sizeMiB,
    baseline: time({ ...place, algorithm: 'ring_ring', decomposition: 'baseline' }) / flat,
    localBwAware: time({ ...place, algorithm: 'ring_ring', decomposition: 'local-bw-aware' }) / flat,
  };
}

function flatTime(place: Place, time: TimeOf): number {
  return time({ ...place, algorithm: 'oneRing', decomposition: 'baseline' });
}

function simulated(point: SweepPoint): number {
  return simulateCollective(sweepSpec(point)).timeNs;
}
