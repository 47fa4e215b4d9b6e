import type { CostCurve, CurveForm } from './curve.js';
import type { ErrorSummary, Errors } from './errors.js';
import type { MeasuredCollective } from './measured-table.js';
import type { NodesLaw, NodesLawName } from './nodes-law.js';

/** Models fitted to measured tables: plain data, with provenance and expected errors. */
export interface Calibration {
  readonly kind: 'calibration';
  readonly version: 1;
  readonly statement: string;
  readonly tables: readonly TableCalibration[];
  /** One for each collective with tables of several numbers of nodes, or with a machine. */
  readonly acrossNodes: readonly NodesCalibration[];
  /** Of `calibrate --topology`: the simulator's own numbers, fitted to each table. */
  readonly dimensions?: readonly DimensionsCalibration[];
  readonly warnings: readonly string[];
}

/** Bandwidth and latency of every dimension of a grid, chosen to bring the simulator close to a table. */
export interface DimensionsCalibration {
  readonly collective: MeasuredCollective;
  /** Name of the table. */
  readonly source: string;
  readonly dimensions: readonly FittedDimension[];
  /** On held-out sizes, every other one. */
  readonly heldOut: Errors;
}

export interface FittedDimension {
  readonly kind: 'ring' | 'switch' | 'fully-connected';
  readonly npus: number;
  readonly bandwidthGBps: number;
  /** Per hop, as the simulator counts it. */
  readonly latencyNs: number;
}

/** Where the numbers come from. */
export interface Provenance {
  readonly name: string;
  readonly collective?: MeasuredCollective;
  readonly ranks?: number;
  readonly nodes?: number;
  readonly sizes: number;
  readonly smallestBytes: number;
  readonly largestBytes: number;
  readonly measured: 'out-of-place' | 'in-place';
  readonly info: Readonly<Record<string, string>>;
}

/** One table as a curve over sizes. */
export interface TableCalibration {
  readonly source: Provenance;
  /** Fitted to all sizes. */
  readonly curve: CostCurve;
  /** On held-out sizes, every other one; for the form of `curve`. */
  readonly heldOut: ErrorSummary;
  /** The same for every form tried, best first. */
  readonly tried: readonly { readonly form: CurveForm; readonly heldOut: ErrorSummary }[];
}

/** One collective as a law over sizes and nodes. */
export interface NodesCalibration {
  readonly collective?: MeasuredCollective;
  readonly sources: readonly string[];
  readonly smallestBytes: number;
  readonly largestBytes: number;
  /** Fitted to all numbers of nodes. */
  readonly law: NodesLaw;
  /** For the kind of `law`, on each number of nodes, predicted only from the others. */
  readonly heldOut: readonly NodesErrors[];
  /** The same for every kind tried, best first; empty with only one number of nodes. */
  readonly tried: readonly TriedLaw[];
}

export interface TriedLaw {
  readonly name: NodesLawName;
  readonly heldOut: readonly NodesErrors[];
}

export interface NodesErrors extends Errors {
  readonly nodes: number;
  readonly fittedOn: readonly number[];
}

/** Part of every calibration, and of every page that shows one. */
export const STATEMENT =
  'Fitted to the measurements named here. Its numbers describe these runs, software and settings included; they are not properties of the hardware.';
