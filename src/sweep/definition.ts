import type { Calibration } from '../costs/calibrate/calibration.js';
import type { CollectiveSpec } from '../spec/spec.js';

/** Fields of a spec that say how a run is watched, not what is simulated. */
export type Watching = 'signal' | 'onProgress' | 'warnings';

/**
 * The values of one axis: a list; a range; or named cases, each of which sets fields of the spec.
 * An axis whose name lists several names with commas has a list of rows, one value for each name.
 */
export type AxisValues = readonly unknown[] | RangeValues | Readonly<Record<string, object>>;

/** `{ from: 16, to: 1024, factor: 2 }`: the powers of two. Ends are included; step 1 unless told otherwise. */
export interface RangeValues {
  /** A number, or a quantity such as `"1 MiB"`. */
  readonly from: number | string;
  readonly to: number | string;
  /** Added from one value to the next. */
  readonly step?: number | string;
  /** Multiplied instead: above 1. */
  readonly factor?: number;
}

/** What a spec holds, with `${expression}` allowed in every text. */
export type SpecTemplate = { readonly [K in keyof Omit<CollectiveSpec, Watching>]?: unknown };

/** A design space: what a sweep file holds. */
export interface SweepDefinition {
  /** For people; not part of the sweep's identity. */
  readonly name?: string;
  /**
   * The spec that all points share. Texts may hold `${expression}` over axes and `let` values.
   * Keys are fields (`splits`) or places in them (`"topology[1].bandwidth"`).
   */
  readonly base?: SpecTemplate & Readonly<Record<string, unknown>>;
  /**
   * What varies, the last axis fastest. A name is a field of the spec, a place in one
   * (`topology[1].bandwidth`), or a new variable for expressions.
   */
  readonly axes: Readonly<Record<string, AxisValues>>;
  /** Values derived from axes by expressions, in order; each may use those before it. */
  readonly let?: Readonly<Record<string, string | number | boolean>>;
  /** Conditions that every point satisfies. */
  readonly where?: string | readonly string[];
  /** Calibrations by the names that `costs` has for them in the base, in axes and in cases; there it may also stand in full. */
  readonly costs?: Readonly<Record<string, Calibration>>;
  /** What to look for; see `tune`. */
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
  /** Most points that a search evaluates. Default 2,000. */
  readonly budget?: number;
  /** Spaces of at most this many points are gone through completely. Default 20,000. */
  readonly exhaustiveUpTo?: number;
  /** Of the search; the same seed gives the same search. Default `"tune"`. */
  readonly seed?: string;
  /**
   * Whether points count that are faster than their wires, as their warnings `below-plan-bound` and
   * `more-than-the-wire` say. Default false: they are left out, and counted.
   */
  readonly unphysical?: boolean;
}
