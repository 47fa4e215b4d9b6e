import type { CostCurve, CurveForm } from './curve.js';
import type { ErrorSummary, Errors } from './errors.js';
import type { MeasuredCollective } from './measured-table.js';
import type { NodesLaw, NodesLawName } from './nodes-law.js';

/** Models fitted to measured tables: plain data, with its provenance and the error to expect. */
export interface Calibration {
  readonly kind: 'calibration';
  readonly version: 1;
  readonly statement: string;
  readonly tables: readonly TableCalibration[];
  /** One for each collective that was measured on several numbers of nodes, or has a machine. */
  readonly acrossNodes: readonly NodesCalibration[];
  /** Of `calibrate --topology`: the simulator's own numbers, fitted to each table. */
  readonly dimensions?: readonly DimensionsCalibration[];
  readonly warnings: readonly string[];
}

/** Bandwidth and latency of every dimension of a grid, with which the simulator comes close to a table. */
export interface DimensionsCalibration {
  readonly collective: MeasuredCollective;
  /** Name of the table. */
  readonly source: string;
  readonly dimensions: readonly FittedDimension[];
  /** On sizes that the fit had not seen, every other one. */
  readonly heldOut: Errors;
}

export interface FittedDimension {
  readonly kind: 'ring' | 'switch' | 'fully-connected';
  readonly npus: number;
  readonly bandwidthGBps: number;
  /** Of one hop, as the simulator counts it. */
  readonly latencyNs: number;
}

/** Where numbers come from. */
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
  /** On sizes that the fit had not seen, every other one; of the form of `curve`. */
  readonly heldOut: ErrorSummary;
  /** The same for every form that was tried, best first. */
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
  /** Of the kind of `law`, on each number of nodes, predicted from the others alone. */
  readonly heldOut: readonly NodesErrors[];
  /** The same for every kind that was tried, best first; empty when one number of nodes was measured. */
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

/** In every calibration, and on every page that shows one. */
export const STATEMENT =
  'Fitted to the measurements named here. Its numbers describe these runs, software and settings included; they are not properties of the hardware.';
