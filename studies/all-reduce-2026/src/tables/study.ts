import { type AlgorithmName, type CollectiveSpec, type DimensionSpec, InvariantError } from 'astra-sim-ts';
import { type Axes, combinations, type Scalar, type Values } from './grid.js';
import type { StudyName } from './published.js';

/** A collective as the study ran it, spelled out. */
export interface StudySpec extends CollectiveSpec {
  readonly topology: readonly DimensionSpec[];
  readonly algorithms: readonly AlgorithmName[];
}

/** One number of a published table, before it is measured. */
export interface StudyPoint {
  /** As in the log's data files; unique within a study. */
  readonly id: string;
  /** The independent variables, for tables. */
  readonly variables: Readonly<Record<string, Scalar>>;
  readonly spec: StudySpec;
}

/** What a point gave when we ran it. */
export interface Measurement {
  readonly timeNs: number;
  readonly busbwGBps: number;
}

/** Our own run of a grid, as a headline is computed from it. */
export class Measured<V> {
  readonly rows: readonly (V & Measurement)[];

  constructor(rows: readonly (V & Measurement)[]) {
    this.rows = rows;
  }

  /** The point with these values. */
  at(values: V): V & Measurement {
    const wanted = Object.entries(values as Record<string, Scalar>);
    const row = this.rows.find((candidate) =>
      wanted.every(([name, value]) => candidate[name as keyof V & string] === value),
    );
    if (row === undefined) throw new InvariantError(`no such point was measured: ${JSON.stringify(values)}`);
    return row;
  }
}

/** One table of the study. */
export interface Study {
  readonly name: StudyName;
  /** What it varies, in one line. */
  readonly about: string;
  /** Points in the order of the published table. */
  readonly points: () => readonly StudyPoint[];
  /** Points of the same kind that the log planned and could not run. */
  readonly unpublished: () => readonly StudyPoint[];
  /** What the table shows, in one sentence, from our own run of all points. */
  readonly headline: (rows: readonly (Readonly<Record<string, Scalar>> & Measurement)[]) => string;
}

/** A study as it is written down: a grid, how a point of it is made, and what to say of it. */
export interface StudyDefinition<A extends Axes> {
  readonly name: StudyName;
  readonly about: string;
  /** In the order of the published table: the last one fastest. */
  readonly axes: A;
  /** Which combinations there are; default all. */
  readonly where?: (values: Values<A>) => boolean;
  readonly id: (values: Values<A>) => string;
  readonly spec: (values: Values<A>) => StudySpec;
  readonly headline: (measured: Measured<Values<A>>) => string;
  /** Axes to replace for the points that were not published. */
  readonly beyond?: Partial<A>;
}

export function defineStudy<const A extends Axes>(definition: StudyDefinition<A>): Study {
  const { name, about, axes, where = () => true, id, spec, headline, beyond } = definition;
  const pointsOf = (grid: A): StudyPoint[] =>
    combinations(grid)
      .filter(where)
      .map((variables) => ({ id: id(variables), variables, spec: spec(variables) }));
  return {
    name,
    about,
    points: () => pointsOf(axes),
    unpublished: () => (beyond === undefined ? [] : pointsOf({ ...axes, ...beyond })),
    headline: (rows) => headline(new Measured(rows as unknown as (Values<A> & Measurement)[])),
  };
}

/** What all points of the study have in common. */
export function studySpec(
  varied: Pick<StudySpec, 'topology' | 'size' | 'splits' | 'activeChunks' | 'decomposition'> & {
    readonly algorithms?: readonly AlgorithmName[];
  },
): StudySpec {
  return {
    collective: 'all-reduce',
    algorithms: varied.topology.map(() => 'ring'),
    scheduling: 'fifo',
    queuesPerDimension: 1,
    endpointDelay: 10,
    localMemoryBandwidth: 1600,
    ...varied,
  };
}
