import type { Calibration } from '../costs/calibrate/calibration.js';
import type { CollectiveSpec } from '../spec/spec.js';

/** Fields of a spec about watching a run, not about what it simulates. */
export type Watching = 'signal' | 'onProgress' | 'warnings';

/**
 * The values of one axis: a list; a range; or named cases, each of which sets fields of the spec.
 * An axis whose name lists several names with commas has a list of rows, one value for each name.
 */
export type AxisValues = readonly unknown[] | RangeValues | Readonly<Record<string, object>>;

/** `{ from: 16, to: 1024, factor: 2 }`: the powers of two. Includes both ends; the default step is 1. */
export interface RangeValues {
  /** A number, or a quantity such as `"1 MiB"`. */
  readonly from: number | string;
  readonly to: number | string;
  /** Added from one value to the next. */
  readonly step?: number | string;
  /** Factor from one value to the next, above 1, instead of a step. */
  readonly factor?: number;
}

/** A spec with `${expression}` allowed in every text. */
export type SpecTemplate = { readonly [K in keyof Omit<CollectiveSpec, Watching>]?: unknown };

/** A design space: the contents of a sweep file. */
export interface SweepDefinition {
  /** For people; not part of the sweep's identity. */
  readonly name?: string;
  /**
   * The spec that all points share. Texts may hold `${expression}` over axes and `let` values.
   * Keys are fields (`splits`) or places in them (`"topology[1].bandwidth"`).
   */
  readonly base?: SpecTemplate & Readonly<Record<string, unknown>>;
  /**
   * What varies, the last axis fastest. A name is a field of the spec, a place in a field
   * (`topology[1].bandwidth`), or a new variable for expressions.
   */
  readonly axes: Readonly<Record<string, AxisValues>>;
  /** Values that expressions derive from axes, in order; each may use those before it. */
  readonly let?: Readonly<Record<string, string | number | boolean>>;
  /** Conditions that every point satisfies. */
  readonly where?: string | readonly string[];
  /** Calibrations by the names that `costs` uses in the base, in axes and in cases; `costs` may also hold one in full. */
  readonly costs?: Readonly<Record<string, Calibration>>;
  /** What to search for; see `tune`. */
  readonly tune?: TuneSection;
}

/** The `tune` part of a sweep file. */
export interface TuneSection {
  /**
   * What to minimise: an expression over `time_ns`, `cost`, `busbw_GBps`, `algbw_GBps`, `utilisation`,
   * `total_npus`, axes and `let` values. Default `"time_ns"`.
   */
  readonly minimise?: string;
  /** Price of 1 GB/s of one link, per dimension in order; the last one also for further dimensions. Default 1. */
  readonly price?: number | readonly number[];
  /** Most points for a search to evaluate. Default 2,000. */
  readonly budget?: number;
  /** Spaces of up to this many points are evaluated completely. Default 20,000. */
  readonly exhaustiveUpTo?: number;
  /** Seed of the search; the same seed gives the same search. Default `"tune"`. */
  readonly seed?: string;
  /**
   * Whether to keep points that are faster than their wires (with the warnings `below-plan-bound` or
   * `more-than-the-wire`). Default false: they are left out, and counted.
   */
  readonly unphysical?: boolean;
}
