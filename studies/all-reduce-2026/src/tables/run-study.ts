import { InvariantError, simulateCollective } from 'astra-sim-ts';
import type { Scalar } from './grid.js';
import { PUBLISHED, type StudyName } from './published.js';
import type { Measurement, Study, StudyPoint } from './study.js';

/** A point that was run. */
export interface MeasuredPoint extends Measurement {
  readonly id: string;
  readonly variables: Readonly<Record<string, Scalar>>;
}

/** A point that was run and compared. */
export interface ComparedPoint extends MeasuredPoint {
  readonly publishedNs: number;
}

/** What a study gave. Plain data. */
export interface StudyReport {
  readonly name: StudyName;
  readonly about: string;
  /** In the order of the published table. */
  readonly points: readonly ComparedPoint[];
  /** How many points equal the published time. */
  readonly equal: number;
  /** The others. */
  readonly mismatches: readonly ComparedPoint[];
  /** Points that the log planned and could not run: there is nothing to compare them with. */
  readonly unpublished: readonly MeasuredPoint[];
  /** One sentence, computed from this run. */
  readonly headline: string;
}

/** Runs all points of a study and compares each with the published time, to the nanosecond. */
export function runStudy(study: Study, published: readonly number[] = PUBLISHED[study.name]): StudyReport {
  const grid = study.points();
  if (grid.length !== published.length) {
    throw new InvariantError(`${study.name} has ${grid.length} points and ${published.length} published times`);
  }
  const points = grid.map((point, i) => ({ ...measure(point), publishedNs: published[i] as number }));
  const unpublished = study.unpublished().map(measure);
  const mismatches = points.filter(({ timeNs, publishedNs }) => timeNs !== publishedNs);
  return {
    name: study.name,
    about: study.about,
    points,
    equal: points.length - mismatches.length,
    mismatches,
    unpublished,
    headline: study.headline(
      [...points, ...unpublished].map(({ variables, timeNs, busbwGBps }) => ({ ...variables, timeNs, busbwGBps })),
    ),
  };
}

function measure({ id, variables, spec }: StudyPoint): MeasuredPoint {
  const { timeNs, busbwGBps } = simulateCollective(spec);
  return { id, variables, timeNs, busbwGBps };
}
